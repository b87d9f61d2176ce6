"""Take the saves that waited in a file that was moved aside over into the one in its place.

Each is checked by its SHA-256: a damaged file yields what is whole in it, and one that a later
release wrote what this one understands.

Knows: SQL, large bodies' files.  Must not know: stores, event loops.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ..databases import bodies
from ..databases.parts import BROKEN
from ..databases.readers import opened_to_read
from . import tables

_COLUMNS = (
    *("save_id", "path", "key", "operation", "metadata", "content_type", "size_bytes"),
    *("queued_at", "in_file", "only_if_changed"),
)


class Rescued(NamedTuple):
    """What became of the saves in a file that was moved aside."""

    taken: int
    left: int
    """So many are not whole, or not to be understood."""


class _Entry(NamedTuple):
    row: sqlite3.Row
    sha256: str
    body: bytes | None
    """None when it is in a file of its own."""


def take_over(
    db: sqlite3.Connection,
    aside: Path,
    read_file: Callable[[str], bytes],
    *,
    but: Collection[str] = (),
    note: Callable[[str], object] = lambda _: None,
) -> Rescued:
    """Put what waits in the file *aside* into *db*, in the same order, behind what is there.

    *read_file* returns the large body of a save.  Those whose save IDs are in *but* are passed
    over; *note* is called with that of each that is taken.
    """
    taken = left = 0
    with closing(opened_to_read(aside)) as source:
        for sequence in _sequences(source):
            if but and _save_id(source, sequence) in but:
                continue
            entry = _read_if_whole(source, sequence, read_file)
            if entry is None:
                left += 1
            else:
                taken += 1
                if not tables.waiting_ids(db, [entry.row["save_id"]]):
                    _insert(db, entry)
                note(entry.row["save_id"])
    # Whoever delivered may have died in the middle of it: what was tried then is looked up first.
    db.execute("INSERT INTO leading VALUES (?)", (time.time(),))
    return Rescued(taken, left)


def _sequences(source: sqlite3.Connection) -> list[int]:
    """Return what can be found, from either end: damage hides what is behind it.  Then bodies tell
    of entries, too, although others may have bodies there."""
    found: set[int] = set()
    for table in ("entries NOT INDEXED", "bodies"):
        for order in ("ASC", "DESC"):
            try:
                found.update(
                    row["sequence"]
                    for row in source.execute(
                        f"SELECT sequence FROM {table} ORDER BY sequence {order}"  # noqa: S608
                    )
                )
            except BROKEN:
                continue
            if table != "bodies":
                return sorted(found)
    return sorted(found)


def _save_id(source: sqlite3.Connection, sequence: int) -> object:
    query = "SELECT save_id FROM entries WHERE sequence = ?"
    with contextlib.suppress(*BROKEN):
        return next((row["save_id"] for row in source.execute(query, (sequence,))), None)
    return None


def _read_if_whole(
    source: sqlite3.Connection, sequence: int, read_file: Callable[[str], bytes]
) -> _Entry | None:
    try:
        return _read(source, sequence, read_file)
    except (sqlite3.Error, OSError, LookupError, ValueError, TypeError):
        return None


def _read(
    source: sqlite3.Connection, sequence: int, read_file: Callable[[str], bytes]
) -> _Entry | None:
    row = source.execute("SELECT * FROM entries WHERE sequence = ?", (sequence,)).fetchone()
    metadata = json.loads(row["metadata"])
    if metadata["save-id"] != row["save_id"]:
        return None
    if row["operation"] == "delete":
        return _Entry(row, "", b"")
    if row["in_file"]:
        body, stored = read_file(row["save_id"]), None
    else:
        query = "SELECT body FROM bodies WHERE sequence = ?"
        body = stored = bytes(source.execute(query, (sequence,)).fetchone()["body"])
    if hashlib.sha256(body).hexdigest() != metadata["sha256"]:
        return None
    return _Entry(row, metadata["sha256"], stored)


def _insert(db: sqlite3.Connection, entry: _Entry) -> None:
    # At a number of its own: versions of its key may be there already, and it is newer.
    row, sequence = entry.row, bodies.next_number(db)
    db.execute(
        f"INSERT INTO entries (sequence, not_before, {', '.join(_COLUMNS)})"  # noqa: S608
        f" VALUES (?, 0{', ?' * len(_COLUMNS)})",
        (sequence, *(row[column] for column in _COLUMNS)),
    )
    if entry.body is not None and row["operation"] == "put":
        bodies.put_in(db, sequence, entry.body)
    db.execute("INSERT OR IGNORE INTO lines (key, due_at) VALUES (?, 0)", (row["key"],))
    db.execute(
        "INSERT OR REPLACE INTO heads (key, sha256, save_id) VALUES (?, ?, ?)",
        (row["key"], entry.sha256, row["save_id"]),
    )
