"""The outbox's database on a disk that may be full, in a folder that somebody may remove.

Knows: the owned database, the room on its disk.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import TypeVar

from ..errors import OutboxUnavailable
from .disk_room import DiskRoom
from .owned_sqlite import MovedAside, OwnedDatabase

T = TypeVar("T")

_GONE = (
    "The outbox's file was removed while it was in use: saves that waited in it are not archived."
)
_log = logging.getLogger("bookstore.outbox")


class GuardedDatabase:
    """Runs functions of a connection, each in a transaction, for an event loop."""

    def __init__(self, owned: OwnedDatabase) -> None:
        self.room = DiskRoom(owned.file)
        self.when_lost: list[Callable[[], None]] = []
        """Called on the event loop when what waited may be lost."""
        self._owned = owned
        self._was_there = False
        self._was_removed = False
        self._told_of: MovedAside | None = None

    @property
    def problem(self) -> str:
        """What happened to the file, in words; "" when nothing did."""
        moved = self._owned.moved_aside
        return " ".join(
            [*([_GONE] if self._was_removed else []), *([_told(moved)] if moved else [])]
        )

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
        is_gone = self._is_gone()
        result = await asyncio.wrap_future(self._owned.run(work))
        self._was_there = True
        moved = self._owned.moved_aside
        if is_gone or moved is not self._told_of:
            self._was_removed, self._told_of = self._was_removed or is_gone, moved
            self._tell()
        return result

    def _is_gone(self) -> bool:
        # What was moved aside is not gone, and is told of by itself.
        was_there = self._was_there and self._owned.moved_aside is self._told_of
        if not was_there or self._owned.file.exists():
            return False
        self._was_there = False
        return True

    def _tell(self) -> None:
        _log.error("%s A new one is begun.", self.problem)
        for callback in self.when_lost:
            callback()


def _told(moved: MovedAside) -> str:
    why = "was damaged" if moved.is_damaged else "was written by a later release of bookstore"
    told = f"The outbox {why}, and was moved aside as {moved.file.name} in its folder."
    if moved.rescued is None or (moved.is_damaged and not any(moved.rescued)):
        return f"{told} Saves that waited in it could not be read."
    taken, left = moved.rescued
    told = f"{told} Saves that waited in it and go on: {taken}."
    return f"{told} Saves in it that could not be read: {left}." if left else told
