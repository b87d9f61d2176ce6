"""Lists of notebooks as nbgallery gives them: what the extensions fill folders with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from ...errors import BadRequest
from ...words import shown
from ..browsing import groups_in_use, languages_in_use, tags_in_use
from ..catalogue import Catalogue
from ..catalogue.executions import recently_executed
from ..catalogue.listing import Listed
from ..catalogue.reading import Filters, notebooks
from ..faces.fields import checked_query
from ..faces.handlers import reading
from ..permissions import Actor
from ..search.searching import Asked, find
from ..search.values import Facet, Sort
from .base import ContractHandler, is_for_people, is_yes, signed_in
from .pages import start

PAGE, MOST_A_PAGE, MOST_PAGES, MOST_IN_FOLDER = 20, 100, 100, 500
InUse = Callable[[Catalogue, Actor], Awaitable[Sequence[Facet]]]
SORTS = {
    "updated_at": Sort.UPDATED,
    "created_at": Sort.CREATED,
    "title": Sort.TITLE,
    "score": Sort.RELEVANCE,
    "views": Sort.VIEWS,
    "stars": Sort.STARS,
    "runs": Sort.RUNS,
    "health": Sort.HEALTH,
    "trendiness": Sort.TREND,
}


class ListHandler(ContractHandler):
    """Base of what answers with a list of notebooks."""

    def listed(self, rows: Sequence[Listed]) -> list[dict[str, Any]]:
        """Return notebooks as nbgallery lists them."""
        return [
            {
                "uuid": row.uuid,
                "title": row.title,
                "description": row.description,
                "public": row.public,
                "lang": row.lang,
                "lang_version": row.lang_version,
                "commit_id": row.commit_id,
                "content_updated_at": row.content_updated_at
                and f"{row.content_updated_at.isoformat(timespec='seconds')}Z",
                "tags": [*row.tags],
                "owner": row.owner,
                "creator": row.creator,
                "updater": row.updater,
                "url": self.whole_url(self.page_url(row.uuid)),
            }
            for row in rows
        ]

    async def filtered(self, filters: Filters) -> list[dict[str, Any]]:
        """Return the notebooks of a filter, as many as a folder is filled with."""
        gallery, actor, rows = await self.gallery(), await self.actor(), list[Listed]()
        after: str | None = None
        while len(rows) < MOST_IN_FOLDER:
            page = await notebooks(
                gallery.catalogue, actor, filters, after=after, count=MOST_A_PAGE
            )
            rows += page.rows
            if (after := page.after) is None:
                break
        return self.listed(rows[:MOST_IN_FOLDER])


class NotebooksHandler(ListHandler):
    """``/notebooks``: find them, or publish one."""

    @reading
    async def get(self) -> None:
        """Find notebooks; a person gets the page that does."""
        query = self.query_fields()
        if "staged" in query or is_for_people(self.request.headers.get("Accept", "")):
            start(self, query)
        else:
            await self.list_all(self._found(query))

    async def _found(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        q = checked_query(query.get("q", ""))
        page, count = (
            number(query, "page", 1, MOST_PAGES),
            number(query, "count", PAGE, MOST_A_PAGE),
        )
        sort = Sort.RELEVANCE if q.strip() else Sort.TREND
        gallery, actor = await self.gallery(), await self.actor()
        after: str | None = None
        for turn in range(page):
            asked = Asked(
                query=q,
                sort=SORTS.get(query.get("sort", ""), sort),
                with_deprecated=is_yes(query.get("show_deprecated", "")),
                after=after,
                count=count,
            )
            answer = await find(gallery.catalogue, gallery.index, actor, asked)
            after = answer.after
            if turn + 1 == page:
                return self.listed(answer.notebooks)
            if after is None:
                break
        return []


class StarsHandler(ListHandler):
    """``/notebooks/stars``."""

    shared = frozenset({"GET"})

    @signed_in
    async def get(self) -> None:
        """List what somebody has starred."""
        await self.list_all(self.filtered(Filters(shelf="starred", with_deprecated=True)))


class RecentlyExecutedHandler(ListHandler):
    """``/notebooks/recently_executed``."""

    shared = frozenset({"GET"})

    @signed_in
    async def get(self) -> None:
        """List what somebody ran in the last two weeks."""
        await self.list_all(self._ran())

    async def _ran(self) -> list[dict[str, Any]]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        return self.listed(await recently_executed(catalogue, actor, MOST_IN_FOLDER))


class SharedWithMeHandler(ListHandler):
    """``/notebooks/shared_with_me``."""

    @signed_in
    async def get(self) -> None:
        """List what others share with somebody."""
        await self.list_all(self.filtered(Filters(shelf="shared")))


class TaggedHandler(ListHandler):
    """``/tags/{tag}``."""

    shared = frozenset({"GET"})

    @reading
    async def get(self, tag: str) -> None:
        """List what has a tag; a person gets the page that does."""
        if is_for_people(self.request.headers.get("Accept", "")):
            self.redirect(self.place("tag", tag))
        else:
            await self.list_all(self.filtered(Filters(tag=tag)))


class OfUserHandler(ListHandler):
    """``/users/{name}``."""

    @reading
    async def get(self, name: str) -> None:
        """List what somebody owns."""
        await self.list_all(self.filtered(Filters(owner=name)))


class OfGroupHandler(ListHandler):
    """``/groups/{gid}``."""

    @reading
    async def get(self, gid: str) -> None:
        """List what a group owns."""
        await self.list_all(self.filtered(Filters(gid=gid)))


class InLanguageHandler(ListHandler):
    """``/languages/{lang}``."""

    @reading
    async def get(self, lang: str) -> None:
        """List what is written in a language."""
        await self.list_all(self.filtered(Filters(lang=lang)))


class WordsHandler(ContractHandler):
    """Base of what lists the words by which notebooks are listed."""

    async def tell(self, in_use: InUse, word: str, page: str, *, for_people: str = "") -> None:
        """Answer with the words *in_use* of what somebody may read, each called *word*, how many
        notebooks have it, and the *page* of these; a person gets the page *for_people*."""
        if for_people and is_for_people(self.request.headers.get("Accept", "")):
            self.redirect(self.place(for_people))
        else:
            await self.list_all(self._words(in_use, word, page))

    async def _words(self, in_use: InUse, word: str, page: str) -> list[dict[str, Any]]:
        found = await in_use((await self.gallery()).catalogue, await self.actor())
        return [
            {
                word: each.value,
                "notebooks": each.count,
                "url": self.whole_url(self.place(page, each.value)),
            }
            for each in found
        ]


class TagsInUseHandler(WordsHandler):
    """``/tags``."""

    @reading
    async def get(self) -> None:
        """List the tags."""
        await self.tell(tags_in_use, "tag", "tag", for_people="tags")


class LanguagesInUseHandler(WordsHandler):
    """``/languages``."""

    @reading
    async def get(self) -> None:
        """List the languages."""
        await self.tell(languages_in_use, "lang", "language", for_people="languages")


class GroupsInUseHandler(WordsHandler):
    """``/groups``."""

    @reading
    async def get(self) -> None:
        """List the groups that own something."""
        await self.tell(groups_in_use, "gid", "group")


def number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """Return a number from 1; raises :class:`~bookstore.errors.BadRequest`."""
    text = query.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise BadRequest(f"{name} must be a number from 1 to {most}, not {shown(text)}.")
    return int(text)
