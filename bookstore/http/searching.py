"""The route that searches the versions of one notebook, or of all of them."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.searching import Search, search
from .base import BookstoreAPIHandler


class BookstoreSearchHandler(BookstoreAPIHandler):
    """``GET /api/bookstore/search``: by text, author and kind."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the notebooks that were found; of one, with its versions."""
        await self.respond(self._search())

    async def _search(self) -> dict[str, Any]:
        wanted = Search.of(self.query_fields())
        await self.may_use_contents("read")
        return await search(self.bookstore, wanted)
