"""Clone files from a folder of the server's disk that the administrator opened for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.requests import FSCloneRequest, shown
from ..bookstore_config import BookstoreSettings
from ..errors import BadRequest, Forbidden, NotFound
from ..notebooks.preview import MAX_BYTES
from .base import BookstoreAPIHandler
from .landing import CopyingHandler, LandingHandler, Offer

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
"""Links were resolved before: one that is there now was put there since."""


_LONGEST_RELPATH = 4096
"""No system opens a longer path, and resolving the links in one takes time with its square."""


def validate_relpath(relpath: str, settings: BookstoreSettings, log: logging.Logger) -> Path:
    """Return the file at *relpath* below ``settings.fs_cloning_basedir``, links resolved.

    Raises BadRequest for an empty or malformed path, and NotFound alike for what is missing,
    hidden, not a file, or outside: nobody learns what else is on the disk.  *log* does.
    """
    if not relpath.strip("/") or "\0" in relpath or len(relpath) > _LONGEST_RELPATH:
        raise BadRequest("relpath must be the relative path of a file.")
    base = Path(os.path.realpath(Path(settings.fs_cloning_basedir).expanduser()))
    file = Path(os.path.realpath(base / relpath))
    if not file.is_relative_to(base):
        log.info("Not cloned: %s is outside of %s", shown(relpath), base)
    elif any(part.startswith(".") for part in file.relative_to(base).parts):
        log.info("Not cloned: %s is hidden", shown(relpath))
    elif not os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for too long a name
        log.info("Not cloned: %s is no file in %s", shown(relpath), base)
    else:
        return file
    raise NotFound(f"There is no file {shown(relpath)} to clone.")


class _Found(NamedTuple):
    """A file to clone, and what the system says of it."""

    file: Path
    status: os.stat_result


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
        await self.may_use_contents("write")
        request = self.request_in(body)
        content = await self._read(await self.find(request))
        return await self.save_copy(
            content,
            target_path=request.target_path,
            source=f"file:{request.relpath}",
            mend=request.mend,
        )

    async def find(self, request: FSCloneRequest) -> _Found:
        """Return the file that *request* asks for and its facts; it is not too large."""
        found = await asyncio.to_thread(self._find, request.relpath)
        self.may_be_copied(found.status.st_size)
        return found

    def _find(self, relpath: str) -> _Found:
        file = validate_relpath(relpath, self.bookstore.settings, self.log)
        with _reading(file):
            return _Found(file, file.stat())

    async def _read(self, found: _Found) -> bytes:
        limit = self.bookstore.settings.clone_max_bytes
        content = await asyncio.to_thread(_content, found.file, limit + 1)
        self.may_be_copied(len(content))  # it may have grown since it was found
        return content


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
        await self.may_use_contents("read")
        request = self.request_in(self.query_fields())
        found = await self.find(request)
        size_bytes = found.status.st_size
        return Offer(
            name=found.file.name,
            origin="shared files",
            facts={
                "Changed": moment_of(found.status.st_mtime),
                "Size": size_bytes,
                "Path": request.relpath,
            },
            size_bytes=size_bytes,
            body=await self._read(found) if size_bytes <= MAX_BYTES else None,
            fields={"relpath": request.relpath},
            target_path=request.target_path,
        )


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Raise NotFound where the system fails: it may have gone, or been replaced, meanwhile."""
    try:
        yield
    except OSError as error:
        raise NotFound(f"The file {shown(file.name)} cannot be read.") from error


def _content(file: Path, most_bytes: int) -> bytes:
    """Return what is in *file*, up to *most_bytes*; a pipe in its place is not waited for."""
    with _reading(file), os.fdopen(os.open(file, _FLAGS), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise NotFound(f"The file {shown(file.name)} cannot be read.")
        return stream.read(most_bytes)


def moment_of(mtime_s: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(mtime_s, timezone.utc)
    except (ValueError, OverflowError, OSError):  # thousands of years away: any program can set it
        return None
