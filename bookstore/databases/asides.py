"""SQLite files that cannot be used are moved aside, never deleted; a new one takes their place.

A new file is made whole beside its place and linked there, so one that is empty was emptied.

Knows: sqlite3, files.  Must not know: what is kept in them, threads.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import stat
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from ..files.durable import flush_folder

Identity: TypeAlias = tuple[int, int]
Why: TypeAlias = Literal["damaged", "later", "emptied", "gone", "foreign"]
"""It is damaged; a later release wrote it; it holds nothing; it is not there although it was; it is
something else, such as a folder or another program's file."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS moved_aside (
    name TEXT NOT NULL,
    holds TEXT NOT NULL,
    why TEXT NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    left INTEGER NOT NULL DEFAULT 0,
    place INTEGER DEFAULT 0,
    PRIMARY KEY (name, holds)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS moved_aside_unfinished ON moved_aside (name) WHERE place IS NOT NULL;
"""
"""What this file took the place of, and from where on it is still to be taken over, for each user
of the file; a new one knows so from its first moment."""
_WORDS: dict[Why, str] = {"later": "later"}
_LEAST_BYTES = 512
"""No file of SQLite's is smaller."""
_LOOK_AGAIN_S = 0.1
"""Another process that moves a file and its log aside is done by then."""


class Rescued(NamedTuple):
    """What became of what one user of a file had in it."""

    holds: str
    taken: int
    left: int
    """So many are not whole, or not to be understood."""
    place: int | None = None
    """From where more is to be taken over; None when that was all."""


class MovedAside(NamedTuple):
    """A file that could not be used, and what became of what was in it."""

    file: Path
    why: Why
    rescued: tuple[Rescued, ...] = ()
    """What became of what was in it; empty when nobody can tell."""


def identity_of(file: Path) -> Identity | None:
    """Return which file is there now; None where there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def log_of(file: Path) -> Path:
    """Return where SQLite writes first what is to be in *file*."""
    return Path(f"{file}-wal")


def is_log_lost(file: Path) -> bool:
    """Was the log of *file* removed behind SQLite's back?  The index of it goes first otherwise."""
    return file.exists() and Path(f"{file}-shm").exists() and not log_of(file).exists()


def what_is_wrong(file: Path, traces: Collection[str]) -> Why | None:
    """Return why there is no SQLite file at the place of *file*, by looking at it from outside.

    None when there may be one, and when there never was: *traces* are the names of files beside it
    that are made after it.
    """
    try:
        status = file.stat()
    except FileNotFoundError:
        return "gone" if _is_gone(file, traces) else None
    if not stat.S_ISREG(status.st_mode):
        return "foreign"
    if status.st_size < _LEAST_BYTES:  # SQLite would take it for a new one
        return "damaged" if status.st_size else "emptied"
    return None


def is_foreign(db: sqlite3.Connection, mark: str) -> bool:
    """Did another program make this database?  It has tables, and *mark*, the first that each of
    ours gets, is none of them."""
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return bool(tables) and mark not in tables


def move_aside(file: Path, why: Why, schema: str) -> MovedAside:
    """Move what is at the place of *file* aside, with what SQLite has beside it.

    A log that has lost its file gets an empty one by *schema*: SQLite removes it otherwise, unread.
    """
    aside = file.with_name(f"{file.name}.{_WORDS.get(why, 'damaged')}-{time.time_ns()}")
    if why in ("emptied", "gone"):
        with _made(file, schema) as made:
            made.replace(aside)
        file.unlink(missing_ok=True)
    else:
        file.rename(aside)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{suffix}").rename(f"{aside}{suffix}")
    return MovedAside(aside, why)


def make(file: Path, schema: str, begin: Callable[[sqlite3.Connection], None]) -> None:
    """Make *file* with the tables of *schema*, unless another process does; *begin* is done to it
    before it is there."""
    with _made(file, schema, begin) as made:
        try:
            os.link(made, file)
        except FileExistsError:
            return
        except OSError:  # a disk without links
            if not file.exists():
                made.rename(file)
    flush_folder(file.parent)


def last_moved(file: Path) -> MovedAside | None:
    """Return what was moved aside last from the place of *file*: a crash may have come before it
    was taken over."""
    names = [each.name for each in file.parent.glob(f"{file.name}.*-*") if each.name[-1].isdigit()]
    if not names:
        return None
    last = max(names, key=lambda name: int("0" + name.rpartition("-")[2]))
    return MovedAside(file.with_name(last), "later" if ".later-" in last else "damaged")


def note(db: sqlite3.Connection, moved: MovedAside, holds: str) -> None:
    """Write down that it is to be taken over, once."""
    query = "INSERT OR IGNORE INTO moved_aside (name, holds, why) VALUES (?, ?, ?)"
    db.execute(query, (moved.file.name, holds, moved.why))


def is_unfinished(db: sqlite3.Connection) -> bool:
    """Is anything still to be taken over, or not known yet, since nothing wrote it down?"""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'moved_aside'").fetchone():
        return True  # an earlier build made the file: whoever owns it makes what is missing
    query = "SELECT 1 FROM moved_aside WHERE place IS NOT NULL"
    return db.execute(query).fetchone() is not None


def unfinished(db: sqlite3.Connection, file: Path) -> list[MovedAside]:
    """Return what is still to be taken over into *file*, and how far each is, the oldest first."""
    places = {moved: [each.place for each in moved.rescued] for moved in known(db, file)}
    return [moved for moved, found in places.items() if any(place is not None for place in found)]


def known(db: sqlite3.Connection, file: Path) -> list[MovedAside]:
    """Return all that *file* took the place of, the oldest first."""
    found: dict[str, MovedAside] = {}
    for name, holds, why, taken, left, place in db.execute("SELECT * FROM moved_aside").fetchall():
        before = found.get(name, MovedAside(file.with_name(name), why)).rescued
        rescued = (*before, Rescued(holds, taken, left, place))
        found[name] = MovedAside(file.with_name(name), why, rescued)
    return list(found.values())


def note_progress(db: sqlite3.Connection, name: str, now: Rescued) -> None:
    """Write down how far one user of the file is."""
    query = "UPDATE moved_aside SET taken = ?, left = ?, place = ? WHERE name = ? AND holds = ?"
    db.execute(query, (now.taken, now.left, now.place, name, now.holds))


@contextlib.contextmanager
def _made(
    file: Path, schema: str, begin: Callable[[sqlite3.Connection], None] = lambda _: None
) -> Iterator[Path]:
    made = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    try:
        with closing(sqlite3.connect(made, isolation_level=None)) as db:
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("PRAGMA synchronous = OFF")
            db.execute("PRAGMA journal_mode = MEMORY")
            db.executescript(f"BEGIN;\n{schema}\nCOMMIT;")
            begin(db)
            db.execute("PRAGMA journal_mode = WAL")
        made.chmod(0o600)
        with made.open("rb+") as stream:
            os.fsync(stream.fileno())
        yield made
    finally:
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                Path(f"{made}{suffix}").unlink()


def _is_gone(file: Path, traces: Collection[str]) -> bool:
    if not _has_traces(file, traces):
        return False
    time.sleep(_LOOK_AGAIN_S)
    return not file.exists() and _has_traces(file, traces)


def _has_traces(file: Path, traces: Collection[str]) -> bool:
    with contextlib.suppress(FileNotFoundError):
        if log_of(file).stat().st_size:
            return True
    return any(file.with_name(name).exists() for name in traces) or last_moved(file) is not None
