"""Keep enough of the disk free that what waits in the outbox can always be taken out of it.

SQLite needs room even to delete.  So a file of no use lies beside the database: it is removed
when the disk is full, and saves are taken again only when it could be put back.

Knows: one folder, SQLite's write-ahead log.  Must not know: what is kept in the database.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from pathlib import Path

from ..errors import OutboxUnavailable

RESERVE_BYTES = 2 * 2**20
_MARGIN_BYTES = 128 * 2**10
_BUSY_TIMEOUT_S = 2.0
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


class DiskFull(OutboxUnavailable):
    """There is no room for it on the outbox's disk."""

    def __init__(self) -> None:
        super().__init__("The disk that holds the outbox is full.")


class DiskRoom:
    """The room left for *database_file* and what lies beside it.  Every method blocks."""

    def __init__(self, database_file: Path) -> None:
        self._file = database_file
        self._reserve = database_file.with_name("reserve")

    def require(self, size_bytes: int, *, reusable_bytes: int) -> None:
        """Raise :class:`DiskFull` unless *size_bytes* can be put in and taken out again.

        *reusable_bytes* of the database are unused.
        """
        missing = 0 if self._reserve.exists() else RESERVE_BYTES
        # What is new is written to the log first, and copied from there into the database.
        grows_by = self._log_bytes() + max(0, size_bytes - reusable_bytes)
        needed = missing + size_bytes + grows_by + _MARGIN_BYTES
        try:
            if shutil.disk_usage(self._file.parent).free < needed:
                raise DiskFull
            if missing:
                self._put_back()
        except OSError as error:
            if error.errno in _FULL:
                raise DiskFull from error

    def make(self, *, last_resort: bool) -> None:
        """Give the room of the write-ahead log back; as a *last_resort* also the reserve's."""
        if last_resort:
            with contextlib.suppress(OSError):
                self._reserve.unlink()
        if self._file.exists():
            with contextlib.suppress(sqlite3.Error), self._connection() as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def is_cause_of(self, error: OutboxUnavailable) -> bool:
        """Did *error* happen because there is no room?"""
        cause = error.__cause__
        if isinstance(error, DiskFull):
            return True
        if isinstance(cause, OSError):
            return cause.errno in _FULL
        if not isinstance(cause, sqlite3.Error):
            return False
        return "full" in str(cause) or self._is_exhausted()  # then it fails in other ways, too

    def _is_exhausted(self) -> bool:
        try:
            return shutil.disk_usage(self._file.parent).free < _MARGIN_BYTES
        except OSError:
            return False

    def _log_bytes(self) -> int:
        try:
            return Path(f"{self._file}-wal").stat().st_size
        except OSError:
            return 0

    def _put_back(self) -> None:
        try:
            # Random, so that no file system stores it in less.
            self._reserve.write_bytes(os.urandom(RESERVE_BYTES))
        except OSError:
            with contextlib.suppress(OSError):
                self._reserve.unlink()
            raise

    def _connection(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(sqlite3.connect(self._file, timeout=_BUSY_TIMEOUT_S))
