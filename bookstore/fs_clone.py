"""Clone files from a folder of the server's disk that the administrator opened for it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .api import BookstoreAPIHandler
from .bookstore_config import BookstoreSettings
from .clone_request import FSCloneRequest
from .errors import BadRequest, Forbidden, NotFound
from .landing import CopyingHandler, LandingHandler, Offer
from .preview import MAX_BYTES


def validate_relpath(relpath: str, settings: BookstoreSettings, log: logging.Logger) -> Path:
    """Return the file at *relpath* below ``settings.fs_cloning_basedir``, links resolved.

    Raises BadRequest for an empty or malformed path, and NotFound alike for what is missing,
    hidden, not a file, or outside: nobody learns what else is on the disk.  *log* does.
    """
    if not relpath.strip("/") or "\0" in relpath:
        raise BadRequest("relpath must be the relative path of a file.")
    base = Path(os.path.realpath(Path(settings.fs_cloning_basedir).expanduser()))
    file = Path(os.path.realpath(base / relpath))
    if not file.is_relative_to(base):
        log.info("Not cloned: %r is outside of %s", relpath, base)
    elif any(part.startswith(".") for part in file.relative_to(base).parts):
        log.info("Not cloned: %r is hidden", relpath)
    elif not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for too long a name
        log.info("Not cloned: %r is no file in %s", relpath, base)
    else:
        return file
    raise NotFound(f"There is no file {relpath!r} to clone.")


class FSCopyingHandler(CopyingHandler):
    """Base of what clones from the file system."""

    def request_in(self, body: Mapping[str, Any]) -> FSCloneRequest:
        """Return the request in *body*; cloning must be switched on."""
        if not self.bookstore.settings.fs_cloning_basedir:
            raise Forbidden(
                "Cloning from the file system is switched off.",
                hint="The administrator can set BookstoreSettings.fs_cloning_basedir.",
            )
        return FSCloneRequest.from_json(body, allow_hidden=self.allow_hidden)

    async def clone(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Clone what *body* asks for; return its contents model and where it opens."""
        request = self.request_in(body)
        file, _ = await self.file_of(request)
        content = await asyncio.to_thread(_read, file)
        return await self.save_copy(
            content, target_path=request.target_path, source=f"file:{request.relpath}"
        )

    async def file_of(self, request: FSCloneRequest) -> tuple[Path, os.stat_result]:
        """Return the file that *request* asks for and its facts; it is not too large."""
        file, stat = await asyncio.to_thread(self._find, request.relpath)
        self.may_be_copied(stat.st_size)
        return file, stat

    def _find(self, relpath: str) -> tuple[Path, os.stat_result]:
        file = validate_relpath(relpath, self.bookstore.settings, self.log)
        return file, file.stat()


class BookstoreFSCloneAPIHandler(FSCopyingHandler, BookstoreAPIHandler):
    """``POST /api/bookstore/fs-clone``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone a file; answer with the contents model of the copy."""
        await self.respond(self._clone())

    async def _clone(self) -> dict[str, Any]:
        return await self.clone(await self.json_body())


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
        self.go_to(await self.outcome(self._clone_form()))

    async def _clone_form(self) -> dict[str, Any]:
        return await self.clone(self.form_fields())

    async def _offer(self) -> Offer:
        request = self.request_in(self.query_fields())
        file, stat = await self.file_of(request)
        is_small = stat.st_size <= MAX_BYTES
        return Offer(
            name=file.name,
            origin="shared files",
            facts={
                "Changed": datetime.fromtimestamp(stat.st_mtime, timezone.utc),
                "Size": stat.st_size,
                "Path": request.relpath,
            },
            size_bytes=stat.st_size,
            body=await asyncio.to_thread(_read, file) if is_small else None,
            fields={"relpath": request.relpath},
            target_path=request.target_path,
        )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFound(f"The file {file.name!r} cannot be read.") from error
