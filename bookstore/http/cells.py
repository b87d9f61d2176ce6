"""The route that tells which version gave each cell its source, and what became of one."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.cells import blame, history_of_cell
from ..actions.fields import text_field
from .base import BookstoreAPIHandler


class BookstoreCellsHandler(BookstoreAPIHandler):
    """``GET /api/bookstore/cells/{path}``: the past of single cells."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer with all cells of the newest version, or with the changes of one."""
        await self.respond(self._tell(path))

    async def _tell(self, path: str) -> dict[str, Any]:
        query = self.query_fields()
        await self.may_use_contents("read")
        if "cell" in query:
            return await history_of_cell(self.bookstore, path, text_field(query, "cell"))
        return await blame(self.bookstore, path)
