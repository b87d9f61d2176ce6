"""The cells of versions by their hashes, for every store: kept beside the outbox, made when asked.

It is one SQLite file that can be thrown away at any time.  What is in it comes from bodies and is
found by a body's SHA-256, so it is the same for every store, and no version is in it twice.

Knows: sqlite3, cells.  Must not know: which versions there are, and where their bodies are.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ..manifests import Cell, cells_of, compress, decompress

T = TypeVar("T")

MOST_BYTES = 64 * 2**20
"""Of the file: 9,000 versions of 60 cells.  Those that were used longest ago go first."""
READ_AT_ONCE = 4
"""Bodies may be large."""
_HASHED_AS = 1
"""Another number when cells are hashed in another way: releases may share the file."""
_SHAPE = 1
"""Of the tables."""
_LARGEST_SHARE = 16
"""Of all the room, one version may have this part."""
_USED_AGAIN_AFTER_S = 3600
"""A second use within this time is not written down."""
_BUSY_TIMEOUT_S = 2.0
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS bodies (
    name TEXT PRIMARY KEY,
    cells BLOB NOT NULL,  -- a frame of zstd: JSON, the name and then the cells
    used REAL NOT NULL  -- a POSIX timestamp
);
CREATE INDEX IF NOT EXISTS by_use ON bodies (used);
PRAGMA user_version = {_SHAPE};
COMMIT;
"""
_log = logging.getLogger("bookstore.history")


class CellIndex:
    """Remembers the cells of bodies.

    A failure of SQLite or the disk costs only time: cells are made from the body then.  A damaged
    file is begun again.
    """

    def __init__(
        self,
        directory: Path,
        *,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.file = directory / "cells.sqlite3"
        self._most_bytes = most_bytes
        self._clock = clock
        self._free = asyncio.Semaphore(READ_AT_ONCE)
        self._taking_apart = threading.Lock()

    async def cells(self, sha256: str, read: Callable[[], Awaitable[bytes]]) -> tuple[Cell, ...]:
        """Return the cells of the body that has this *sha256*; none for what is no notebook.

        *read* returns the body, and is called when its cells are not known.  An empty *sha256* is
        that of no body: nothing is remembered.
        """
        known = await asyncio.to_thread(self._find, sha256) if sha256 else None
        if known is not None:
            return known
        async with self._free:
            return await asyncio.to_thread(self._made, sha256, await read())

    def note(self, sha256: str, body: bytes) -> None:
        """Remember the cells of *body*, a new version's.  Blocks."""
        self._keep(sha256, self._cells_of(body))

    def _cells_of(self, body: bytes) -> tuple[Cell, ...]:
        with self._taking_apart:  # one at a time: what is large takes a multiple of its size
            return cells_of(body) or ()

    def _made(self, sha256: str, body: bytes) -> tuple[Cell, ...]:
        cells = self._cells_of(body)
        if hashlib.sha256(body).hexdigest() == sha256:  # metadata may say what it likes
            self._keep(sha256, cells)
        return cells

    # -- the file ------------------------------------------------------------------------------

    def _find(self, sha256: str) -> tuple[Cell, ...] | None:
        name, now = _name_of(sha256), self._clock()

        def find(database: sqlite3.Connection) -> bytes | None:
            query = "SELECT cells, used FROM bodies WHERE name = ?"
            row = database.execute(query, (name,)).fetchone()
            if row is not None and abs(now - row[1]) > _USED_AGAIN_AFTER_S:
                database.execute("UPDATE bodies SET used = ? WHERE name = ?", (now, name))
            return row[0] if row else None

        kept = self._run(find)
        return None if kept is None else _unpacked(name, kept, self._most_bytes)

    def _keep(self, sha256: str, cells: tuple[Cell, ...]) -> None:
        name = _name_of(sha256)
        row = (name, _packed(name, cells), self._clock())

        def keep(database: sqlite3.Connection) -> None:
            database.execute("INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", row)
            while _size_of(database) > self._most_bytes and _forget_oldest(database):
                pass

        if len(row[1]) <= self._most_bytes // _LARGEST_SHARE:
            self._run(keep)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return what *work* returns, None when the file cannot be used."""
        for is_again in (False, True):
            try:
                with self._opened() as database:
                    return work(database)
            except (sqlite3.OperationalError, OSError) as error:
                _log.debug("The index of cells cannot be used: %s", error)
                return None
            except sqlite3.DatabaseError as error:
                _log.warning("The index of cells is begun again: %s", error)
                if is_again or not self._throw_away():
                    return None
        return None

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        # Opened for each use, which costs a fraction of a millisecond: so it may be thrown away.
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = sqlite3.connect(self.file, timeout=_BUSY_TIMEOUT_S)
        with contextlib.closing(database), database:
            is_new = not database.execute("SELECT 1 FROM sqlite_master").fetchone()
            [shape] = database.execute("PRAGMA user_version").fetchone()
            if shape != _SHAPE:
                if not is_new:
                    raise sqlite3.DatabaseError("another release made it")
                database.executescript(_SCHEMA)
                self.file.chmod(0o600)
            database.execute("PRAGMA synchronous = OFF")  # a power cut may damage it
            yield database

    def _throw_away(self) -> bool:
        try:
            for suffix in ("-journal", "-wal", "-shm", ""):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            _log.debug("The index of cells cannot be removed: %s", error)
            return False
        return True


def _name_of(sha256: str) -> str:
    return f"{_HASHED_AS}:{sha256}"


def _packed(name: str, cells: tuple[Cell, ...]) -> bytes:
    return compress(json.dumps([name, *cells], separators=(",", ":")).encode())


def _unpacked(name: str, kept: bytes, most_bytes: int) -> tuple[Cell, ...] | None:
    """Return the cells in *kept*; None when a power cut left something else there."""
    try:
        found, *cells = json.loads(decompress(kept, max_bytes=most_bytes))
    except ValueError:
        return None
    return tuple(Cell(*cell) for cell in cells) if found == name else None


def _size_of(database: sqlite3.Connection) -> int:
    pages, free, page_bytes = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page_bytes)


def _forget_oldest(database: sqlite3.Connection) -> bool:
    """Forget a tenth, so that this is seldom; say whether there was something to forget."""
    [number] = database.execute("SELECT COUNT(*) FROM bodies").fetchone()
    query = "SELECT rowid FROM bodies ORDER BY used, rowid LIMIT ?"
    database.execute(f"DELETE FROM bodies WHERE rowid IN ({query})", (number // 10 + 1,))  # noqa: S608
    return bool(number)
