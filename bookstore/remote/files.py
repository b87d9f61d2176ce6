"""``/files/``: what is in the store, as it is, a part at a time.

Knows: HTTP's ranges.  Must not know: stores.
"""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import httputil, web

from ..keys.api_paths import normal_path
from ..notebooks.models import content_type_of
from ..records import ObjectVersion
from .failures import told_as_http
from .tree import PART_BYTES

if TYPE_CHECKING:
    from .manager import ObjectStoreContentsManager

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class StoredFilesHandler(JupyterHandler):
    """Gives a file to a browser as it is, or the range of it that is asked for."""

    auth_resource = "contents"

    @property
    def content_security_policy(self) -> str:
        """Confine scripts in what is shown to an origin of its own."""
        return f"{super().content_security_policy}; sandbox allow-scripts"

    @web.authenticated
    @authorized
    async def head(self, path: str) -> None:
        """Say what there is."""
        await self._give(path, with_body=False)

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Give the file, or a range of it."""
        self.check_xsrf_cookie()  # a page of another site must not show what is here
        await self._give(path, with_body=True)

    async def _give(self, path: str, *, with_body: bool) -> None:
        manager = cast("ObjectStoreContentsManager", self.contents_manager)
        name = normal_path(path)
        version = await self._find(manager, name)
        self._describe(name, version)
        if self.check_etag_header():
            self.set_status(304)
            return
        start, end = self._wanted(version.size_bytes)
        self.set_header("Content-Length", str(end - start))
        if with_body:
            while start < end:
                size = min(PART_BYTES, end - start)
                with told_as_http():
                    part = await manager.tree.part(name, version.version_id, start, size)
                if len(part) != size:
                    raise web.HTTPError(502, "The store gave less than it said.")
                self.write(part)
                await self.flush()
                start += size

    async def _find(self, manager: ObjectStoreContentsManager, path: str) -> ObjectVersion:
        await manager.must_be_seen(path, 404)
        with told_as_http():
            version = await manager.tree.file(path)
        if version is None:
            raise web.HTTPError(404)
        return version

    def _describe(self, path: str, version: ObjectVersion) -> None:
        name = path.rpartition("/")[2]
        if self.get_argument("download", ""):
            self.set_attachment_header(name)
        kind, encoding = mimetypes.guess_type(name)
        if encoding is not None:
            kind = "application/gzip" if encoding == "gzip" else "application/octet-stream"
        elif kind is None or name.endswith(".ipynb"):
            kind = content_type_of(path)
        self.set_header("Content-Type", f"{kind}; charset=UTF-8" if kind == "text/plain" else kind)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Last-Modified", httputil.format_timestamp(version.modified_at))
        self.set_header("Etag", f'"{version.version_id}"')

    def _wanted(self, size_bytes: int) -> tuple[int, int]:
        """Return where to begin and to end; nowhere, with its status, beyond the end."""
        said = self.request.headers.get("Range", "")
        matches = self.request.headers.get("If-Range", "") in ("", self._headers.get("Etag"))
        found = _ONE_RANGE.fullmatch(said) if matches else None
        if found is None or found[0] == "bytes=-":
            return 0, size_bytes
        first, last = found[1], found[2]
        if not first:  # so many at the end
            start, end = max(0, size_bytes - int(last)), size_bytes
        else:
            start, end = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
        if start >= end:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size_bytes}")
            return 0, 0
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {start}-{end - 1}/{size_bytes}")
        return start, end
