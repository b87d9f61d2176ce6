"""What SQLite writes first is kept short, and so is the file.

Knows: sqlite3.  Must not know: threads, what is kept in the file.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from .asides import log_of

_LEAST_BYTES = 2**22
"""A log that has not grown beyond this is left as it is for a while."""
_AT_ONCE = 64
"""After so many transactions what is in it is copied to where it belongs."""
_LONG_BYTES = 2**24
"""A longer log is cut off; what a shorter one takes is written to anew, which costs a flush less
than growing does."""
_LARGE_BYTES = 2**26
"""It is told of a log that is longer and cannot be cut off."""
_UNUSED_PAGES = 2**11
"""So many, 8 MiB, a file keeps for what comes next; the room of more is given back."""
_logger = logging.getLogger("bookstore.databases")


class WriteAheadLog:
    """The log beside *file*, which grows as long as anybody reads what was before it."""

    def __init__(self, file: Path) -> None:
        self._database = file
        self._file = log_of(file)
        self._transactions = 0  # since it was copied
        self._size_bytes = 0  # by then
        self._is_large = False

    def keep_short(self, connection: sqlite3.Connection, *, wait_s: float) -> None:
        """Have it begin anew, and give unused room back, when there is much of it, after each
        transaction that nobody else waits for.

        *wait_s*: so long *connection* waits for others at other times.
        """
        self._transactions += 1
        try:
            size_bytes = self._file.stat().st_size
            has_grown = size_bytes > max(_LEAST_BYTES, self._size_bytes)
            if not has_grown and self._transactions < _AT_ONCE:
                return
            _give_room_back(connection)
            _copy(connection, wait_s, is_cut_off=size_bytes > _LONG_BYTES)
            self._transactions, self._size_bytes = 0, self._file.stat().st_size
            self._tell(self._size_bytes)
        except (sqlite3.Error, OSError) as error:
            _logger.debug("%s is emptied later: %s", self._file.name, error)

    def _tell(self, size_bytes: int) -> None:
        """Say once that it is large, and again when it has become so once more."""
        if size_bytes > _LARGE_BYTES and not self._is_large:
            _logger.warning(
                "%s has grown to %d MB and grows with every save: another program has been reading "
                "%s for long. The room is given back when it has read.",
                *(self._file.name, size_bytes // 2**20, self._database.name),
            )
        self._is_large = size_bytes > _LARGE_BYTES


def _copy(connection: sqlite3.Connection, wait_s: float, *, is_cut_off: bool) -> None:
    # Who reads for long holds up nobody: what cannot be done now is done after another save.
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        way = "TRUNCATE" if is_cut_off else "PASSIVE"
        connection.execute(f"PRAGMA wal_checkpoint({way})").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")


def _give_room_back(connection: sqlite3.Connection) -> None:
    [pages] = connection.execute("PRAGMA freelist_count").fetchone()
    if pages > _UNUSED_PAGES:
        # A script, since this is a statement that has to be asked for each page.
        connection.executescript(f"PRAGMA incremental_vacuum({pages - _UNUSED_PAGES // 2})")
