"""The journal of the embedded store: one line a version, in the order in which they were made.

It alone says which versions there are.  Lines are only ever added, and each is JSON that people
can read, so a history can be recovered by hand.  A version's place is where its line starts.
That versions were removed is a line as well; their own lines stay, and count no more.

Knows: one text file.  Must not know: bodies, the index.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ...files.durable import flush_folder
from ...records import ObjectVersion

_log = logging.getLogger("bookstore.store.local.store")


class Removal(NamedTuple):
    """Versions of one key that were removed for good."""

    key: str
    version_ids: tuple[str, ...]
    removed_at: datetime


class Line(NamedTuple):
    """Where a line is in the journal, and what it says; None when it cannot be read."""

    start: int
    size_bytes: int
    said: ObjectVersion | Removal | None

    @property
    def end(self) -> int:
        """Where the next line starts."""
        return self.start + self.size_bytes


class Journal:
    """``journal.jsonl``.  Every method blocks and raises OSError when the disk does not work."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "journal.jsonl"

    def append(self, said: ObjectVersion | Removal) -> None:
        """Add a line for a version or a removal; it survives a power cut when this returns.

        The caller holds the lock that keeps other processes out.
        """
        is_new = not self.size_bytes()
        descriptor = self._open()
        try:
            line = removal_line(said) if isinstance(said, Removal) else to_line(said)
            # Half a line that a crash left behind must not swallow this one.
            line = line if _ends_line(descriptor) else b"\n" + line
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            flush_folder(self._file.parent)

    def make(self) -> None:
        """Make an empty journal where there is none; fails where none could be written."""
        os.close(self._open())
        flush_folder(self._file.parent)

    def size_bytes(self) -> int:
        """Return how long the journal is, half a last line included."""
        try:
            return self._file.stat().st_size
        except FileNotFoundError:
            return 0

    def lines(self, start: int) -> Iterator[Line]:
        """Yield the lines from *start* on; a last one without its end is not there yet."""
        if not self.size_bytes():
            return
        with self._file.open("rb") as stream:
            stream.seek(start)
            for text in stream:
                if not text.endswith(b"\n"):
                    return  # and look no further: the rest may be being written right now
                yield Line(start, len(text), self._read(text, start))
                start += len(text)

    def pieces(self, places: Iterable[tuple[int, int]]) -> list[bytes]:
        """Return the bytes at each of *places*, a start and a size; fewer where there are none."""
        if not self.size_bytes():
            return [b"" for _ in places]
        with self._file.open("rb") as stream:
            return [_piece(stream, start, size_bytes) for start, size_bytes in places]

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        return os.open(self._file, flags, 0o600)

    def _read(self, text: bytes, start: int) -> ObjectVersion | Removal | None:
        try:
            return from_line(text)
        except ValueError:
            if text.strip():
                _log.warning("%s: byte %d: passed over, not a version", self._file.name, start)
            return None


def to_line(version: ObjectVersion) -> bytes:
    """Return *version* as one line.  What tools cut out by position comes first, the key after it
    so that a search for ``"key": "…"`` finds it whatever stands in the metadata."""
    fields = {
        "version_id": version.version_id,
        "modified_at": version.modified_at.isoformat(timespec="microseconds"),
        "sha256": version.etag,
        "size_bytes": version.size_bytes,
        "delete_marker": version.is_delete_marker,
        "key": version.key,
        "content_type": version.content_type,
        "metadata": dict(version.metadata or {}),
    }
    return _line_of(fields)


def removal_line(removal: Removal) -> bytes:
    """Return *removal* as one line.  A reader that knows only versions passes it over: it has none
    of their fields but the key, which stands last so that searches for versions do not find it."""
    fields = {
        "removed": list(removal.version_ids),
        "removed_at": removal.removed_at.isoformat(timespec="microseconds"),
        "key": removal.key,
    }
    return _line_of(fields)


def from_line(line: bytes) -> ObjectVersion | Removal:
    """Return what :func:`to_line` or :func:`removal_line` wrote, or raise ValueError."""
    try:
        fields = json.loads(line)
        return _removal(fields) if "removed" in fields else _version(fields)
    except (KeyError, TypeError) as error:
        raise ValueError("neither a version nor a removal") from error


def _version(fields: Mapping[str, Any]) -> ObjectVersion:
    return ObjectVersion(
        key=str(fields["key"]),
        version_id=str(fields["version_id"]),
        size_bytes=int(fields["size_bytes"]),
        modified_at=datetime.fromisoformat(fields["modified_at"]),
        etag=str(fields["sha256"]),
        is_delete_marker=bool(fields["delete_marker"]),
        metadata=dict(fields["metadata"]),
        content_type=str(fields["content_type"]),
    )


def _removal(fields: Mapping[str, Any]) -> Removal:
    return Removal(
        key=str(fields["key"]),
        version_ids=tuple(map(str, fields["removed"])),
        removed_at=datetime.fromisoformat(fields["removed_at"]),
    )


def _line_of(fields: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # lone surrogates, in metadata: only escapes can hold them
        return json.dumps(fields).encode() + b"\n"


def _piece(stream: BinaryIO, start: int, size_bytes: int) -> bytes:
    stream.seek(start)
    return stream.read(size_bytes)


def _ends_line(descriptor: int) -> bool:
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"
