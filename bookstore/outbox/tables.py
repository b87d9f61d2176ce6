"""The outbox's tables, and the statements on them, as functions of a connection.

Knows: SQL.  Must not know: threads, event loops, files.  Each function runs inside the caller's
transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timezone
from typing import NamedTuple

from ..authors import includes, joint
from ..databases import bodies
from ..errors import OutboxFull, SaveTooLarge
from ..records import OutboxEntry, OutboxTotals, Save
from . import newest, unsettled

FORMAT_NUMBER = 1
"""Stands in the file.  One more whenever an earlier release could not deliver what this one writes;
a release goes on reading all that came before it."""

_SIZES = ("freelist_count", "page_size")

# entries: what waits; their bodies are apart, so that scans stay narrow.  lines: one row a key,
# about its oldest entry.  heads: the newest save recorded for a key, to skip unchanged ones; the
# sha256 of a deletion is empty, and that of what may not be kept any more is "?".  stand_ins: bytes
# that make no version of their own, since they say nothing that the newest save does not say.
# totals: kept by triggers, so that counting costs the same for 1 entry and for 100,000.
SCHEMA = f"""
{bodies.SCHEMA}
CREATE TABLE IF NOT EXISTS entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    save_id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    metadata TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    queued_at REAL NOT NULL,
    not_before REAL NOT NULL,
    in_file INTEGER NOT NULL,
    only_if_changed INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_by_key ON entries (key, sequence);
