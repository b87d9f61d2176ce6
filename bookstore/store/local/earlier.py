"""The folder that releases up to 3.0 kept versions in: a journal, and each body a gzip file.

What its journal says is taken over when the store is opened, in one transaction; the bodies stay
where they are, and can be read there, until they are in pieces.  An earlier release that still
runs may go on adding to the journal: what is new in it is taken over whenever versions are packed.
The folder goes under the lock of the journal, when all that it says is known, and proven.

Knows: that folder, the tables of versions.  Must not know: pieces.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
import re
import shutil
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ...databases.bodies import next_number
from ...files.os_lock import OsLock
from ...records import ObjectVersion
from . import tables
from .removal import remove

# journal_end: what stands before it is taken over; journal_tail, the last bytes before it, so that
# another journal in the place of this one is noticed; unread, how many lines say nothing.
SCHEMA = """
CREATE TABLE IF NOT EXISTS earlier (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    journal_end INTEGER NOT NULL,
    journal_tail BLOB NOT NULL,
    unread INTEGER NOT NULL
);
INSERT OR IGNORE INTO earlier VALUES (1, 0, x'', 0);
"""
_log = logging.getLogger("bookstore.store.local.earlier")
_LOCK = "journal.lock"
_FOLDERS = ("objects", "incoming")
_FILES = ("index-*.sqlite3*", "index.lock", "journal.jsonl")
"""The journal last: as long as it is there, the rest may be needed."""
_TAIL_BYTES = 256
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 2**62
_UNREADABLE = (ValueError, KeyError, TypeError, ArithmeticError, RecursionError)


class Removal(NamedTuple):
    """Versions of one key that were removed for good."""

    key: str
    version_ids: tuple[str, ...]


class Proven(NamedTuple):
    """Everything in the folder that is a version is in pieces."""

    unread: int
    """So many lines of the journal cannot be read: what they were about may lie in the folder."""
    bodies: frozenset[str]
    """The SHA-256 of every version."""


class EarlierFolder:
    """What an earlier release left in *directory*.  Every method blocks."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._journal = directory / "journal.jsonl"
        self._objects = directory / "objects"

    def is_there(self) -> bool:
        """Is anything of it left?"""
        return self._journal.exists()

    def journal_bytes(self) -> int:
        """Return how long the journal is; 0 where there is none."""
        try:
            return self._journal.stat().st_size
        except FileNotFoundError:
            return 0

    def take_over(self, db: sqlite3.Connection) -> None:
        """Note every version of the journal that is not noted yet, in its order."""
        known = db.execute("SELECT * FROM earlier").fetchone()
        end, unread = known["journal_end"], known["unread"]
        try:
            journal = self._journal.open("rb")
        except FileNotFoundError:
            if end:  # it has gone; should there ever be another one, it is read from its start
                db.execute("UPDATE earlier SET journal_end = 0, journal_tail = x'', unread = 0")
            return
        with journal:
            if _tail(journal, end) != known["journal_tail"]:
                end, unread = 0, 0  # another one has taken its place: all of it is looked at
            removals: list[Removal] = []
            for line_end, said in self._lines(journal, end):
                end = line_end
                if isinstance(said, Removal):
                    removals.append(said)
                elif said is None:
                    unread += 1
                else:
                    _take_over(db, said)
            for removal in removals:  # wherever they stand: somebody may have joined copies
                remove(db, removal.key.encode(), removal.version_ids)
            now = (end, _tail(journal, end), unread)
        if now != (known["journal_end"], known["journal_tail"], known["unread"]):
            db.execute("UPDATE earlier SET journal_end = ?, journal_tail = ?, unread = ?", now)

    def body(self, sha256: str, size_bytes: int) -> bytes:
        """Return a body, to be compared with its SHA-256; ValueError when it cannot be read."""
        try:
            with gzip.open(self._file(sha256)) as stream:
                return stream.read(size_bytes + 1)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError("The file of a body is damaged.") from error

    # -- removing ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep an earlier release from adding within the block; False when it is just adding."""
        lock = OsLock(self._directory / _LOCK)
        is_ours = lock.try_acquire()
        try:
            yield is_ours
        finally:
            lock.release()
            if is_ours and not self.is_there():
                with contextlib.suppress(OSError):
                    (self._directory / _LOCK).unlink()

    def proven(self, db: sqlite3.Connection) -> Proven | None:
        """Say that nothing in the folder is needed any more, or None.

        It writes, so that this transaction reaches the disk, and all those before it.
        """
        self.take_over(db)
        if tables.is_any_kept(db, tables.FOLDER):
            return None
        db.execute("UPDATE earlier SET journal_end = journal_end")
        [unread] = db.execute("SELECT unread FROM earlier").fetchone()
        rows = db.execute("SELECT DISTINCT sha256 FROM versions") if unread else ()
        return Proven(unread, frozenset(row["sha256"] for row in rows if row["sha256"]))

    def remove(self, proven: Proven) -> bool:
        """Remove the folder; return whether all of it is gone.

        Where lines of the journal cannot be read, it stays together with the bodies that no version
        has: one of them may be what such a line was about.
        """
        if proven.unread and not self._is_empty_without(proven.bodies):
            return False
        for folder in _FOLDERS:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(self._directory / folder)
        for pattern in _FILES:
            for file in self._directory.glob(pattern):
                file.unlink(missing_ok=True)
        return True

    def _is_empty_without(self, bodies: Collection[str]) -> bool:
        for sha256 in bodies:
            self._file(sha256).unlink(missing_ok=True)
        return not any(self._objects.glob("*/*"))

    def _file(self, sha256: str) -> Path:
        return self._objects / sha256[:2] / f"{sha256}.gz"

    def _lines(
        self, journal: BinaryIO, start: int
    ) -> Iterator[tuple[int, ObjectVersion | Removal | None]]:
        """Yield where each line from *start* on ends, and what it says, None for nothing; a last
        one without its end is not there yet."""
        journal.seek(start)
        for text in journal:
            if not text.endswith(b"\n"):
                return
            start += len(text)
            if not text.strip():
                continue
            try:
                yield start, _said(json.loads(text))
            except _UNREADABLE:
                _log.warning(
                    "%s: the line before byte %d is passed over, not a version",
                    self._journal.name,
                    start,
                )
                yield start, None


