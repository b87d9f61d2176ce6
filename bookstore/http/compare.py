"""Compare: what changed between two versions of a notebook, or since one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.requests import shown
from ..archive.user_files import saved_bytes
from ..errors import BadRequest, NotANotebook
from ..history import Entry
from ..notebooks.text_notebooks import TextFormat, text_format_of
from .history import MAX_BODY_BYTES, HistoryHandler, VersionAddress


class BookstoreDiffHandler(HistoryHandler):
    """``/api/bookstore/diff/{path}``: differences in nbdime's format."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Compare two versions, or a version with what is on disk."""
        await self.respond(self._compare_saved(path))

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Compare a version with content that is not saved; nothing is changed by it."""
        await self.respond(self._compare_unsaved(path))

    async def _compare_saved(self, path: str) -> dict[str, Any]:
        path, text = await self._notebook_path(path)
        query = self.query_fields()
        base = await self.read(VersionAddress.of(query, path, name="base"))
        remote_version: Entry | None = None
        if "remote" in query:
            remote = await self.read(VersionAddress.of(query, path, name="remote"))
            remote_version, remote_body = remote.entry, remote.body
        else:
            remote_body = await saved_bytes(
                self.contents_manager,
                path,
                allow_hidden=self.allow_hidden,
                max_bytes=MAX_BODY_BYTES,
            )
        compared = await asyncio.to_thread(_compare, base.body, remote_body, text)
        return self._answer(path, base.entry, remote_version, compared)

    async def _compare_unsaved(self, path: str) -> dict[str, Any]:
        path, text = await self._notebook_path(path)
        body = await self.json_body()
        content = body.get("content")
        if not isinstance(content, dict):
            raise BadRequest(f"content must be a notebook's JSON, not {shown(content)}.")
        base = await self.read(VersionAddress.of(body, path, name="base"))
        compared = await asyncio.to_thread(_compare, base.body, content, text)
        return self._answer(path, base.entry, None, compared)

    def _answer(
        self, path: str, base: Entry, remote: Entry | None, compared: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "path": path,
            "base_version": self.entry_json(base),
            "remote_version": remote and self.entry_json(remote),
            **compared,
        }

    async def _notebook_path(self, path: str) -> tuple[str, TextFormat | None]:
        """Return *path*, and how the notebook there is kept where that is as text."""
        path = self.path_in(path)
        text = await text_format_of(self.contents_manager, path)
        if text is None and not path.endswith(".ipynb"):
            raise NotANotebook(f"Only notebooks are compared: {shown(path)} is none.")
        return path, text


def _compare(
    base: bytes, remote: bytes | dict[str, Any], text: TextFormat | None
) -> dict[str, Any]:
    from ..notebooks.comparing import compare  # not at a server's start, for what few ask for

    if text is not None:
        compared = compare(text.comparable(base), text.comparable(remote))
    else:
        compared = compare(base, remote)
    return {
        "base": compared.base,
        "diff": compared.diff,
        "summary": compared.summary.to_json(),
    }
