"""The route that makes an earlier version the current one."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.fields import flag_in, notebook_path, text_field
from ..actions.restore import restore, restore_in_editor
from ..actions.versions import VersionAddress
from ..archive.identity import current_author
from ..errors import BadRequest
from .base import BookstoreAPIHandler


class BookstoreRestoreHandler(BookstoreAPIHandler):
    """``POST /api/bookstore/restore/{path}``."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Restore a version to its path, as a copy, or into the editor that has it open."""
        await self.respond(self._restore(path))

    async def _restore(self, path: str) -> dict[str, Any]:
        path, body = notebook_path(path), await self.json_body()
        in_editor, target = flag_in(body, "in_editor"), text_field(body, "target_path")
        mend, address = flag_in(body, "mend"), VersionAddress.of(body, path)
        if in_editor and (target or mend):
            other = "target_path" if target else "mend"
            raise BadRequest(f"in_editor and {other} exclude each other.")
        await self.may_use_contents("read")
        asked = (self.bookstore, self.contents_manager, path, address)
        if in_editor:
            return await restore_in_editor(*asked, author=current_author())
        await self.may_use_contents("write")
        return await restore(*asked, target_path=target, mend=mend)
