"""Pages of all words in use: tags, and programming languages."""

from __future__ import annotations

from typing import Any

from ..browsing import MOST_WORDS, languages_in_use, tags_in_use
from ..faces.handlers import reading
from ..search.values import Facet
from .base import GalleryPageHandler
from .wording import language


class TagsHandler(GalleryPageHandler):
    """``/bookstore/gallery/tags``."""

    @reading
    async def get(self) -> None:
        """Show all tags, and how many notebooks have each."""
        self.finish_page("words.html", **await self.outcome(self._page()))

    async def _page(self) -> dict[str, Any]:
        catalogue = (await self.gallery()).catalogue
        found = await tags_in_use(catalogue, await self.actor())
        return _page("tags", "tag", {each.value: each for each in found})


class LanguagesHandler(GalleryPageHandler):
    """``/bookstore/gallery/languages``."""

    @reading
    async def get(self) -> None:
        """Show all programming languages, and how many notebooks are written in each."""
        self.finish_page("words.html", **await self.outcome(self._page()))

    async def _page(self) -> dict[str, Any]:
        catalogue = (await self.gallery()).catalogue
        found = await languages_in_use(catalogue, await self.actor())
        return _page("languages", "language", {language(each.value): each for each in found})


def _page(here: str, kind: str, words: dict[str, Facet]) -> dict[str, Any]:
    """Return what a page says: the words by the alphabet."""
    return {
        "here": here,
        "kind": kind,
        "words": sorted(words.items(), key=lambda each: each[0].lower()),
        "most": max((each.count for each in words.values()), default=1),
        "is_cut": len(words) >= MOST_WORDS,
    }
