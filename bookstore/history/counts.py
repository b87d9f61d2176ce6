"""What other roots have of notebooks, as far as it is offered, kept for a minute.

Each of them may have a store of its own, and there may be a hundred: to open them all is not for
every look at a history.

Knows: the store.  Must not know: folders, who asks.
"""

from __future__ import annotations

import time
from typing import NamedTuple

from ..store.base import ObjectStore
from .entries import Entry

MOST_COUNTED = 100
KEPT_S = 60.0
_MOST_KEPT = 1000


class Count(NamedTuple):
    """What there is under a key."""

    versions: int = 0
    """At most MOST_COUNTED."""
    newest: str = ""
    """The sha256 of the newest."""


class Counts:
    """Counts versions, of each key once a minute at most."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._kept: dict[str, tuple[float, Count]] = {}

    async def of(self, key: str) -> Count:
        """Return what is under *key*; raises :class:`~bookstore.errors.StoreUnavailable`."""
        counted_at, count = self._kept.pop(key, (0.0, None))
        if count is None or counted_at + KEPT_S < time.monotonic():
            counted_at, count = time.monotonic(), await self._count(key)
        self._kept[key] = counted_at, count  # the last used comes last
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return count

    async def _count(self, key: str) -> Count:
        count = Count()
        async for version in self._store.versions(key):
            if version.is_delete_marker:
                continue
            newest = count.newest if count.versions else Entry.of_version(version).sha256
            count = Count(count.versions + 1, newest)
            if count.versions == MOST_COUNTED:
                break
        return count
