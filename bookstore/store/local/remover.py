"""Remove versions of the embedded store for good, and the bodies that none has any more.

First the journal says that they are removed; then the bodies go.  So a crash in between leaves
bodies that nothing points to, and never a version without its body.  What it left goes with the
next removal.  Only bodies of removed versions are ever removed: what else nothing points to may
belong to a line of the journal that somebody has yet to repair.

Knows: index, journal, bodies.  Must not know: locks of the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from .bodies import Bodies
from .index import Index
from .journal import Journal, Removal


class Remover:
    """Removes versions.  Every method blocks.

    Where it is said, the caller holds the lock of the journal: then no version is made meanwhile
    that has a body which is being removed.  Within *using* no other thread uses the index.
    """

    def __init__(
        self,
        index: Index,
        using: Callable[[], AbstractContextManager[object]],
        journal: Journal,
        bodies: Bodies,
    ) -> None:
        self._index = index
        self._using = using
        self._journal = journal
        self._bodies = bodies
        self._may_have_left = True  # a process before this one may have died

    def remove(self, key: str, version_ids: Collection[str], now: datetime) -> int:
        """Remove those of *version_ids* that *key* has, and return how many these are; under the
        lock."""
        with self._using():
            there = self._index.bodies(key.encode(), version_ids)
        if there:
            had_left, self._may_have_left = self._may_have_left, True  # whatever goes wrong now
            self._journal.append(Removal(key=key, version_ids=tuple(there), removed_at=now))
            self.remove_bodies(set(there.values()))
            self._may_have_left = had_left
        return len(there)

    def bodies_left(self) -> list[str]:
        """Return the bodies that a removal has left which did not come to its end."""
        if not self._may_have_left:
            return []
        with self._using():
            removed = self._index.bodies_removed()
        left = [sha256 for sha256 in removed if self._bodies.is_there(sha256)]
        self._may_have_left = bool(left)
        return left

    def remove_bodies(self, bodies: Iterable[str]) -> None:
        """Remove those of *bodies* that no version has; under the lock."""
        with self._using():
            unused = self._index.unused(bodies)
        for sha256 in filter(None, unused):  # a delete marker has none
            self._bodies.remove(sha256)