def _tail(journal: BinaryIO, end: int) -> bytes:
    """Return the last bytes before *end*; fewer than there were in a journal that is shorter."""
    start = max(0, end - _TAIL_BYTES)
    journal.seek(start)
    return journal.read(end - start)


def _take_over(db: sqlite3.Connection, version: ObjectVersion) -> None:
    # One that is there twice, because somebody joined copies by hand, counts once.
    query = "SELECT 1 FROM versions WHERE version_id = ?"
    if not db.execute(query, (version.version_id,)).fetchone():
        kept = tables.NOWHERE if version.is_delete_marker else tables.FOLDER
        tables.insert(db, version, kept, next_number(db))


def _said(fields: Mapping[str, Any]) -> ObjectVersion | Removal:
    """Return what a line says, or raise one of what makes it unreadable: nothing that the tables
    would not take comes out of here."""
    if "removed" in fields:
        removal = Removal(str(fields["key"]), tuple(map(str, fields["removed"])))
        "".join((removal.key, *removal.version_ids)).encode()
        return removal
    version = ObjectVersion(
        key=str(fields["key"]),
        version_id=str(fields["version_id"]),
        size_bytes=int(fields["size_bytes"]),
        modified_at=datetime.fromisoformat(fields["modified_at"]),
        etag=str(fields["sha256"]),
        is_delete_marker=bool(fields["delete_marker"]),
        metadata=dict(fields["metadata"]),
        content_type=str(fields["content_type"]),
    )
    "".join((version.key, version.version_id, version.etag, version.content_type)).encode()
    is_body = _SHA256.fullmatch(version.etag) is not None
    if not is_body and not version.is_delete_marker:
        raise ValueError("no SHA-256")
    if version.modified_at.utcoffset() is None or not 0 <= version.size_bytes < _MOST_BYTES:
        raise ValueError("an impossible time or size")
    return version
