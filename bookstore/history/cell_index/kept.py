"""A file of values by name, in tables, in which what was used longest ago makes room.

Knows: SQLite, how values are packed.  Must not know: what they mean.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ...databases.disposable import DisposableDatabase, bytes_of
from ...manifests import compress, decompress

T = TypeVar("T")
Values = Sequence[Any]

_SHAPE = 2
"""Of the tables."""
_LARGEST_SHARE = 16
"""Of all the room, things that are kept together may have this part."""
_USED_AGAIN_AFTER_S = 3600
"""A second use within this time is not written down."""
_TABLE = """
CREATE TABLE IF NOT EXISTS {0} (
    name TEXT PRIMARY KEY,
    kept BLOB NOT NULL,  -- a frame of zstd: JSON, the name and then the values
    used REAL NOT NULL  -- a POSIX timestamp
);
CREATE INDEX IF NOT EXISTS {0}_by_use ON {0} (used);
"""
_IN_LIST = "(SELECT value FROM json_each(?))"
_log = logging.getLogger("bookstore.history")


class KeptFile:
    """The file.  A failure of SQLite or the disk costs only what is in it."""

    def __init__(
        self,
        file: Path,
        *,
        tables: Sequence[str],
        what: str,
        most_bytes: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        schema = "".join(map(_TABLE.format, tables)).rstrip("; \n")
        self._database = DisposableDatabase(file, schema=schema, shape=_SHAPE, what=what, log=_log)
        self._tables = tables
        self._most_bytes = most_bytes
        self._clock = clock

    def run(self, work: Callable[[Kept], T]) -> T | None:
        """Return what *work* returns, None when the file cannot be used.  Blocks."""

        def use(database: sqlite3.Connection) -> T:
            return work(Kept(database, self._tables, self._most_bytes, self._clock()))

        return self._database.run(use)

    def together(self, work: Callable[[], T]) -> T | None:
        """Return what *work* returns, for which the file is opened once; None when it cannot be.

        To open it costs more than most of what is done with it then.
        """
        return self._database.together(work)


class Kept:
    """What is in the file, while it is open."""

    def __init__(
        self, database: sqlite3.Connection, tables: Sequence[str], most_bytes: int, now: float
    ) -> None:
        self._database = database
        self._tables = tables
        self._most_bytes = most_bytes
        self._now = now

    def find(self, table: str, names: Iterable[str]) -> dict[str, list[Any]]:
        """Return the values in *table* under those of *names* under which there are some."""
        wanted = json.dumps(list(names))
        rows = self._database.execute(
            f"SELECT name, kept, used FROM {table} WHERE name IN {_IN_LIST}",  # noqa: S608
            (wanted,),
        ).fetchall()
        if any(abs(self._now - used) > _USED_AGAIN_AFTER_S for _, _, used in rows):
            query = f"UPDATE {table} SET used = ? WHERE name IN {_IN_LIST}"  # noqa: S608
            self._database.execute(query, (self._now, wanted))
        unpacked = ((name, _unpacked(name, kept, self._most_bytes)) for name, kept, _ in rows)
        return {name: values for name, values in unpacked if values is not None}

    def keep(self, table: str, things: Mapping[str, Values]) -> bool:
        """Keep *things*, values by their names, unless they are very large; say whether."""
        rows = [(name, _packed(name, values), self._now) for name, values in things.items()]
        if sum(len(row[1]) for row in rows) > self._most_bytes // _LARGEST_SHARE:
            return False
        if rows:
            query = f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)"  # noqa: S608
            self._database.executemany(query, rows)
            while bytes_of(self._database) > self._most_bytes and self._forget_oldest():
                pass
        return True

    def _forget_oldest(self) -> bool:
        """Forget a tenth, so that this is seldom; say whether there was something to forget."""
        forgotten = 0
        for table in self._tables:
            [number] = self._database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
            query = f"SELECT rowid FROM {table} ORDER BY used, rowid LIMIT ?"  # noqa: S608
            self._database.execute(
                f"DELETE FROM {table} WHERE rowid IN ({query})",  # noqa: S608
                (number // 10 + 1,),
            )
            forgotten += number
        return bool(forgotten)


def _packed(name: str, values: Values) -> bytes:
    return compress(json.dumps([name, *values], separators=(",", ":")).encode())


def _unpacked(name: str, kept: bytes, most_bytes: int) -> list[Any] | None:
    """Return the values in *kept*; None when a power cut left something else there."""
    try:
        found, *values = json.loads(decompress(kept, max_bytes=most_bytes))
    except ValueError:
        return None
    return values if found == name else None
