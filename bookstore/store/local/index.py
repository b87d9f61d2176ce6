"""Where in the journal the versions of a key are: a SQLite file that can be thrown away.

The index holds places, the journal the facts.  Before every answer it reads on in the journal
from where it stopped, so processes that share a folder agree, and one that died between the
journal and the index has lost nothing.  A missing or damaged index is made again.  What the
journal says was removed is not in it, wherever in the journal that stands.

Knows: sqlite3, the journal.  Must not know: bodies, locks of the journal.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ...records import ObjectVersion
from .journal import Journal, Removal, from_line

T = TypeVar("T")

_log = logging.getLogger("bookstore.store.local.store")
_BUSY_TIMEOUT_S = 5.0
_TAIL_BYTES = 256
_SCHEMA_NUMBER = 2
"""In the file's name, so that releases with another schema have an index of their own."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS versions (
    start INTEGER PRIMARY KEY,  -- of the line in the journal: the order of the versions
    size_bytes INTEGER NOT NULL,  -- of the line
    key BLOB NOT NULL,  -- UTF-8, so that keys compare as their bytes do
    version_id TEXT NOT NULL UNIQUE,
    is_delete_marker INTEGER NOT NULL,
    sha256 TEXT NOT NULL  -- of the body
);
CREATE INDEX IF NOT EXISTS versions_of_key ON versions (key, start);
CREATE INDEX IF NOT EXISTS versions_of_body ON versions (sha256);
CREATE TABLE IF NOT EXISTS newest (
    key BLOB PRIMARY KEY,
    start INTEGER NOT NULL,
    is_delete_marker INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS newest_deleted ON newest (key) WHERE is_delete_marker;
CREATE TRIGGER IF NOT EXISTS becomes_newest AFTER INSERT ON versions BEGIN
    DELETE FROM newest WHERE key = NEW.key;  -- OR REPLACE would be overruled by OR IGNORE
    INSERT INTO newest VALUES (NEW.key, NEW.start, NEW.is_delete_marker);
END;
CREATE TRIGGER IF NOT EXISTS is_newest_no_more AFTER DELETE ON versions
WHEN OLD.start = (SELECT start FROM newest WHERE key = OLD.key) BEGIN
    DELETE FROM newest WHERE key = OLD.key;
    INSERT INTO newest SELECT key, start, is_delete_marker FROM versions
        WHERE key = OLD.key ORDER BY start DESC LIMIT 1;
END;
CREATE TABLE IF NOT EXISTS removed (
    version_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL  -- of the body, empty when the version was not seen
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    journal_end INTEGER NOT NULL,  -- what the journal holds before here is indexed
    journal_tail BLOB NOT NULL  -- the last bytes before there
);
INSERT OR IGNORE INTO progress VALUES (1, 0, x'');
"""
_SELECT = """
SELECT versions.start, versions.size_bytes, versions.start = newest.start, versions.version_id
FROM newest JOIN versions ON versions.key = newest.key
"""
_SELECT_DELETED = """
SELECT marker.start, marker.size_bytes, 1, marker.version_id,
    last.start, last.size_bytes, 0, last.version_id
FROM newest JOIN versions AS marker ON marker.start = newest.start
JOIN versions AS last ON last.start = (
    SELECT start FROM versions WHERE key = newest.key AND NOT is_delete_marker
    ORDER BY start DESC LIMIT 1
)
WHERE newest.is_delete_marker AND newest.key >= ? AND newest.key < ?
ORDER BY newest.key LIMIT ?
"""
_SELECT_BODIES_REMOVED = """
SELECT DISTINCT sha256 FROM removed
WHERE sha256 != '' AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.sha256 = removed.sha256)
"""
_Row = tuple[int, int, int, str]
_Values = tuple[bytes | int | str, ...]


class Placed(NamedTuple):
    """A version, and where its line is in the journal."""

    start: int
    version: ObjectVersion


class _DamagedError(sqlite3.DatabaseError):
    """The index and the journal contradict each other."""


class Index:
    """The index of one journal.

    Every method blocks and may run in any thread, one at a time: the caller sees to that.
    *opening* keeps other processes out while the file is opened, which SQLite does not do for
    the switch to its write-ahead log.
    """

    def __init__(
        self,
        directory: Path,
        journal: Journal,
        opening: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._directory = directory
        self._journal = journal
        self._opening = opening
        self._connection: sqlite3.Connection | None = None
        self._file = directory
        self._seen_bytes = -1  # how long the journal was when it was last read to its end

    def catch_up(self) -> None:
        """Read what was added to the journal."""
        self._answer(lambda _: None)

    def behind_bytes(self) -> int:
        """Return how much of the journal was not read yet; all of it before the first question."""
        return self._journal.size_bytes() - max(self._seen_bytes, 0)

    def newest(self, key: bytes) -> ObjectVersion | None:
        """Return the newest version of *key*, a delete marker included."""
        query = f"{_SELECT} AND versions.start = newest.start WHERE newest.key = ?"
        return next((found.version for found in self._select(query, (key,))), None)

    def version(self, key: bytes, version_id: str) -> ObjectVersion | None:
        """Return this version of *key*."""
        query = f"{_SELECT} WHERE newest.key = ? AND versions.version_id = ?"
        found = self._select(query, (key, version_id))
        return next((placed.version for placed in found), None)

    def versions(self, key: bytes, before: int, limit: int) -> list[Placed]:
        """Return at most *limit* versions of *key* that are older than the place *before*,
        newest first."""
        query = (
            f"{_SELECT} WHERE newest.key = ? AND versions.start < ?"
            " ORDER BY versions.start DESC LIMIT ?"
        )
        return self._select(query, (key, before, limit))

    def keys(self, first: bytes, end: bytes, limit: int) -> list[Placed]:
        """Return the newest versions, delete markers left out, of at most *limit* keys between
        *first*, included, and *end*, excluded, in the order of their bytes."""
        query = (
            f"{_SELECT} AND versions.start = newest.start"
            " WHERE newest.key >= ? AND newest.key < ? AND NOT newest.is_delete_marker"
            " ORDER BY newest.key LIMIT ?"
        )
        return self._select(query, (first, end, limit))

    def place(self, key: bytes, version_id: str) -> int | None:
        """Return where this version of *key* is in the journal."""
        query = "SELECT start FROM versions WHERE key = ? AND version_id = ?"
        return next((start for (start,) in self._rows(query, (key, version_id))), None)

    def deleted(self, first: bytes, end: bytes, limit: int) -> list[tuple[Placed, Placed]]:
        """Return the delete marker and the newest version below it of at most *limit* deleted keys
        between *first*, included, and *end*, excluded, in the order of their bytes."""

        def question(index: sqlite3.Connection) -> list[tuple[Placed, Placed]]:
            rows = index.execute(_SELECT_DELETED, (first, end, limit)).fetchall()
            markers, lasts = (self._read(row[at : at + 4] for row in rows) for at in (0, 4))
            return list(zip(markers, lasts, strict=True))

        return self._answer(question) if self._journal.size_bytes() else []

    def bodies(self, key: bytes, version_ids: Iterable[str]) -> dict[str, str]:
        """Return those of *version_ids* that *key* has, and the SHA-256 of the body of each."""
        query = "SELECT version_id, sha256 FROM versions WHERE key = ? AND version_id = ?"
        return dict(row for id_ in version_ids for row in self._rows(query, (key, id_)))

    def unused(self, bodies: Iterable[str]) -> list[str]:
        """Return those SHA-256 of *bodies* that no version has."""
        query = "SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM versions WHERE sha256 = ?1)"
        return [sha256 for body in bodies for (sha256,) in self._rows(query, (body,))]

    def bodies_removed(self) -> list[str]:
        """Return the SHA-256 of every body that removed versions had and none has now."""
        return [sha256 for (sha256,) in self._rows(_SELECT_BODIES_REMOVED, ())]

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    # -- how it is done ------------------------------------------------------------------------

    def _select(self, query: str, values: _Values) -> list[Placed]:
        if not self._journal.size_bytes():
            return []  # asking makes no files where nothing was ever stored
        return self._answer(lambda index: self._read(index.execute(query, values).fetchall()))

    def _rows(self, query: str, values: _Values) -> list[Any]:
        if not self._journal.size_bytes():
            return []
        return self._answer(lambda index: index.execute(query, values).fetchall())

    def _read(self, rows: Iterable[_Row]) -> list[Placed]:
        rows = list(rows)
        lines = self._journal.pieces((start, size_bytes) for start, size_bytes, *_ in rows)
        found = []
        for (start, _, is_latest, version_id), line in zip(rows, lines, strict=True):
            try:
                version = from_line(line)
            except ValueError as error:
                raise _DamagedError("it points to no line") from error
            if isinstance(version, Removal) or version.version_id != version_id:
                raise _DamagedError("it points to another line")
            found.append(Placed(start, replace(version, is_latest=bool(is_latest))))
        return found

    def _answer(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._ask(question)
        except sqlite3.Error as error:
            self.close()
            if not _is_damage(error):
                raise
            _log.warning("The index of the embedded store is made again: %s", error)
            self._throw_away()
        return self._ask(question)

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection or self._open()
        self._read_on(connection)
        return question(connection)

    def _open(self) -> sqlite3.Connection:
        with self._opening():
            self._file = self._choose()
            connection = sqlite3.connect(
                self._file,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,  # the caller lets one thread in at a time
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")  # the journal is what lasts
                connection.executescript(_SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
        self._connection, self._seen_bytes = connection, -1
        return connection

    def _choose(self) -> Path:
        # Each new index has a name that no other had: SQLite finds the files beside a database
        # by name, and a process that still has a thrown-away index open would touch the new one's.
        # An empty one was made so while others had it open, and is still locked by them.
        name = f"index-{_SCHEMA_NUMBER}"
        files = sorted(self._directory.glob(f"{name}-*.sqlite3"))
        there = [file for file in files if file.stat().st_size]
        return there[0] if there else self._directory / f"{name}-{secrets.token_hex(4)}.sqlite3"

    def _throw_away(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)

    def _read_on(self, connection: sqlite3.Connection) -> None:
        size_bytes = self._journal.size_bytes()
        if size_bytes == self._seen_bytes:
            return
        with connection:  # ends the transaction, whichever way
            connection.execute("BEGIN IMMEDIATE")
            self._index_lines(connection)
        self._seen_bytes = size_bytes

    def _index_lines(self, connection: sqlite3.Connection) -> None:
        end, tail = connection.execute("SELECT journal_end, journal_tail FROM progress").fetchone()
        if self._journal.pieces([(end - len(tail), len(tail))]) != [tail]:
            # Not the journal that was indexed: a power cut took lines that another process had
            # read before they were on disk, or somebody put a copy in its place.
            for table in ("newest", "versions", "removed"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            end = 0
        for line in self._journal.lines(end):
            end = line.end
            if isinstance(line.said, Removal):
                _forget(connection, line.said)
            elif line.said is not None:
                _insert(connection, line.start, line.size_bytes, line.said)
        start = max(0, end - _TAIL_BYTES)
        [tail] = self._journal.pieces([(start, end - start)])
        connection.execute("UPDATE progress SET journal_end = ?, journal_tail = ?", (end, tail))


def _insert(
    connection: sqlite3.Connection, start: int, size_bytes: int, version: ObjectVersion
) -> None:
    # A line that is there twice, because somebody joined copies by hand, counts once, and one of
    # a removed version not at all.
    connection.execute(
        "INSERT OR IGNORE INTO versions SELECT ?1, ?2, ?3, ?4, ?5, ?6"
        " WHERE NOT EXISTS (SELECT 1 FROM removed WHERE version_id = ?4)",
        (
            start,
            size_bytes,
            version.key.encode(),
            version.version_id,
            version.is_delete_marker,
            version.etag,
        ),
    )


def _forget(connection: sqlite3.Connection, removal: Removal) -> None:
    for version_id in removal.version_ids:
        which = (removal.key.encode(), version_id)
        there = "FROM versions WHERE key = ? AND version_id = ?"
        connection.execute(
            f"INSERT OR IGNORE INTO removed SELECT version_id, sha256 {there}", which
        )
        connection.execute("INSERT OR IGNORE INTO removed VALUES (?, '')", (version_id,))
        connection.execute(f"DELETE {there}", which)


def _is_damage(error: sqlite3.Error) -> bool:
    # Operational errors are the disk's or the moment's (full, locked), but for a file that was
    # emptied or cut short.
    return not isinstance(error, sqlite3.OperationalError) or any(
        sign in str(error) for sign in ("no such table", "disk I/O error")
    )
