"""Locks by path: one to put deliveries in order, one to keep folders and what is in them apart.

Knows: asyncio.  Must not know: what a path leads to.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar


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


class TreeLock:
    """Holds paths of a tree: while one is held, nobody else gets it, what is below it, or a folder
    that it is in.

    All paths are claimed at once and served in the order of the claims, so nobody waits for ever.
    Whoever holds a path may claim it again, and what is below it.
    """

    def __init__(self) -> None:
        self._claims: list[tuple[frozenset[str], asyncio.Event]] = []  # held and waiting, in order
        self._held: ContextVar[frozenset[str]] = ContextVar("held_paths")

    def __len__(self) -> int:
        return len(self._claims)

    @asynccontextmanager
    async def hold(self, *paths: str) -> AsyncIterator[None]:
        """Hold *paths*, ``/``-separated and without slashes at their ends."""
        already = self._held.get(frozenset())
        missing = frozenset(p for p in paths if not any(_is_within(p, h) for h in already))
        if not missing:
            yield
            return
        claim = (missing, asyncio.Event())
        self._claims.append(claim)
        try:
            while self._must_wait(claim):
                claim[1].clear()
                await claim[1].wait()
            token = self._held.set(already | missing)
            try:
                yield
            finally:
                self._held.reset(token)
        finally:
            self._claims.remove(claim)
            for _, news in self._claims:
                news.set()

    def holds(self, path: str) -> bool:
        """Does whoever asks hold *path*, or a folder that it is in?"""
        return any(_is_within(path, held) for held in self._held.get(frozenset()))

    def _must_wait(self, claim: tuple[frozenset[str], asyncio.Event]) -> bool:
        before = self._claims[: self._claims.index(claim)]
        return any(
            _collide(one, other) for paths, _ in before for one in paths for other in claim[0]
        )


def _collide(one: str, other: str) -> bool:
    return _is_within(one, other) or _is_within(other, one)


def _is_within(path: str, folder: str) -> bool:
    """Is *path* the *folder* itself, or below it?"""
    return path == folder or not folder or path.startswith(f"{folder}/")
