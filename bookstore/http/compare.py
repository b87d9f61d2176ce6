"""The route that tells what changed between two versions of a notebook, or since one of them."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.compare import compare, compare_unsaved
from ..actions.fields import notebook_path
from ..actions.versions import VersionAddress
from .base import BookstoreAPIHandler


class BookstoreDiffHandler(BookstoreAPIHandler):
    """``/api/bookstore/diff/{path}``: differences in nbdime's format."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Compare two versions, a version with what is on disk, or one with the one before it."""
        await self.respond(self._compare_saved(path))

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Compare a version with content that is not saved; nothing is changed by it."""
        await self.respond(self._compare_unsaved(path))

    async def _compare_saved(self, path: str) -> dict[str, Any]:
        path, query = notebook_path(path), self.query_fields()
        remote = VersionAddress.of(query, path, name="remote") if "remote" in query else None
        is_named = "base" in query or remote is None
        base = VersionAddress.of(query, path, name="base") if is_named else None
        await self.may_use_contents("read")
        return await compare(self.bookstore, self.contents_manager, path, base, remote)

    async def _compare_unsaved(self, path: str) -> dict[str, Any]:
        path, body = notebook_path(path), await self.json_body()
        base = VersionAddress.of(body, path, name="base")
        await self.may_use_contents("read")
        return await compare_unsaved(
            self.bookstore, self.contents_manager, path, base, body.get("content")
        )
