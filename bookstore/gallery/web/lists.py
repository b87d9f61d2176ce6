"""Pages that list notebooks: of a tag, a language, somebody, a group, a shelf of one's own."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...errors import BadRequest, NotFound
from ...words import shown
from ..browsing import facets
from ..catalogue.grouping import ShownGroup, group
from ..catalogue.reading import Filters, Order, Shelf, notebooks
from ..catalogue.words import readable
from ..faces.handlers import reading
from .base import GalleryPageHandler
from .home import SHELVES
from .narrowing import narrowings, word
from .wording import language

PAGE = 24
ORDERS: dict[Order, str] = {
    "updated": "Recently updated",
    "trend": "Popular",
    "stars": "Most starred",
    "views": "Most viewed",
    "title": "Title",
}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a page lists, and what it says."""

    title: str
    kind: str = ""
    filters: Filters
    nothing: str
    """What is said where there is no notebook."""
    q: str = ""
    """The query that finds the same, where there is one."""
    about: ShownGroup | None = None


class ListHandler(GalleryPageHandler):
    """Base of them."""

    async def show_list(self, listing: Awaitable[Listing]) -> None:
        """Answer with a page of the notebooks that are listed."""
        self.finish_page("list.html", **await self.outcome(self._page(listing)))

    async def _page(self, waiting: Awaitable[Listing]) -> dict[str, Any]:
        listing = await waiting
        gallery, actor = await self.gallery(), await self.actor()
        catalogue, query, filters = gallery.catalogue, self.query_fields(), listing.filters
        after, order = query.get("after") or None, order_named(query.get("sort", ""))
        page = await notebooks(catalogue, actor, filters, order=order, after=after, count=PAGE)
        found = await facets(catalogue, actor, filters) if listing.q else None
        about = listing.about
        described = await gallery.renderer.render_markdown(about.description) if about else ""
        return {
            "listing": listing,
            "page": page,
            "facets": narrowings(
                listing.q, found, besides={listing.q, word("owner", listing.title)}
            ),
            "order": order,
            "orders": ORDERS,
            "path": self.request.path.rstrip("/"),
            "shelf": "" if filters.shelf == "all" else filters.shelf,
            "description": Markup(described),  # noqa: S704  # cleaned
        }


def order_named(name: str) -> Order:
    """Return the order of a name; raises :class:`~bookstore.errors.BadRequest`."""
    found = next((order for order in ORDERS if order == (name or "updated")), None)
    if found is None:
        raise BadRequest(f"sort is {shown(name)}, and has to be one of {', '.join(ORDERS)}.")
    return found


class TagHandler(ListHandler):
    """``/bookstore/gallery/tag/{tag}``."""

    @reading
    async def get(self, tag: str) -> None:
        """Show what has a tag."""
        await self.show_list(self._listing(tag))

    async def _listing(self, tag: str) -> Listing:
        return Listing(
            title=readable(tag),
            kind="Tag",
            filters=Filters(tag=tag),
            nothing="No notebook that you may read has this tag.",
            q=word("tag", tag),
        )


class LanguageHandler(ListHandler):
    """``/bookstore/gallery/language/{language}``."""

    @reading
    async def get(self, name: str) -> None:
        """Show what is written in a programming language."""
        await self.show_list(self._listing(name))

    async def _listing(self, name: str) -> Listing:
        return Listing(
            title=language(readable(name)),
            kind="Language",
            filters=Filters(lang=name),
            nothing="No notebook that you may read is written in it.",
            q=word("lang", name),
        )


class UserHandler(ListHandler):
    """``/bookstore/gallery/user/{name}``."""

    @reading
    async def get(self, name: str) -> None:
        """Show what somebody owns."""
        await self.show_list(self._listing(name))

    async def _listing(self, name: str) -> Listing:
        return Listing(
            title=readable(name),
            kind="Notebooks of",
            filters=Filters(owner=name),
            nothing="Nobody of this name owns a notebook that you may read.",
            q=word("owner", name),
        )


class GroupHandler(ListHandler):
    """``/bookstore/gallery/group/{gid}``."""

    @reading
    async def get(self, gid: str) -> None:
        """Show what a group owns, and who it is."""
        await self.show_list(self._listing(gid))

    async def _listing(self, gid: str) -> Listing:
        about = await group((await self.gallery()).catalogue, await self.actor(), gid)
        return Listing(
            title=about.name,
            kind="Group",
            filters=Filters(gid=gid),
            nothing="The group owns no notebook yet.",
            q=word("owner", gid),
            about=about,
        )


class ShelfHandler(ListHandler):
    """``/bookstore/gallery/shelf/{shelf}``: what is one's own, and what everybody may read."""

    NONE: dict[Shelf, str] = {  # noqa: RUF012
        "all": "Nobody has published a notebook yet.",
        "mine": "You have not published a notebook yet.",
        "starred": "You have not starred a notebook yet: there is a star on the page of each.",
        "shared": "Nobody has shared a notebook with you yet.",
    }

    @reading
    async def get(self, shelf: str) -> None:
        """Show a shelf."""
        await self.show_list(self._listing(shelf))

    async def _listing(self, shelf: str) -> Listing:
        known = next((each for each in SHELVES if each == shelf), None)
        if known is None:
            raise NotFound(f"There is no shelf {shown(shelf)}: {', '.join(SHELVES)}.")
        return Listing(title=SHELVES[known], filters=Filters(shelf=known), nothing=self.NONE[known])
