"""Where a link to a notebook leads: the browser keeps it, and goes on to the notebook."""

from __future__ import annotations

from jupyter_server.auth.decorator import allow_unauthenticated

from ..catalogue.sharing import followed
from ..faces.handlers import reading
from ..faces.links import KEY, hold
from .base import GalleryPageHandler


class LinkHandler(GalleryPageHandler):
    """``/bookstore/gallery/link?key=…``: a link as it was sent to somebody."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Keep it, before anybody signs in: where they are sent from there, it is no part of."""
        is_https = self.origin.startswith("https:")
        hold(self, self.query_fields().get(KEY, ""), self.base_url, secure=is_https)
        self.go("linked")


class LinkedHandler(GalleryPageHandler):
    """``/bookstore/gallery/linked``."""

    @reading
    async def get(self) -> None:
        """Go where the last link leads."""
        self.go("nb", await self.outcome(self._followed()))

    async def _followed(self) -> str:
        return await followed((await self.gallery()).catalogue, await self.actor())
