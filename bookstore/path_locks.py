"""One asyncio lock a path, for as long as someone wants it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class PathLocks(dict[str, asyncio.Lock]):
    """Locks by path.  They put things in order; they never make anything be skipped.

    A lock is in here only while it is held or awaited, so nothing grows with the number of paths
    ever seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Lock()
        """Held while a lock is put in; whoever holds it sees no new ones."""
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def hold(self, path: str) -> AsyncIterator[None]:
        """Hold the lock of *path*; those who wait get it in the order they came."""
        async with self.ready:
            lock = self.setdefault(path, asyncio.Lock())
            self._users[path] += 1
        try:
            async with lock:
                yield
        finally:
            self._users[path] -= 1
            if not self._users[path]:
                del self._users[path], self[path]
