"""Clone files from a folder of the server's disk that the administrator opened for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..archive.user_files import ContentsManager, save_copy
from ..bookstore_config import BookstoreSettings
from ..errors import BadRequest, Forbidden, NotFound
from ..wiring import Bookstore
from ..words import shown
from .clone import check_size
from .fields import flag_in, target_path, text_field

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
"""Links were resolved before: one that is there now was put there since."""

_MAX_PATH_BYTES = 4096
"""No system opens a longer path, and resolving the links in one takes time with its square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FSCloneRequest:
    """One file below the administrator's folder to clone, and where to."""

    relpath: str
    target_path: str
    mend: bool = False

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, allow_hidden: bool = False) -> FSCloneRequest:
        """Return the request in *body*, or raise BadRequest naming the field and its value."""
        relpath = text_field(body, "relpath")
        if not relpath.strip("/"):
            raise BadRequest("relpath must name the file to clone.")
        if "\0" in relpath:
            raise BadRequest(f"relpath must be a path, not {shown(relpath)}.")
        if len(relpath.encode()) > _MAX_PATH_BYTES:
            raise BadRequest(f"relpath must be at most {_MAX_PATH_BYTES} bytes long.")
        target = text_field(body, "target_path")
        path = target_path(target, relpath.strip("/"), allow_hidden=allow_hidden)
        return cls(relpath=relpath, target_path=path, mend=flag_in(body, "mend"))


class Found(NamedTuple):
    """A file that may be cloned, and what the system says of it."""

    request: FSCloneRequest
    file: Path
    status: os.stat_result


def validate_relpath(relpath: str, settings: BookstoreSettings, log: logging.Logger) -> Path:
    """Return the file at *relpath* below ``settings.fs_cloning_basedir``, links resolved.

    Raises BadRequest for an empty or malformed path, and NotFound alike for what is missing,
    hidden, not a file, or outside: nobody learns what else is on the disk.  *log* does.
    """
    if not relpath.strip("/") or "\0" in relpath or len(relpath) > _MAX_PATH_BYTES:
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


async def find(bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]) -> Found:
    """Return what *body* asks for; it may be cloned, and is not too large."""
    settings = bookstore.settings
    if not settings.fs_cloning_basedir:
        raise Forbidden(
            "Cloning from the file system is switched off.",
            hint="The administrator can set BookstoreSettings.fs_cloning_basedir.",
        )
    request = FSCloneRequest.from_json(body, allow_hidden=files.allow_hidden)
    found = await asyncio.to_thread(_found, request, settings)
    check_size(settings, found.status.st_size)
    return found


async def body_of(bookstore: Bookstore, found: Found) -> bytes:
    """Return what is in the file that was found."""
    limit = bookstore.settings.clone_max_bytes
    content = await asyncio.to_thread(_content, found.file, limit + 1)
    check_size(bookstore.settings, len(content))  # it may have grown since it was found
    return content


async def fs_clone(
    bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Clone what *body* asks for; return its contents model."""
    found = await find(bookstore, files, body)
    return await save_copy(
        files,
        await body_of(bookstore, found),
        target_path=found.request.target_path,
        source=f"file:{found.request.relpath}",
        naming=bookstore.naming,
        mend=found.request.mend,
    )


def _found(request: FSCloneRequest, settings: BookstoreSettings) -> Found:
    file = validate_relpath(request.relpath, settings, settings.log)
    with _reading(file):
        return Found(request, file, file.stat())


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
