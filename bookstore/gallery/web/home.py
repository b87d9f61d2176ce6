"""The first page: what is new, what is liked, and what is one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import NotFound
from ..browsing import OWN, Front, Some, front
from ..catalogue.listing import Listed
from ..catalogue.reading import Shelf
from ..faces.handlers import reading
from .base import GalleryPageHandler

SHOWN = 6
"""How many notebooks of each kind there are on the page."""
SHELVES: dict[Shelf, str] = {
    "all": "All notebooks",
    "mine": "Mine",
    "starred": "Starred by me",
    "shared": "Shared with me",
}


TITLES: dict[Front, str] = {
    "recent": "Recently published",
    "popular": "Popular",
    **{shelf: SHELVES[shelf] for shelf in OWN},
}


@dataclass(frozen=True)
class Section:
    """Some notebooks below a heading."""

    title: str
    notebooks: Sequence[Listed]
    shelf: str
    sort: str
    """Where the others of the kind are, and in what order."""
    has_more: bool


class HomeHandler(GalleryPageHandler):
    """``/bookstore/gallery``."""

    @reading
    async def get(self) -> None:
        """Show some of everything."""
        self.finish_page("home.html", **await self.outcome(self._home()))

    async def _home(self) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        some = await front(gallery.catalogue, actor, SHOWN)
        return {
            "sections": [*_different(some)],
            "is_empty": not any(each.notebooks for each in some.values()),
        }


def _different(some: Mapping[Front, Some]) -> Iterator[Section]:
    """Yield the sections that say what none before them says: one's own are often all there are."""
    said: list[set[str]] = [set()]
    for name, each in some.items():
        uuids = {notebook.uuid for notebook in each.notebooks}
        if uuids not in said:
            shelf = name if name in OWN else "all"
            sort = "trend" if name == "popular" else ""
            yield Section(TITLES[name], each.notebooks, shelf, sort, each.has_more)
        said.append(uuids)


class NowhereHandler(GalleryPageHandler):
    """Whatever else is asked for below ``/bookstore/gallery``."""

    @reading
    async def get(self, path: str) -> None:
        """Say that there is no such page."""
        await self.outcome(_nowhere())


async def _nowhere() -> None:
    raise NotFound("There is no such page in the gallery.")
