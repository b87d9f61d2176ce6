"""Pages that list notebooks: of a tag, of somebody, of a shelf of one's own."""

from __future__ import annotations

from typing import Any

from ...errors import NotFound
from ..catalogue.reading import Filters, Shelf, notebooks
from ..catalogue.words import shown
from ..faces.handlers import reading
from .base import GalleryPageHandler
from .home import SHELVES

PAGE = 24


class ListHandler(GalleryPageHandler):
    """Base of them."""

    async def show_list(self, title: str, kind: str, filters: Filters, nothing: str) -> None:
        """Answer with a page of the notebooks that *filters* let through."""
        self.finish_page(
            "list.html", **await self.outcome(self._page(title, kind, filters, nothing))
        )

    async def _page(self, title: str, kind: str, filters: Filters, nothing: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        after = self.query_fields().get("after") or None
        page = await notebooks(gallery.catalogue, actor, filters, after=after, count=PAGE)
        return {
            "title": title,
            "kind": kind,
            "page": page,
            "nothing": nothing,
            "path": self.request.path,
            "shelf": "" if filters.shelf == "all" else filters.shelf,
        }


class TagHandler(ListHandler):
    """``/bookstore/gallery/tag/{tag}``."""

    @reading
    async def get(self, tag: str) -> None:
        """Show what has a tag."""
        nothing = "No notebook that you may read has this tag."
        await self.show_list(shown(tag), "Tag", Filters(tag=tag), nothing)


class UserHandler(ListHandler):
    """``/bookstore/gallery/user/{name}``."""

    @reading
    async def get(self, name: str) -> None:
        """Show what somebody owns."""
        nothing = "Nobody of this name owns a notebook that you may read."
        await self.show_list(shown(name), "Notebooks of", Filters(owner=name), nothing)


class ShelfHandler(ListHandler):
    """``/bookstore/gallery/shelf/{shelf}``: what is one's own."""

    NONE: dict[Shelf, str] = {  # noqa: RUF012
        "mine": "You have not published a notebook yet.",
        "starred": "You have not starred a notebook yet: there is a star on the page of each.",
        "shared": "Nobody has shared a notebook with you yet.",
    }

    @reading
    async def get(self, shelf: str) -> None:
        """Show a shelf."""
        known = next((each for each in SHELVES if each == shelf), None)
        if known is None:
            await self.outcome(_no_shelf(shelf))
        else:
            await self.show_list(SHELVES[known], "", Filters(shelf=known), self.NONE[known])


async def _no_shelf(shelf: str) -> None:
    raise NotFound(f"There is no shelf {shown(shelf)!r}: {', '.join(SHELVES)}.")
