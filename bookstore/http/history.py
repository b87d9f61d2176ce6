"""What the routes of history share: addresses of versions coming in, entries going out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ..actions.requests import api_path, shown, text_field, version_id_field
from ..archive.capture import capture_of
from ..errors import BadRequest, NotFound
from ..history import Entry, Read
from ..keys.workspace import Workspace, is_reserved
from .base import BookstoreAPIHandler

MAX_BODY_BYTES = 256 * 2**20
"""Larger versions are not read into the server's memory to be shown, compared or restored."""


class VersionAddress(NamedTuple):
    """One version of one path."""

    path: str
    """The path it was archived under, which may be an older one of the notebook asked about."""
    version_id: str

    @classmethod
    def of(
        cls, fields: Mapping[str, Any], path: str, *, name: str = "version_id", where: str = ""
    ) -> VersionAddress:
        """Return the address under *name* in *fields*, or raise BadRequest naming the field."""
        version_id = version_id_field(fields, name)
        if not version_id:
            raise BadRequest(f"{name} must name a version of the notebook.")
        where = where or f"{name.removesuffix('_id')}_path"
        then = text_field(fields, where)
        return cls(notebook_path(then, field=where) if then.strip("/") else path, version_id)


class HistoryHandler(BookstoreAPIHandler):
    """Base of what tells, compares and restores versions."""

    @property
    def workspace(self) -> Workspace:
        """Where the server's notebooks are archived."""
        return self.bookstore.workspace

    def path_in(self, path: str) -> str:
        """Return the route's API path; there must be one."""
        if not path.strip("/"):
            raise BadRequest("The path of the notebook is missing.")
        return notebook_path(path, field="path")

    async def notice_outside_edits(self, path: str) -> None:
        """Have what something else wrote to the file become a version before history is told."""
        if capture := capture_of(self.contents_manager):
            await capture.notice(path)

    async def find(self, address: VersionAddress) -> Entry:
        """Return the version at *address*."""
        key = self.workspace.key(address.path)
        return await self.within(self.bookstore.history.find(key, address.version_id))

    async def read(self, address: VersionAddress) -> Read:
        """Return the version at *address* with its body, to whoever may read files."""
        await self.may_use_contents("read")
        key = self.workspace.key(address.path)
        read = self.bookstore.history.read(key, address.version_id, max_bytes=MAX_BODY_BYTES)
        return await self.within(read, size_bytes=MAX_BODY_BYTES)

    def entry_json(self, entry: Entry) -> dict[str, Any]:
        """Return *entry* as the routes answer it."""
        failed = entry.failed
        return {
            "version_id": entry.version_id,
            "save_id": entry.save_id,
            "path": self.workspace.path(entry.key),
            "saved_at": entry.saved_at,
            "size_bytes": entry.size_bytes,
            "sha256": entry.sha256,
            "author": entry.author,
            "kind": entry.kind,
            "source": self._source(entry.source),
            "label": entry.label,
            "note": entry.note,
            "is_latest": entry.is_latest,
            "pending": entry.is_pending,
            "failed": failed
            and {
                "attempts": failed.attempts,
                "last_error": failed.last_error,
                "refused": failed.refused,
            },
            "url": "" if entry.is_pending or entry.kind == "delete" else self._url(entry),
        }

    def _source(self, source: str) -> str:
        key, _, query = source.partition("?versionId=")
        if not self.workspace.holds(key):
            return source
        return f"{self.workspace.path(key)} @ {query}" if query else self.workspace.path(key)

    def _url(self, entry: Entry) -> str:
        fields = {
            "s3_bucket": self.bookstore.store.bucket,
            "s3_key": entry.key,
            "s3_version_id": entry.version_id,
        }
        return f"bookstore/clone?{urlencode(fields)}"  # below any server's base URL


def notebook_path(value: str, *, field: str) -> str:
    """Return *value* as the API path of something that may have a history."""
    path = api_path(value, field=field)
    if is_reserved("", path):
        raise NotFound(f"There is no history of {shown(path)}, which is bookstore's own.")
    return path
