"""The outbox's tables, and the statements on them, as functions of a connection.

Knows: SQL.  Must not know: threads, event loops, files.  Each function runs inside the caller's
transaction.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timezone

from ..errors import OutboxFull, SaveTooLarge
from ..records import OutboxEntry, OutboxTotals, Save

INLINE_BYTES = 2**20
"""Larger bodies are files beside the database, so that they are written to disk once."""

# entries: what waits.  bodies: apart, so that scans of entries stay narrow.  lines: one row a key,
# about its oldest entry.  heads: the newest content recorded for a key, to skip unchanged saves.
# totals: kept by triggers, so that counting costs the same for 1 entry and for 100,000.
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    save_id TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    metadata TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    queued_at REAL NOT NULL,
    not_before REAL NOT NULL,
    in_file INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_by_key ON entries (key, sequence);
CREATE TABLE IF NOT EXISTS bodies (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS lines (
    key TEXT PRIMARY KEY,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    refused INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lines_by_due ON lines (due_at);
CREATE TABLE IF NOT EXISTS heads (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
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
"""

SELECT_ENTRY = """
SELECT e.*, l.attempts, l.due_at, l.last_error, l.refused
FROM entries e JOIN lines l ON l.key = e.key
"""


def is_large(save: Save) -> bool:
    """Does the body of *save* belong into a file of its own?"""
    return len(save.body) > INLINE_BYTES


def is_unchanged(db: sqlite3.Connection, save: Save) -> bool:
    """Are the bytes of *save* the newest content recorded for its key?"""
    row = db.execute("SELECT sha256 FROM heads WHERE key = ?", (save.key,)).fetchone()
    return save.operation == "put" and row is not None and row["sha256"] == save.provenance.sha256


def coalescible(
    db: sqlite3.Connection, save: Save, *, now: float, window_s: float
) -> sqlite3.Row | None:
    """Return the waiting save that *save* may replace: an ordinary one, still in its window."""
    if not window_s or save.provenance.kind != "save":
        return None
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM entries WHERE key = ? ORDER BY sequence DESC LIMIT 1", (save.key,)
    ).fetchone()
    if row is None or not now < row["not_before"] <= now + window_s:
        return None
    return row if json.loads(row["metadata"])["kind"] == "save" else None


def check_room(db: sqlite3.Connection, save: Save, *, max_bytes: int) -> None:
    """Raise :class:`~bookstore.errors.OutboxFull` when *save* does not fit below *max_bytes*,
    :class:`~bookstore.errors.SaveTooLarge` when it never will."""
    if len(save.body) > max_bytes:
        raise SaveTooLarge("The save is larger than the outbox may be.")
    if totals(db).size_bytes + len(save.body) > max_bytes:
        raise OutboxFull("The outbox has reached its size limit.")


def totals(db: sqlite3.Connection) -> OutboxTotals:
    """Return how much waits; costs the same however much that is."""
    row = db.execute("SELECT depth, size_bytes FROM totals").fetchone()
    oldest = db.execute("SELECT queued_at FROM entries ORDER BY sequence LIMIT 1").fetchone()
    return OutboxTotals(
        depth=row["depth"],
        size_bytes=row["size_bytes"],
        oldest_queued_at=_moment(oldest["queued_at"]) if oldest else None,
    )


def insert(db: sqlite3.Connection, save: Save, queued_at: float, not_before: float) -> None:
    """Add *save* at the end of its key's line."""
    in_file = is_large(save)
    sequence = db.execute(
        "INSERT INTO entries (save_id, path, key, operation, metadata, content_type, size_bytes,"
        " queued_at, not_before, in_file) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
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
        ),
    ).lastrowid
    if not in_file:
        db.execute("INSERT INTO bodies VALUES (?, ?)", (sequence, save.body))
    db.execute("INSERT OR IGNORE INTO lines (key, due_at) VALUES (?, ?)", (save.key, not_before))
    _remember_head(db, save)


def delete(db: sqlite3.Connection, sequence: int) -> bool:
    """Delete one entry, move its line on, and return whether its body is in a file."""
    row = db.execute("SELECT key, in_file FROM entries WHERE sequence = ?", (sequence,)).fetchone()
    if row is None:
        return False
    db.execute("DELETE FROM entries WHERE sequence = ?", (sequence,))
    db.execute("DELETE FROM bodies WHERE sequence = ?", (sequence,))
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
    return bool(row["in_file"])


def _remember_head(db: sqlite3.Connection, save: Save) -> None:
    if save.operation == "put":
        db.execute(
            "INSERT OR REPLACE INTO heads VALUES (?, ?)",
            (save.key, save.provenance.sha256),
        )
    else:
        db.execute("DELETE FROM heads WHERE key = ?", (save.key,))


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
    )


def _is_large(save: Save) -> bool:
    return len(save.body) > INLINE_BYTES


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc)
