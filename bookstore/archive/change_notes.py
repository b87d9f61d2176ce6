"""Find out what new versions changed and say, soon after they were made, beside everything else.

Whoever opens or searches the history is told at once.  What is missed is found when somebody asks.
A store that is paid for each request is asked for nothing: the cells of a version are known from
its delivery, and what it is from the store's answer.

Knows: the archive's events, the history.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import asyncio
import logging
import time

from ..concurrency.background import BackgroundTask, guarded
from ..errors import BookstoreError
from ..records import ArchiveEvent, ObjectVersion
from ..wiring import Bookstore

PAUSE_S = 1.0
"""So long after a save: whoever saves is not disturbed, and several versions take one look."""
MOST_OF_TIME = 0.2
"""This part of the time at most is spent."""
MOST_WAITING = 1000
"""Versions that wait for their turn; what comes then is found when somebody asks."""


class ChangeNotes(BackgroundTask):
    """Listens to archive events, and has the history know what the new versions changed."""

    def __init__(self, bookstore: Bookstore, *, log: logging.Logger) -> None:
        self._bookstore = bookstore
        self._log = log
        self._waiting: list[ObjectVersion] = []
        self._wanted = asyncio.Event()

    def __call__(self, event: ArchiveEvent) -> None:
        """Take note of *event*."""
        if event.version is not None and len(self._waiting) < MOST_WAITING:
            self._waiting.append(event.version)
            self._wanted.set()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(PAUSE_S)
            self._wanted.clear()
            for versions in self._taken():
                started_at = time.monotonic()
                with guarded("Looking at what a version changed", self._log):
                    await self._look_at(versions)
                await asyncio.sleep((time.monotonic() - started_at) * (1 / MOST_OF_TIME - 1))

    def _taken(self) -> list[list[ObjectVersion]]:
        """Take what waits, by notebooks."""
        of_key: dict[str, list[ObjectVersion]] = {}
        for version in self._waiting:
            of_key.setdefault(version.key, []).append(version)
        self._waiting = []
        return list(of_key.values())

    async def _look_at(self, versions: list[ObjectVersion]) -> None:
        bookstore = self._bookstore
        try:
            await bookstore.history.note(versions, may_read=bookstore.is_embedded)
        except BookstoreError as error:
            key = versions[0].key
            self._log.debug("What a version of %s changed is not known yet: %s", key, error)
