"""The outbox's database on a disk that may be full, in a folder that somebody may remove.

Knows: the owned database, the room on its disk.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..errors import OutboxUnavailable
from .disk_room import DiskRoom
from .owned_sqlite import OwnedDatabase

T = TypeVar("T")

_GONE = (
    "The outbox's file was removed while it was in use: saves that waited in it are not archived."
)
_log = logging.getLogger("bookstore.outbox")


class GuardedDatabase:
    """Runs functions of a connection, each in a transaction, for an event loop."""

    def __init__(self, owned: OwnedDatabase) -> None:
        self.room = DiskRoom(owned.file)
        self.problem = ""
        """That the file was removed, in words; "" when it never was."""
        self._owned = owned
        self._was_there = False
        self._seen_aside: Path | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T], *, is_adding: bool = False) -> T:
        """Run *work*; on a full disk once more, with the room that is kept for all but adding."""
        try:
            return await self._run_once(work)
        except OutboxUnavailable as error:
            if not self.room.is_cause_of(error):
                raise
        await asyncio.to_thread(self.room.make, last_resort=not is_adding)
        return await self._run_once(work)

    async def _run_once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._look_for_file()
        result = await asyncio.wrap_future(self._owned.run(work))
        self._was_there = True
        return result

    def _look_for_file(self) -> None:
        aside = self._owned.moved_aside
        was_there = self._was_there and aside == self._seen_aside
        self._seen_aside = aside
        if was_there and not self._owned.file.exists():
            self._was_there = False
            self.problem = _GONE
            _log.error("%s A new one is begun.", _GONE)