CREATE TABLE IF NOT EXISTS lines (
    key TEXT PRIMARY KEY,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    refused INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lines_by_due ON lines (due_at);
CREATE TABLE IF NOT EXISTS heads (
    key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, save_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stand_ins (
    key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, save_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (
    id INTEGER PRIMARY KEY CHECK (id = 1), depth INTEGER NOT NULL, size_bytes INTEGER NOT NULL
);
INSERT OR IGNORE INTO totals VALUES (1, 0, 0);
CREATE TRIGGER IF NOT EXISTS count_in AFTER INSERT ON entries BEGIN
    UPDATE totals SET depth = depth + 1, size_bytes = size_bytes + NEW.size_bytes;
END;
CREATE TRIGGER IF NOT EXISTS count_out AFTER DELETE ON entries BEGIN
    UPDATE totals SET depth = depth - 1, size_bytes = size_bytes - OLD.size_bytes;
END;
"""  # noqa: S608 - a constant

SELECT_ENTRY = """
SELECT e.*, l.attempts, l.due_at, l.last_error, l.refused,
    EXISTS (SELECT 1 FROM suspects s WHERE s.key = e.key AND s.save_id = e.save_id) AS may_be_there
FROM entries e JOIN lines l ON l.key = e.key
"""
# Two ranges of the index: with OR, all lines between them would be passed over one by one.
_SELECT_DUE = """
SELECT key, due_at FROM lines WHERE due_at <= ?
UNION ALL SELECT key, due_at FROM lines WHERE due_at > ?
ORDER BY due_at LIMIT ?
"""
SELECT_OLDEST = f"{SELECT_ENTRY} WHERE e.key = ? ORDER BY e.sequence LIMIT 1"
SELECT_BODY = "SELECT body FROM bodies JOIN entries USING (sequence) WHERE save_id = ?"
SELECT_NEXT = f"""
SELECT e.*, b.body FROM ({SELECT_OLDEST}) e
LEFT JOIN bodies b ON b.sequence = e.sequence
"""  # noqa: S608 - a constant


def is_large(save: Save) -> bool:
    """Does the body of *save* belong into a file of its own?"""
    return len(save.body) > bodies.INLINE_BYTES


def is_due(due_at: float, *, now: float, longest_s: float) -> bool:
    """May a line be tried at *now*?  Also when the clock was set back: nothing is ever postponed
    for more than *longest_s*."""
    return not now < due_at <= now + longest_s


def files_of(db: sqlite3.Connection) -> set[str]:
    """Return the names of the large bodies that wait."""
    return {row["save_id"] for row in db.execute("SELECT save_id FROM entries WHERE in_file")}


def waiting_ids(db: sqlite3.Connection, save_ids: Collection[str]) -> set[str]:
    """Return those of *save_ids* that wait already."""
    find = "SELECT 1 FROM entries WHERE save_id = ?"
    return {save_id for save_id in save_ids if db.execute(find, (save_id,)).fetchone()}


def is_delivered(db: sqlite3.Connection, save: Save) -> bool:
    """Was this very save recorded before, and is nothing newer known for its key?"""
    row = newest.find(db, save.key)
    return row is not None and row["save_id"] == save.provenance.save_id


def is_unchanged(db: sqlite3.Connection, save: Save) -> bool:
    """Are the bytes of *save* the newest content recorded for its key, and sure to be kept?

    Content that still waits is.  Content that was delivered may be covered up by something that
    lands late, and a store may lose it: one look there at delivery tells a save that asks for it.
    What came of a run never is: it is the record of that run, whatever the one before made.
    """
    row = newest.find(db, save.key)
    if save.provenance.kind == "run":
        return False
    if save.operation != "put" or row is None or row["sha256"] != save.provenance.sha256:
        return False
    if db.execute("SELECT 1 FROM lines WHERE key = ?", (save.key,)).fetchone():
        return True
    return not save.only_if_changed and not unsettled.is_unsettled(db, save.key)


def coalescible(
    db: sqlite3.Connection, save: Save, *, now: float, window_s: float
) -> sqlite3.Row | None:
    """Return the waiting save that *save* may replace: an ordinary one, still in its window.

    Nobody's work is replaced by somebody else's: *save* was made by whoever made that one, perhaps
    with others, or comes out of a shared document, which holds what they did.
    """
    if not window_s or save.provenance.kind != "save":
        return None
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM entries WHERE key = ? ORDER BY sequence DESC LIMIT 1", (save.key,)
    ).fetchone()
    if row is None or not now < row["not_before"] <= now + window_s:
        return None
    waiting = json.loads(row["metadata"])
    is_theirs = save.is_shared or includes(save.provenance.author, waiting.get("author", ""))
    return row if waiting["kind"] == "save" and is_theirs else None


def going_on_from(row: sqlite3.Row, save: Save) -> Save:
    """Return *save*, which replaces the waiting one of *row*, as made by all who made the two."""
    author = joint((json.loads(row["metadata"]).get("author", ""), save.provenance.author))
    return replace(save, provenance=replace(save.provenance, author=author))


def reusable_bytes(db: sqlite3.Connection) -> int:
    """Return how much of the file is there and unused."""
    [pages], [page_bytes] = (db.execute(f"PRAGMA {n}").fetchone() for n in _SIZES)
    return int(pages * page_bytes)


def check_size(save: Save, *, max_bytes: int) -> None:
    """Raise :class:`~bookstore.errors.SaveTooLarge` when *save* can never fit."""
    if len(save.body) > max_bytes:
        raise SaveTooLarge("The save is larger than the outbox may be.")


def check_room(db: sqlite3.Connection, save: Save, *, max_bytes: int) -> None:
    """Raise :class:`~bookstore.errors.OutboxFull` when *save* does not fit below *max_bytes*."""
    [waiting_bytes] = db.execute("SELECT size_bytes FROM totals").fetchone()
    if waiting_bytes + len(save.body) > max_bytes:
        raise OutboxFull("The outbox has reached its size limit.")


def depth(db: sqlite3.Connection) -> int:
    """Return how many entries there are."""
    [found] = db.execute("SELECT depth FROM totals").fetchone()
    return int(found)


def totals(db: sqlite3.Connection) -> OutboxTotals:
    """Return how much waits; costs the same however much that is."""
    row = db.execute("SELECT depth, size_bytes FROM totals").fetchone()
    oldest = db.execute("SELECT queued_at FROM entries ORDER BY sequence LIMIT 1").fetchone()
    return OutboxTotals(
        depth=row["depth"],
        size_bytes=row["size_bytes"],
        oldest_queued_at=_moment(oldest["queued_at"]) if oldest else None,
    )


def agenda(db: sqlite3.Connection, *, now: float, longest_s: float, limit: int) -> Agenda:
    """Return what is to be done; costs the same however much waits."""
    due = db.execute(_SELECT_DUE, (now, now + longest_s, limit)).fetchall()
    first = db.execute("SELECT min(due_at) AS due_at FROM lines").fetchone()
    return Agenda(
        due_keys=[row["key"] for row in due],
        next_due_in_s=None if first["due_at"] is None else float(first["due_at"]) - now,
        has_unsettled=unsettled.are_left(db),
    )


def insert(db: sqlite3.Connection, save: Save, queued_at: float, not_before: float) -> None:
    """Add *save* at the end of its key's line."""
    in_file = is_large(save)
    sequence = bodies.next_number(db)
    db.execute(
        "INSERT INTO entries (sequence, save_id, path, key, operation, metadata, content_type,"
        " size_bytes, queued_at, not_before, in_file, only_if_changed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sequence,
            save.provenance.save_id,
            save.path,
            save.key,
            save.operation,
            json.dumps(save.provenance.to_metadata()),
            save.content_type,
            len(save.body),
            queued_at,
            not_before,
            in_file,
            save.only_if_changed,
        ),
    )
    if not in_file:
        bodies.put_in(db, sequence, save.body)
    db.execute("INSERT OR IGNORE INTO lines (key, due_at) VALUES (?, ?)", (save.key, not_before))
    _remember_head(db, save)


class Agenda(NamedTuple):
    """What is to be done, and when."""

    due_keys: list[str]
    """Keys whose oldest entry may be delivered now, longest due first."""
    next_due_in_s: float | None
    """Seconds until the next line is due, 0 or less if one is; None when nothing waits."""
    has_unsettled: bool
    """Is there an unsettled key?"""


class Waiting(NamedTuple):
    """An entry that may be delivered now."""

    entry: OutboxEntry
    body: bytes | None
    """None when it is in a file: ``Outbox.body`` reads it."""


class Added(NamedTuple):
    """What became of one save."""

    queued: bool
    """False when its bytes equal the newest content recorded for its key."""
    depth: int
    """Entries in the outbox afterwards."""


class Removed(NamedTuple):
    """What is left after an entry was taken out."""

    depth: int
    """Entries in the outbox."""
    is_last: bool
    """Does nothing more wait for its key?"""


class Deleted(NamedTuple):
    """What was taken out."""

    in_file: bool
    """Is its body in a file?"""
    is_last: bool
    """Is nothing left in its line?"""


def delete(db: sqlite3.Connection, save_id: str, *, with_body: bool = True) -> Deleted:
    """Delete one entry and move its line on.

    By its save ID: a file that takes the place of another counts its entries anew.
    """
    row = db.execute(
        "SELECT sequence, key, in_file FROM entries WHERE save_id = ?", (save_id,)
    ).fetchone()
    if row is None:
        return Deleted(in_file=False, is_last=True)
    sequence = row["sequence"]
    db.execute("DELETE FROM entries WHERE sequence = ?", (sequence,))
    if with_body:
        bodies.drop(db, sequence)
    following = db.execute(
        "SELECT not_before FROM entries WHERE key = ? ORDER BY sequence LIMIT 1", (row["key"],)
    ).fetchone()
    if following is None:
        db.execute("DELETE FROM lines WHERE key = ?", (row["key"],))
    else:
        db.execute(
            "UPDATE lines SET due_at = ?, attempts = 0, last_error = '', refused = 0 WHERE key = ?",
            (following["not_before"], row["key"]),
        )
    return Deleted(in_file=bool(row["in_file"]), is_last=following is None)


def postpone(
    db: sqlite3.Connection, key: str, due_at: float, reason: str, *, refused: bool
) -> None:
    """Let the line of *key* be tried again at *due_at*, and remember why."""
    db.execute(
        "UPDATE lines SET due_at = ?, attempts = attempts + 1, last_error = ?, refused = ?"
        " WHERE key = ?",
        (due_at, reason, refused, key),
    )


def forget_head(db: sqlite3.Connection, entry: OutboxEntry) -> None:
    """Forget that the content of *entry* was recorded, if it is the newest of its key."""
    ours = (entry.key, entry.save_id)
    db.execute(f"{unsettled.FORGET_HEADS} AND key = ? AND save_id = ?", ours)


def _remember_head(db: sqlite3.Connection, save: Save) -> None:
    sha256 = save.provenance.sha256 if save.operation == "put" else ""
    db.execute(
        "INSERT OR REPLACE INTO heads (key, sha256, save_id) VALUES (?, ?, ?)",
        (save.key, sha256, save.provenance.save_id),
    )


def to_entry(row: sqlite3.Row) -> OutboxEntry:
    """Return the entry that a row of :data:`SELECT_ENTRY` holds."""
    return OutboxEntry(
        sequence=row["sequence"],
        path=row["path"],
        key=row["key"],
        operation=row["operation"],
        metadata=json.loads(row["metadata"]),
        content_type=row["content_type"],
        size_bytes=row["size_bytes"],
        queued_at=_moment(row["queued_at"]),
        attempts=row["attempts"],
        due_at=_moment(row["due_at"]),
        last_error=row["last_error"],
        refused=bool(row["refused"]),
        only_if_changed=bool(row["only_if_changed"]),
        may_be_there=bool(row["may_be_there"]),
    )


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc)
