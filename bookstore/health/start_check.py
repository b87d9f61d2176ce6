"""Look once, soon after a server's start, whether what is saved there can be archived.

It only asks: nothing is written, and the server's start waits for none of it.  ``jupyter bookstore
doctor`` finds out more.

Knows: health.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import asyncio
import logging

from ..concurrency.background import BackgroundTask, guarded
from ..wiring import Bookstore
from .features import StoreHealth, problems

AFTER_S = 2.0
"""A server that starts has better things to do."""


class StartCheck(BackgroundTask):
    """Says in the log what is wrong, a while after the start."""

    def __init__(
        self, bookstore: Bookstore, *, log: logging.Logger, after_s: float = AFTER_S
    ) -> None:
        self._bookstore = bookstore
        self._log = log
        self._after_s = after_s

    async def _run(self) -> None:
        await asyncio.sleep(self._after_s)
        with guarded("The check after the start", self._log):
            for problem in await self.look():
                self._log.warning(
                    "Saves may not be archived: %s (see jupyter bookstore doctor)", problem
                )

    async def look(self) -> list[str]:
        """Return what is wrong, in words; that nothing archives is told elsewhere."""
        bookstore = self._bookstore
        found = await asyncio.to_thread(problems, bookstore, {"active": True})
        if not bookstore.settings.remote_bucket:
            return found  # the embedded store makes its folder when it is asked
        timeout_s = bookstore.settings.store_timeout_s
        check = await StoreHealth(bookstore.store, timeout_s=timeout_s).check()
        return [*check.problems, *found]
