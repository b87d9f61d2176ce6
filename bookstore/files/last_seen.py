"""What files looked like when they were last read, so that a change by someone else is noticed.

Knows: files, by their status.  Must not know: what is in them, contents managers.
"""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

MOST = 10_000
"""Files remembered; one forgotten is read and compared once more."""


class Signature(NamedTuple):
    """What the file system says of a file; another one means that its content may be another."""

    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    """Moves even where whoever wrote the file put its old modification time back."""

    @classmethod
    def of(cls, status: os.stat_result) -> Signature:
        """Return the signature of a file with *status*."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def signature_of(file: Path) -> Signature | None:
    """Return the signature of *file*, None for what is missing or is no ordinary file.  Blocks."""
    try:
        status = file.stat()
    except (OSError, ValueError):  # a name with a null byte is a ValueError
        return None
    return Signature.of(status) if stat.S_ISREG(status.st_mode) else None


def read_signed(file: Path) -> tuple[bytes, Signature]:
    """Return what *file* holds, and its signature from just before.  Blocks.

    A change while it is read makes another signature, so it is noticed later.
    """
    with file.open("rb") as stream:
        signature = Signature.of(os.fstat(stream.fileno()))
        return stream.read(), signature


class Seen(NamedTuple):
    """A file as it was when it was read last."""

    signature: Signature
    at: datetime


def changed_at(now: Signature, before: Seen | None, noticed_at: datetime) -> datetime:
    """Return when something else changed a file, as far as can be known.

    That is its modification time; but the moment it was noticed, where that time lies in the
    future or before the file was read last, as after ``cp --preserve``.
    """
    try:
        modified_at = datetime.fromtimestamp(now.mtime_ns / 1e9, timezone.utc)
    except (ValueError, OverflowError, OSError):  # any program can set any time
        return noticed_at
    is_known = before is not None and modified_at <= before.at
    return noticed_at if is_known or modified_at > noticed_at else modified_at


class SeenFiles:
    """The files read last, by API path."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def of(self, path: str) -> Seen | None:
        """Return what the file at *path* looked like when it was last read."""
        return self._seen.get(path)

    def is_as(self, path: str, signature: Signature) -> bool:
        """Is *signature* that of the file at *path* when it was last read?"""
        seen = self._seen.get(path)
        return seen is not None and seen.signature == signature

    def remember(self, path: str, signature: Signature, at: datetime) -> None:
        """Note that the content that *signature* stood for at that moment is known."""
        self._seen[path] = Seen(signature, at)
        self._seen.move_to_end(path)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)

    def forget_all(self) -> list[str]:
        """Forget every file, and return their paths, the one read last at the end."""
        paths = list(self._seen)
        self._seen.clear()
        return paths

    def forget(self, path: str) -> None:
        """Forget the file at *path*, or every file in the folder there."""
        inside = f"{path}/"
        for seen in [seen for seen in self._seen if seen == path or seen.startswith(inside)]:
            del self._seen[seen]
