"""Find out what each new version changed and says, soon after it was made, beside everything else.

Whoever opens or searches the history is told at once.  What is missed is found when somebody asks.

Knows: the archive's events, the history.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import asyncio
import logging
import time

from ..concurrency.background import BackgroundTask, guarded
from ..errors import BookstoreError
from ..records import ArchiveEvent
from ..wiring import Bookstore

PAUSE_S = 1.0
"""So long after a save: whoever saves is not disturbed."""
MOST_OF_TIME = 0.2
"""This part of the time at most is spent."""
MOST_PATHS = 1000
"""Notebooks that wait for their turn; what comes then is found when somebody asks."""


class ChangeNotes(BackgroundTask):
    """Listens to archive events, and has the history know what the new versions changed."""

    def __init__(self, bookstore: Bookstore, *, log: logging.Logger) -> None:
        self._bookstore = bookstore
        self._log = log
        self._paths: dict[str, None] = {}
        self._wanted = asyncio.Event()

    def __call__(self, event: ArchiveEvent) -> None:
        """Take note of *event*."""
        if event.action == "archived" and len(self._paths) < MOST_PATHS:
            self._paths[event.path] = None
            self._wanted.set()

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(PAUSE_S)
            self._wanted.clear()
            while self._paths:
                path = next(iter(self._paths))
                del self._paths[path]
                started_at = time.monotonic()
                with guarded("Looking at what a version changed", self._log):
                    await self._look_at(path)
                await asyncio.sleep((time.monotonic() - started_at) * (1 / MOST_OF_TIME - 1))

    async def _look_at(self, path: str) -> None:
        history = self._bookstore.history
        key = self._bookstore.workspace.key(path)
        try:
            page = await history.page(key, limit=2)
            async for _ in history.changes(page.entries[:1]):
                pass
            await history.searching.learn(key)
        except BookstoreError as error:
            self._log.debug("What a version of %s changed is not known yet: %s", path, error)
