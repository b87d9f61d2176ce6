"""The routes for programs that edit, and for who edits beside them: where a turn begins, what an
editor holds that is not saved, and taking back what one of them did."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.checkpoint import checkpoint
from ..actions.fields import notebook_path, text_field, version_id_field
from ..actions.keeping import keep
from ..actions.undoing import undo
from ..archive.identity import current_author
from .base import BookstoreAPIHandler


class BookstoreCheckpointHandler(BookstoreAPIHandler):
    """``POST /api/bookstore/checkpoint``: what a notebook is now, or in an editor, is a version."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer with the version that the notebook is now, or that the body's content is."""
        await self.respond(self._checkpoint())

    async def _checkpoint(self) -> dict[str, Any]:
        body = await self.json_body()
        path = notebook_path(text_field(body, "path"))
        label, note = text_field(body, "label"), text_field(body, "note")
        await self.may_use_contents("read")
        bookstore, files, author = self.bookstore, self.contents_manager, current_author()
        if "content" not in body:
            return await checkpoint(bookstore, files, path, author=author, label=label, note=note)
        await self.may_use_contents("write")
        content = body["content"]
        return await keep(bookstore, files, path, content, author=author, label=label, note=note)


class BookstoreUndoHandler(BookstoreAPIHandler):
    """``POST /api/bookstore/undo/{path}``: without what one author did."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Take back what an author changed; what others did since stays."""
        await self.respond(self._undo(path))

    async def _undo(self, path: str) -> dict[str, Any]:
        path, body = notebook_path(path), await self.json_body()
        actor, since = text_field(body, "actor"), version_id_field(body, "since")
        await self.may_use_contents("read")
        await self.may_use_contents("write")
        asked = (self.bookstore, self.contents_manager, path)
        return await undo(*asked, actor=actor or current_author(), since=since)
