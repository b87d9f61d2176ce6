"""What SQLite writes first is kept short, and so is the file.

Knows: sqlite3.  Must not know: threads, what is kept in the file.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from .asides import log_of

_LEAST_BYTES = 2**22
"""A shorter log is left as it is."""
_LARGE_BYTES = 2**26
"""It is told of a log that is longer and cannot be emptied."""
_UNUSED_PAGES = 2**11
"""So many, 8 MiB, a file keeps for what comes next; the room of more is given back."""
_logger = logging.getLogger("bookstore.databases")


class WriteAheadLog:
    """The log beside *file*, which grows as long as anybody reads what was before it."""

    def __init__(self, file: Path) -> None:
        self._database = file
        self._file = log_of(file)
        self._is_large = False

    def keep_short(self, connection: sqlite3.Connection, *, wait_s: float) -> None:
        """Give unused room back, when there is much of it, as far as it can be done at once.

        *wait_s*: so long *connection* waits for others at other times.
        """
        try:
            if self._file.stat().st_size > _LEAST_BYTES:
                _give_room_back(connection)
                _empty(connection, wait_s)
                self._tell(self._file.stat().st_size)
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


def _empty(connection: sqlite3.Connection, wait_s: float) -> None:
    # Who reads for long holds up nobody: what cannot be done now is done after another save.
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")


def _give_room_back(connection: sqlite3.Connection) -> None:
    [pages] = connection.execute("PRAGMA freelist_count").fetchone()
    if pages > _UNUSED_PAGES:
        # A script, since this is a statement that has to be asked for each page.
        connection.executescript(f"PRAGMA incremental_vacuum({pages - _UNUSED_PAGES // 2})")
