"""Which versions there are, as tables of the embedded store's file and functions of a connection.

The order of the versions of a key is that of their numbers, which waiting saves share: a save
keeps its place when it becomes a version.

Knows: SQL.  Must not know: threads, files, how bodies are kept.  Each function runs inside the
caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from ...databases import bodies
from ...records import ObjectVersion

FORMAT_NUMBER = 1
"""Stands in the file.  One more whenever an earlier release could not read what this one writes."""

LAST = 2**62
"""Behind every version."""

NOWHERE, ROW, FILE, FOLDER, ASIDE, CELLS = "", "row", "file:", "folder", "aside:", "cells"
"""How a body is kept: not at all, since a delete marker has none; whole, in the table of bodies, in
a file whose name follows, in the folder that earlier releases used, or, in whatever way, in a file
like this one that was moved aside and whose name follows; in pieces."""
_IS_WHOLE = f"kept NOT IN ('{NOWHERE}', '{CELLS}')"

# kept: where the body is; see bodies.py.  keys: one row a key that has versions, and its newest.
# Keys are UTF-8 bytes, so that they compare as bytes do.  Times are microseconds since 1970, UTC.
SCHEMA = f"""
{bodies.SCHEMA}
CREATE TABLE IF NOT EXISTS keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    newest INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS keys_deleted ON keys (key) WHERE is_deleted;
CREATE TABLE IF NOT EXISTS versions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id INTEGER NOT NULL,
    version_id TEXT NOT NULL UNIQUE,
    is_delete_marker INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    kept TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS versions_of_key ON versions (key_id, sequence);
CREATE INDEX IF NOT EXISTS versions_kept_whole ON versions (sequence) WHERE {_IS_WHOLE};
CREATE TRIGGER IF NOT EXISTS becomes_newest AFTER INSERT ON versions BEGIN
    UPDATE keys SET newest = NEW.sequence, is_deleted = NEW.is_delete_marker
    WHERE id = NEW.key_id AND newest < NEW.sequence;
END;
CREATE TRIGGER IF NOT EXISTS is_newest_no_more AFTER DELETE ON versions
WHEN OLD.sequence = (SELECT newest FROM keys WHERE id = OLD.key_id) BEGIN
    UPDATE keys SET (newest, is_deleted) = (
        SELECT sequence, is_delete_marker FROM versions
        WHERE key_id = OLD.key_id ORDER BY sequence DESC LIMIT 1
    ) WHERE id = OLD.key_id AND EXISTS (SELECT 1 FROM versions WHERE key_id = OLD.key_id);
    DELETE FROM keys WHERE id = OLD.key_id
        AND NOT EXISTS (SELECT 1 FROM versions WHERE key_id = OLD.key_id);
END;
"""  # noqa: S608 - a constant

_SELECT = """
SELECT v.sequence, v.key_id, v.sequence = k.newest AS is_latest, v.version_id, v.is_delete_marker,
    v.modified_at, v.size_bytes, v.sha256, v.content_type, v.metadata, v.kept, k.key
