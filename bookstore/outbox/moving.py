"""Move what waits in an outbox of its own into the one that is in the embedded store's file.

Releases up to 3.0 had an outbox beside the embedded store as well.

Knows: SQL, the folder of such an outbox.  Must not know: stores.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

from ..databases.bodies import BodyFiles
from ..files.os_lock import OsLock
from .rescue import opened_to_read, take_over

DATABASE = "outbox.sqlite3"
"""The file of an outbox of its own."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS moved_in (
    name TEXT PRIMARY KEY, facts TEXT NOT NULL, left_behind INTEGER NOT NULL
) WITHOUT ROWID;
"""
_log = logging.getLogger("bookstore.outbox")


def move_in(db: sqlite3.Connection, before: Path, files: BodyFiles) -> None:
    """Take over what waits in the folder *before*, once; inside the caller's transaction.

    Not while an earlier release delivers it: it goes on, and this is asked again.  Large bodies go
    to *files*.
    """
    file = before / DATABASE
    if not file.exists():
        return
    lock = OsLock(before / "delivery.lock")
    if not lock.try_acquire():
        return
    try:
        _move_in(db, file, files)
    finally:
        lock.release()


def _move_in(db: sqlite3.Connection, file: Path, files: BodyFiles) -> None:
    old = BodyFiles(file.parent / "bodies")

    def moved(name: str) -> bytes:
        body = old.read(name)
        files.write({name: body})
        return body

    status = file.stat()
    facts = f"{status.st_ino} {status.st_mtime_ns} {status.st_size}"
    name = str(file)
    known = db.execute("SELECT * FROM moved_in WHERE name = ?", (name,)).fetchone()
    if known is None or known["facts"] != facts:
        taken, left = take_over(db, file, moved)
        _take_heads_over(db, file)
        db.execute("INSERT OR REPLACE INTO moved_in VALUES (?, ?, ?)", (name, facts, left))
        _log.info("Saves that waited in %s and wait in the store now: %d.", file.name, taken)
        if left:
            _log.error("Saves in %s that could not be read: %d.", file.name, left)
    elif not known["left_behind"]:  # another opening: what was moved lasts by now
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{file}{suffix}").unlink()


def _take_heads_over(db: sqlite3.Connection, file: Path) -> None:
    """Take over what was recorded last for each key: its next save may be unchanged."""
    with contextlib.closing(opened_to_read(file)) as source, contextlib.suppress(sqlite3.Error):
        heads = [tuple(row) for row in source.execute("SELECT key, sha256, save_id FROM heads")]
        db.executemany("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)", heads)
