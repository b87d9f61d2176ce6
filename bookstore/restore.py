"""Restore: make an earlier version the current one.  Nothing is destroyed by it."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .clone_request import api_path, shown, text_field
from .copies import own_model, save_copy, save_over
from .errors import BadRequest
from .history import Read
from .history_api import HistoryHandler, VersionAddress, flag_in
from .intent import Intent


class BookstoreRestoreHandler(HistoryHandler):
    """``POST /api/bookstore/restore/{path}``."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Restore a version to its path, as a copy, or into the editor that has it open."""
        await self.respond(self._restore(path))

    async def _restore(self, path: str) -> dict[str, Any]:
        path, body = self.path_in(path), await self.json_body()
        in_editor, target = flag_in(body, "in_editor"), text_field(body, "target_path")
        if in_editor and target:
            raise BadRequest("in_editor and target_path exclude each other.")
        copy_to = self._target(target, path) if target else ""
        if not in_editor:
            await self.may_use_contents("write")
        read = await self.read(VersionAddress.of(body, path))
        if in_editor:
            model = await self._announce(read, path)
        elif copy_to:
            model = await save_copy(
                self.contents_manager,
                read.body,
                target_path=copy_to,
                source=read.entry.address,
                kind="restore",
            )
        else:
            model = await save_over(
                self.contents_manager, read.body, path=path, source=read.entry.address
            )
        return {**model, "version": self.entry_json(read.entry)}

    async def _announce(self, read: Read, path: str) -> dict[str, Any]:
        """Answer with the version's content; the editor puts it in place and saves it."""
        model = await own_model(self.contents_manager, read.body, path)
        intent = Intent("restore", read.entry.address)
        self.bookstore.announcements.announce(path, intent)
        return model

    def _target(self, target: str, path: str) -> str:
        if target.endswith("/"):
            target += path.rpartition("/")[2]
        target = api_path(target, field="target_path", allow_hidden=self.allow_hidden)
        if path.endswith(".ipynb") and not target.endswith(".ipynb"):
            raise BadRequest(
                f"target_path must end in .ipynb, as the notebook does, not {shown(target)}."
            )
        return target
