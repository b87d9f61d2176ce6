"""Restore: make an earlier version the current one.  Nothing is destroyed by it."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.requests import api_path, flag_in, shown, text_field
from ..archive.identity import current_author
from ..archive.user_files import as_opened, own_model, save_copy, save_over, saved_bytes
from ..editors.announcements import Announcement
from ..editors.reasons import Reason
from ..errors import BadRequest, NotFound, TooLarge
from ..history import Read
from ..notebooks import strict_json
from ..notebooks.resemblance import Content
from ..notebooks.text_notebooks import without_header
from .history import MAX_BODY_BYTES, HistoryHandler, VersionAddress


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
        mend = flag_in(body, "mend")
        if in_editor and (target or mend):
            other = "target_path" if target else "mend"
            raise BadRequest(f"in_editor and {other} exclude each other.")
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
                naming=self.bookstore.naming,
                kind="restore",
                mend=mend,
            )
        else:
            model = await save_over(
                self.contents_manager,
                read.body,
                path=path,
                source=read.entry.address,
                mend=mend,
            )
        return {**model, "version": self.entry_json(read.entry)}

    async def _announce(self, read: Read, path: str) -> dict[str, Any]:
        """Answer with the version's content; the editor puts it in place and saves it."""
        model = await own_model(self.contents_manager, read.body, path)
        if model["type"] == "notebook":
            content = model["content"] = strict_json.finite(model["content"])
        else:
            content = await self._cells(read.body, path)
        announcement = Announcement(
            reason=Reason("restore", read.entry.address, current_author()),
            version=await asyncio.to_thread(Content.of, content),
            before=await asyncio.to_thread(
                Content.of, await self._cells(await self._present_bytes(path), path)
            ),
        )
        self.bookstore.announcements.announce(path, announcement)
        return await as_opened(self.contents_manager, model, read.body)

    async def _cells(self, body: bytes, path: str) -> bytes | dict[str, Any]:
        return await without_header(self.contents_manager, body, path)

    async def _present_bytes(self, path: str) -> bytes:
        """Return what is on disk now; nothing where there is no file, or one beyond bounds."""
        try:
            return await saved_bytes(
                self.contents_manager,
                path,
                allow_hidden=self.allow_hidden,
                max_bytes=MAX_BODY_BYTES,
            )
        except (NotFound, TooLarge):
            return b""

    def _target(self, target: str, path: str) -> str:
        if target.endswith("/"):
            target += path.rpartition("/")[2]
        target = api_path(target, field="target_path", allow_hidden=self.allow_hidden)
        if path.endswith(".ipynb") and not target.endswith(".ipynb"):
            raise BadRequest(
                f"target_path must end in .ipynb, as the notebook does, not {shown(target)}."
            )
        return target
