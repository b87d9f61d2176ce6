"""What other pages and programs show of the gallery: a badge, and how a browser searches in it."""

from __future__ import annotations

from dataclasses import dataclass

from ..catalogue.reading import notebook, revisions
from ..faces.handlers import reading
from .base import GalleryPageHandler

LEFT = "Open in Jupyter"
MOST_LETTERS = 44
_LETTER, _ROOM = 6.6, 10
"""How wide a letter is about, and what is left free beside words; the letters are made to fit."""


@dataclass(frozen=True)
class Half:
    """Some words of a badge, and where they are."""

    words: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where the middle of it is."""
        return round(self.x + self.width / 2, 1)

    @property
    def length(self) -> float:
        """How wide its letters are together."""
        return round(self.width - 2 * _ROOM, 1)

    @property
    def end(self) -> float:
        """Where it ends."""
        return round(self.x + self.width, 1)


def half(words: str, x: float = 0.0) -> Half:
    """Return words as they stand in a badge; of many only the first."""
    short = words if len(words) <= MOST_LETTERS else f"{words[: MOST_LETTERS - 1].rstrip()}…"
    return Half(short, x, round(len(short) * _LETTER + 2 * _ROOM, 1))


class BadgeHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/badge.svg``: an image for a README, by whoever may read it."""

    @reading
    async def get(self, uuid: str) -> None:
        """Answer with the title, and what the newest revision is called."""
        left = half(LEFT)
        right = half(await self.outcome(self._words(uuid)), left.end)
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")  # READMEs are elsewhere
        self.finish_xml("badge.svg", "image/svg+xml", left=left, right=right)

    async def _words(self, uuid: str) -> str:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        about = await notebook(catalogue, actor, uuid)
        newest = (await revisions(catalogue, actor, uuid, count=1)).rows
        label = newest[0].label if newest else ""
        return f"{about.notebook.title} · {label}" if label else about.notebook.title


class OpenSearchHandler(GalleryPageHandler):
    """``/bookstore/gallery/opensearch.xml``: how a browser searches in the gallery."""

    @reading
    async def get(self) -> None:
        """Answer with where the search is."""
        search = self.absolute(self.place("search")) + "?q={searchTerms}"
        icon = self.absolute(self.asset("bookstore.svg"))
        kind = "application/opensearchdescription+xml"
        self.finish_xml("opensearch.xml", kind, search=search, icon=icon)