FROM keys k JOIN versions v ON v.key_id = k.id
"""
_SELECT_DELETED = f"""
{_SELECT} AND v.sequence = (
    SELECT max(sequence) FROM versions WHERE key_id = k.id AND NOT is_delete_marker
)
WHERE k.is_deleted AND k.key >= ? AND k.key < ? ORDER BY k.key LIMIT ?
"""  # noqa: S608 - a constant
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


class Row(NamedTuple):
    """A version, and what only the store knows of it."""

    sequence: int
    """Its place among all versions."""
    key_id: int
    kept: str
    """How its body is kept."""
    version: ObjectVersion


def newest(db: sqlite3.Connection, key: bytes) -> Row | None:
    """Return the newest version of *key*, a delete marker included."""
    return _one(db, f"{_SELECT} AND v.sequence = k.newest WHERE k.key = ?", key)


def version(db: sqlite3.Connection, key: bytes, version_id: str) -> Row | None:
    """Return this version of *key*."""
    return _one(db, f"{_SELECT} WHERE v.version_id = ? AND k.key = ?", version_id, key)


def at(db: sqlite3.Connection, sequence: int) -> Row | None:
    """Return the version at this place."""
    return _one(db, f"{_SELECT} WHERE v.sequence = ?", sequence)


def versions(db: sqlite3.Connection, key: bytes, before: int, limit: int) -> list[Row]:
    """Return at most *limit* versions of *key* with places before *before*, newest first."""
    query = f"{_SELECT} WHERE k.key = ? AND v.sequence < ? ORDER BY v.sequence DESC LIMIT ?"
    found = _all(db, query, key, before, limit)
    _check_order([-row.sequence for row in found], 1 - before)
    return found


def keys(db: sqlite3.Connection, first: bytes, end: bytes, limit: int) -> list[Row]:
    """Return the newest versions, delete markers left out, of at most *limit* keys between
    *first*, included, and *end*, excluded, in the order of their bytes."""
    query = (
        f"{_SELECT} AND v.sequence = k.newest"
        " WHERE NOT k.is_deleted AND k.key >= ? AND k.key < ? ORDER BY k.key LIMIT ?"
    )
    found = _all(db, query, first, end, limit)
    _check_order([row.version.key.encode() for row in found], first)
    return found


def deleted(
    db: sqlite3.Connection, first: bytes, end: bytes, limit: int
) -> list[tuple[ObjectVersion, ObjectVersion]]:
    """Return the delete marker and the newest version below it of at most *limit* deleted keys
    between *first*, included, and *end*, excluded, in the order of their bytes."""
    lasts = [row.version for row in _all(db, _SELECT_DELETED, first, end, limit)]
    _check_order([last.key.encode() for last in lasts], first)
    markers = [newest(db, last.key.encode()) for last in lasts]
    pairs = zip(markers, lasts, strict=True)
    return [(marker.version, last) for marker, last in pairs if marker is not None]


def to_pack(db: sqlite3.Connection, limit: int) -> list[Row]:
    """Return at most *limit* versions whose bodies are kept whole, the oldest first."""
    which = f"v.sequence IN (SELECT sequence FROM versions WHERE {_IS_WHOLE} ORDER BY 1 LIMIT ?)"  # noqa: S608
    return _all(db, f"{_SELECT} WHERE {which} ORDER BY v.sequence", limit)


def insert(db: sqlite3.Connection, made: ObjectVersion, kept: str, sequence: int) -> None:
    """Add a version at the place *sequence*; its body is there, or comes in this transaction."""
    key = made.key.encode()
    db.execute("INSERT OR IGNORE INTO keys (key, newest, is_deleted) VALUES (?, -1, 0)", (key,))
    db.execute(
        "INSERT INTO versions SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ? FROM keys WHERE key = ?",
        (
            sequence,
            made.version_id,
            made.is_delete_marker,
            to_microseconds(made.modified_at),
            made.size_bytes,
            made.etag,
            made.content_type,
            json.dumps(dict(made.metadata or {})),
            kept,
            key,
        ),
    )


def keep_as(db: sqlite3.Connection, sequence: int, kept: str) -> None:
    """Note that the body of a version is kept in another way from now on."""
    db.execute("UPDATE versions SET kept = ? WHERE sequence = ?", (kept, sequence))


def rows_of(db: sqlite3.Connection, key: bytes, version_ids: Collection[str]) -> list[Row]:
    """Return those of *version_ids* that *key* has."""
    found = (version(db, key, version_id) for version_id in version_ids)
    return [row for row in found if row is not None]


def delete(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Take these versions out for good."""
    db.executemany("DELETE FROM versions WHERE sequence = ?", [(row.sequence,) for row in rows])


def is_any_kept(db: sqlite3.Connection, kept: str) -> bool:
    """Is the body of any version kept whole in this way?"""
    query = f"SELECT 1 FROM versions WHERE {_IS_WHOLE} AND kept = ?"  # noqa: S608
    return db.execute(query, (kept,)).fetchone() is not None


def files_in_use(db: sqlite3.Connection) -> set[str]:
    """Return the names of the bodies that are files of their own."""
    rows = db.execute(f"SELECT kept FROM versions WHERE {_IS_WHOLE} AND kept LIKE '{FILE}%'")  # noqa: S608
    return {row["kept"].removeprefix(FILE) for row in rows}


def to_microseconds(moment: datetime) -> int:
    """Return *moment* as it is written here."""
    return (moment - _EPOCH) // _MICROSECOND


def to_version(row: sqlite3.Row) -> ObjectVersion:
    """Return the version that a row holds."""
    return ObjectVersion(
        key=row["key"].decode(),
        version_id=row["version_id"],
        size_bytes=row["size_bytes"],
        modified_at=_EPOCH + timedelta(microseconds=row["modified_at"]),
        etag=row["sha256"],
        is_latest=bool(row["is_latest"]),
        is_delete_marker=bool(row["is_delete_marker"]),
        metadata=json.loads(row["metadata"]),
        content_type=row["content_type"],
    )


def check(db: sqlite3.Connection) -> None:
    """Raise what a damaged file raises when a row is not what was written; reads them all."""
    for row in db.execute(_SELECT):
        _row(row)


def _check_order(found: Sequence[Any], first: Any) -> None:
    """See to it that whoever asks for page after page comes to the end."""
    places = [first, *found]
    if places != sorted(places):
        raise sqlite3.DatabaseError("the order of rows of the database is malformed")


def _one(db: sqlite3.Connection, query: str, *values: object) -> Row | None:
    return next(iter(_all(db, query, *values)), None)


def _all(db: sqlite3.Connection, query: str, *values: object) -> list[Row]:
    rows: Sequence[sqlite3.Row] = db.execute(query, values).fetchall()
    return [_row(row) for row in rows]


def _row(row: sqlite3.Row) -> Row:
    try:
        return Row(row["sequence"], row["key_id"], row["kept"], to_version(row))
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise sqlite3.DatabaseError("a row of the database is malformed") from error
