"""The outbox's database on a disk that may be full, in a folder that somebody may remove.

SQLite needs room even to delete.  So a file of no use lies beside the database: it is removed
when the disk is full, and saves are taken again only when it could be put back.

Knows: the owned database, the room on its disk.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..databases.asides import MovedAside, Why
from ..databases.owned import DatabaseUnavailable, OwnedDatabase
from ..errors import OutboxUnavailable
from ..files.os_lock import NoFileLocksError
from .part import RESERVE

T = TypeVar("T")

RESERVE_BYTES = 2 * 2**20
_MARGIN_BYTES = 128 * 2**10
_BUSY_TIMEOUT_S = 2.0
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_GONE = (
    "The outbox's file was removed while it was in use: saves that waited in it are not archived."
)
_LOG_LOST = (
    "The log beside {file}, {file}-wal, was removed while no server ran: the history may miss what "
    "was saved last. The notebooks themselves are as they were."
)
_ASIDE = "and was moved aside as {aside} in its folder."
_LEFT = "A log that was left beside it was moved aside with {aside} in its folder."
_WHY: dict[Why, str] = {
    "damaged": f"was damaged, {_ASIDE}",
    "later": f"was written by a later release of bookstore, {_ASIDE}",
    "foreign": f"was replaced by something else, which is not bookstore's {_ASIDE}",
    "emptied": f"was emptied. {_LEFT}",
    "gone": f"was removed. {_LEFT}",
}
_log = logging.getLogger("bookstore.outbox")


class DiskFull(OutboxUnavailable):
    """There is no room for it on the outbox's disk."""

    def __init__(self) -> None:
        super().__init__("The disk that holds the outbox is full.")


class DiskRoom:
    """The room left for *database_file* and what lies beside it.  Every method blocks."""

    def __init__(self, database_file: Path) -> None:
        self._file = database_file
        self._reserve = database_file.with_name(RESERVE)

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


class GuardedDatabase:
    """Runs functions of a connection, each in a transaction, for an event loop."""

    def __init__(self, owned: OwnedDatabase, disk_setting: str) -> None:
        """*disk_setting*: the name of the setting that says on which disk it is."""
        self.room = DiskRoom(owned.file)
        self.when_lost: list[Callable[[], None]] = []
        """Called on the event loop when what waited may be lost."""
        self._owned = owned
        self._disk_setting = disk_setting
        self._was_there = False
        self._was_removed = False
        self._told_of = ""
        self._last_aside: Path | None = None

    @property
    def problem(self) -> str:
        """What happened to the file, in words; "" when nothing did."""
        return " ".join(filter(None, [_GONE if self._was_removed else "", self._happened()]))

    def _happened(self) -> str:
        moved, log_lost = self._owned.moved_aside, _LOG_LOST.format(file=self._owned.file.name)
        told = (log_lost if self._owned.is_log_lost else "", _told(moved) if moved else "")
        return " ".join(filter(None, told))

    async def run(
        self,
        work: Callable[[sqlite3.Connection], T],
        *,
        is_adding: bool = False,
        is_lasting: bool = True,
    ) -> T:
        """Run *work*; on a full disk once more, with the room that is kept for all but adding."""
        try:
            return await self._run_once(work, is_lasting=is_lasting)
        except OutboxUnavailable as error:
            if not self.room.is_cause_of(error):
                raise
        await asyncio.to_thread(self.room.make, last_resort=not is_adding)
        return await self._run_once(work, is_lasting=is_lasting)

    async def _run_once(self, work: Callable[[sqlite3.Connection], T], *, is_lasting: bool) -> T:
        is_gone = self._is_gone()
        try:
            result = await asyncio.wrap_future(self._owned.run(work, is_lasting=is_lasting))
        except DatabaseUnavailable as error:
            if isinstance(error.__cause__, NoFileLocksError):
                raise without_locks(self._disk_setting) from error.__cause__
            raise unusable(error.reason) from error.__cause__
        self._was_there = True
        happened = self._happened()
        is_gone = is_gone and happened == self._told_of  # what was moved aside is told by itself
        if is_gone or happened != self._told_of:
            self._was_removed, self._told_of = self._was_removed or is_gone, happened
            self._tell()
        return result

    def _is_gone(self) -> bool:
        was_there = self._was_there and self._happened() == self._told_of
        if not was_there or self._owned.file.exists():
            return False
        self._was_there = False
        return True

    def _tell(self) -> None:
        moved = self._owned.moved_aside
        is_new = self._was_removed or moved is not None
        _log.error("%s%s", self.problem, " A new one is begun." if is_new else "")
        if moved is not None and moved.file == self._last_aside:
            return  # it is only known now what became of it
        self._last_aside = moved and moved.file
        for callback in self.when_lost:
            callback()


def unusable(reason: str | None) -> OutboxUnavailable:
    """Return that the outbox's disk does not work, for this *reason*."""
    return OutboxUnavailable(f"The outbox cannot be used: {reason or 'input/output error'}.")


def without_locks(disk_setting: str) -> OutboxUnavailable:
    """Return that the outbox's disk has no locks, and which setting to change."""
    return OutboxUnavailable(
        "The outbox's folder is on a file system without locks, such as some network file systems.",
        hint=f"Set BookstoreSettings.{disk_setting} to a folder on a local disk.",
    )


def _told(moved: MovedAside) -> str:
    is_shared = any(each.holds != "saves" for each in moved.rescued)
    whose = "The file of the embedded store, in which saves wait," if is_shared else "The outbox"
    told = [f"{whose} {_WHY[moved.why].format(aside=moved.file.name)}"]
    for holds, taken, left, place in moved.rescued:
        if place is not None:
            told.append(f"{holds.capitalize()} that it has are being read from it.")
        elif holds != "saves":
            told.append(f"{holds.capitalize()} that are known from it: {taken}.")
        elif moved.why != "later" and not taken and not left:
            told.append("Saves that waited in it could not be read.")
        else:
            told.append(f"Saves that waited in it and go on: {taken}.")
        if left and place is None:
            told.append(f"{holds.capitalize()} in it that could not be read: {left}.")
    if not moved.rescued:
        told.append("Saves that waited in it could not be read.")
    return " ".join(told)
