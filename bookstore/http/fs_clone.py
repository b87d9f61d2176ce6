"""The routes that clone from the administrator's folder, and the page of a link to a file there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.fs_clone import body_of, find, fs_clone
from ..notebooks.preview import MAX_BYTES
from .base import BookstoreAPIHandler
from .landing import CopyingHandler, LandingHandler, Offer


class FSCopyingHandler(CopyingHandler):
    """Base of what clones from the file system."""

    async def clone(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Clone what *body* asks for; return its contents model and where it opens."""
        await self.may_use_contents("write")
        return self.opening(await fs_clone(self.bookstore, self.contents_manager, body))


class BookstoreFSCloneAPIHandler(FSCopyingHandler, BookstoreAPIHandler):
    """``POST /api/bookstore/fs-clone``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone a file; answer with the contents model of the copy."""
        await self.respond(self.clone_json())


class BookstoreFSCloneHandler(FSCopyingHandler, LandingHandler):
    """``/bookstore/fs-clone``: the landing page, and its form."""

    api_route = "api/bookstore/fs-clone"
    form_route = "bookstore/fs-clone"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what would be cloned."""
        await self.show_offer(await self.outcome(self._offer()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone, and go to the copy: the form without a script."""
        self.go_to(await self.outcome(self.clone_form()))

    async def _offer(self) -> Offer:
        await self.may_use_contents("read")
        found = await find(self.bookstore, self.contents_manager, self.query_fields())
        request, size_bytes = found.request, found.status.st_size
        return Offer(
            name=found.file.name,
            origin="shared files",
            facts={
                "Changed": moment_of(found.status.st_mtime),
                "Size": size_bytes,
                "Path": request.relpath,
            },
            size_bytes=size_bytes,
            body=await body_of(self.bookstore, found) if size_bytes <= MAX_BYTES else None,
            fields={"relpath": request.relpath},
            target_path=request.target_path,
        )


def moment_of(mtime_s: float) -> datetime | None:
    """Return the moment of a file's modification time, None where that is none."""
    try:
        return datetime.fromtimestamp(mtime_s, timezone.utc)
    except (ValueError, OverflowError, OSError):  # thousands of years away: any program can set it
        return None
