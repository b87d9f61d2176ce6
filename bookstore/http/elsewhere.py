"""The route that joins what was saved from another folder."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.elsewhere import join
from ..actions.fields import flag_in, notebook_path, text_field
from .base import BookstoreAPIHandler


class BookstoreJoinHandler(BookstoreAPIHandler):
    """``POST /api/bookstore/join/{path}``: versions that another root folder has."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Tell them as a part of the history here, or no longer."""
        await self.respond(self._join(path))

    async def _join(self, path: str) -> dict[str, Any]:
        path, body = notebook_path(path), await self.json_body()
        joined = flag_in({"joined": True, **body}, "joined")
        await self.may_use_contents("read")
        return await join(self.bookstore, path, text_field(body, "folder"), joined=joined)
