"""The first page: what is new, what is liked, and what is one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import NotFound
from ..catalogue.reading import Filters, Listed, Shelf, notebooks
from ..faces.handlers import reading
from ..liked import most_starred
from .base import GalleryPageHandler

SHOWN = 6
"""How many notebooks of each kind there are on the page."""
SHELVES: dict[Shelf, str] = {"mine": "Mine", "starred": "Starred by me", "shared": "Shared with me"}


@dataclass(frozen=True)
class Section:
    """Some notebooks below a heading."""

    title: str
    notebooks: list[Listed]
    shelf: Shelf | None = None
    """Where the others of the kind are; None where that is no shelf."""
    has_more: bool = False


class HomeHandler(GalleryPageHandler):
    """``/bookstore/gallery``."""

    @reading
    async def get(self) -> None:
        """Show some of everything."""
        self.finish_page("home.html", **await self.outcome(self._home()))

    async def _home(self) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        recent = await self._section("Recently published", "all")
        sections = [recent]
        if recent.notebooks:
            liked = await most_starred(gallery.catalogue, actor, SHOWN)
            sections.append(Section("Most starred", liked))
            if actor.user_id is not None:
                sections += [await self._section(SHELVES[shelf], shelf) for shelf in SHELVES]
        return {
            "sections": [*_different(sections)],
            "is_empty": not recent.notebooks,
        }

    async def _section(self, title: str, shelf: Shelf) -> Section:
        gallery, actor = await self.gallery(), await self.actor()
        page = await notebooks(gallery.catalogue, actor, Filters(shelf=shelf), count=SHOWN)
        return Section(title, page.rows, shelf, has_more=page.after is not None)


def _different(sections: Iterable[Section]) -> Iterator[Section]:
    """Yield the sections that say what none before them says: one's own are often all there are."""
    said: list[set[str]] = [set()]
    for section in sections:
        uuids = {notebook.uuid for notebook in section.notebooks}
        if uuids not in said:
            yield section
        said.append(uuids)


class NowhereHandler(GalleryPageHandler):
    """Whatever else is asked for below ``/bookstore/gallery``."""

    @reading
    async def get(self, path: str) -> None:
        """Say that there is no such page."""
        await self.outcome(_nowhere())


async def _nowhere() -> None:
    raise NotFound("There is no such page in the gallery.")
