"""The search page: the box, what was found and where, and what to narrow it by."""

from __future__ import annotations

from typing import Any

from ...errors import BadRequest
from ..faces.fields import checked_query, sort_named
from ..faces.handlers import reading
from ..search.language import QueryNotUnderstood
from ..search.searching import Asked, find
from ..search.values import Sort
from .base import GalleryPageHandler
from .narrowing import narrowings

SORTS = {
    Sort.RELEVANCE: "Best match",
    Sort.UPDATED: "Recently updated",
    Sort.CREATED: "Newest",
    Sort.TITLE: "Title",
    Sort.STARS: "Most starred",
    Sort.VIEWS: "Most viewed",
    Sort.RUNS: "Most cloned",
    Sort.TREND: "Popular",
}
"""The orders that the page offers, of those that there are."""


class SearchHandler(GalleryPageHandler):
    """``/bookstore/gallery/search``."""

    @reading
    async def get(self) -> None:
        """Show a page of what was found, or what is wrong with the query, in words."""
        fields = self.query_fields()
        page: dict[str, Any] = {
            "q": fields.get("q", ""),
            "sort": fields.get("sort", ""),
            "deprecated": fields.get("deprecated", "") == "true",
            "after": fields.get("after") or None,
        }
        page |= await self.outcome(self._answered(page))
        self.finish_page("search.html", **page, sorts=SORTS)

    async def _answered(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what was found; a query that cannot be read is told beside what was typed."""
        try:
            return {"wrong": None, **await self._found(**asked)}
        except (QueryNotUnderstood, BadRequest) as error:
            self.set_status(error.status)
            return {"wrong": error, "answer": None, "facets": {}}

    async def _found(
        self, q: str, sort: str, deprecated: bool, after: str | None
    ) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        asked = Asked(
            query=checked_query(q),
            sort=sort_named(sort, q),
            with_deprecated=deprecated,
            after=after,
            with_facets=True,
        )
        answer = await find(gallery.catalogue, gallery.index, actor, asked)
        return {
            "answer": answer,
            "sort": asked.sort.value,
            "facets": narrowings(q, answer.facets),
        }
