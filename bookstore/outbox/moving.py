"""Move what waits in an outbox of its own into the one that is in the embedded store's file.

Releases up to 3.0 had an outbox beside the embedded store as well.  What was moved is written down
save by save, so that none is moved twice, also when an earlier release ran again in between.  The
old file goes at a later opening, when it holds nothing else and is sound.

Knows: SQL, the folder of such an outbox.  Must not know: stores.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

from ..databases.bodies import BodyFiles
from ..databases.parts import BROKEN
from ..databases.readers import opened_to_read
from ..files.os_lock import NoFileLocksError, OsLock
from .rescue import take_over

DATABASE = "outbox.sqlite3"
"""The file of an outbox of its own."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS moved_in (save_id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_log = logging.getLogger("bookstore.outbox")


def move_in(db: sqlite3.Connection, before: Path, files: BodyFiles) -> None:
    """Take over what waits in the folder *before*, once; inside the caller's transaction.

    Not while an earlier release delivers it: it goes on, and this is asked again.  Large bodies go
    to *files*.
    """
    if not (before / DATABASE).exists():
        _forget(db, before)
        return
    lock = OsLock(before / "delivery.lock")
    try:
        is_ours = lock.try_acquire()
    except NoFileLocksError:
        is_ours = True  # then no release could ever deliver it
    except OSError as error:
        _log.error("Saves in %s are left there for now: %s", DATABASE, error.strerror)
        return
    if is_ours:
        try:
            _move_in(db, before, files)
        finally:
            lock.release()


def _move_in(db: sqlite3.Connection, before: Path, files: BodyFiles) -> None:
    file, old = before / DATABASE, BodyFiles(before / "bodies")

    def moved(name: str) -> bytes:
        body = old.read(name)
        files.write({name: body})
        return body

    def note(save_id: str) -> None:
        db.execute("INSERT INTO moved_in VALUES (?)", (save_id,))

    taken, left = take_over(db, file, moved, but=_known(db), note=note)
    if taken:
        _log.info("Saves that waited in %s and wait in the store now: %d.", file.name, taken)
    if left:
        _log.error("Saves in %s that could not be read: %d.", file.name, left)
    _take_heads_over(db, file)
    if not taken and not left and _is_sound(file):  # what was moved before lasts by now
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{file}{suffix}").unlink()


def _forget(db: sqlite3.Connection, before: Path) -> None:
    """Remove what lay beside a file that is gone."""
    if known := _known(db):
        BodyFiles(before / "bodies").remove(known)
        db.execute("DELETE FROM moved_in")
    with contextlib.suppress(OSError):
        (before / "bodies").rmdir()
    with contextlib.suppress(OSError):
        (before / "reserve").unlink()


def _known(db: sqlite3.Connection) -> set[str]:
    return {row["save_id"] for row in db.execute("SELECT save_id FROM moved_in")}


def _is_sound(file: Path) -> bool:
    """Is there nothing in it that could not be seen?"""
    with contextlib.closing(opened_to_read(file)) as source:
        try:
            [said] = source.execute("PRAGMA quick_check(1)").fetchone()
            source.execute("SELECT count(*) FROM entries")
        except BROKEN:
            return False
    return bool(said == "ok")


def _take_heads_over(db: sqlite3.Connection, file: Path) -> None:
    """Take over what was recorded last for each key: its next save may be unchanged."""
    with contextlib.closing(opened_to_read(file)) as source, contextlib.suppress(*BROKEN):
        heads = [tuple(row) for row in source.execute("SELECT key, sha256, save_id FROM heads")]
        db.executemany("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)", heads)
