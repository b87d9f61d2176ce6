"""What versions changed, each from the one before it: found when it is asked for, and remembered.

Knows: the index of cells.  Must not know: stores, where the version before is looked up.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from itertools import pairwise

from ..concurrency.path_locks import PathLocks
from ..errors import BookstoreError
from .cell_index import Body, CellIndex, Changed
from .entries import Entry

MOST_BYTES = 32 * 2**20
"""Of a larger version, what it changed is not told: all of it would be read."""
MOST_READ_BYTES = 256 * 2**20
"""So much is read at once for versions that were not looked at yet."""
MOST_REMEMBERED = 1000

Read = Callable[[Entry], Awaitable[bytes]]
Before = Callable[[Entry], Awaitable[Entry | None]]


class Changes:
    """Tells what versions changed.

    *read* returns the body of a version, *before* the one before it that has content.
    """

    def __init__(self, index: CellIndex, *, read: Read, before: Before) -> None:
        self._index = index
        self._read = read
        self._before = before
        self._befores: OrderedDict[tuple[str, str], Entry | None] = OrderedDict()
        self._locks = PathLocks()

    async def of(self, entries: Sequence[Entry]) -> AsyncIterator[tuple[Entry, Changed]]:
        """Yield *entries*, newest first and one history, with what each changed.

        What is known comes at once, and then what has to be read for.  A version of which nothing
        can be told is left out: what is no notebook, a deletion, what is large or gone.
        """
        async for told in self.of_pairs(await self._pairs(entries)):
            yield told

    async def of_pairs(
        self, pairs: Sequence[tuple[Entry, Entry | None]]
    ) -> AsyncIterator[tuple[Entry, Changed]]:
        """Do the same where the version before each is known, which is None for the first one."""
        pairs = [pair for pair in pairs if _can_be_told(*pair)]
        known = await self._index.known_changes(
            [(before.sha256 if before else "", entry.sha256) for entry, before in pairs]
        )
        unknown: list[tuple[Entry, Entry | None]] = []
        for pair, changed in zip(pairs, known, strict=True):
            if changed is None:
                unknown.append(pair)
            else:
                yield pair[0], changed
        if not unknown:
            return
        async with self._locks.hold(unknown[0][0].key):  # who asks again meanwhile waits for this
            left = MOST_READ_BYTES
            for entry, before in unknown:
                left -= entry.size_bytes
                if left < 0:
                    return
                if (changed := await self._changed(entry, before)) is not None:
                    yield entry, changed

    async def _changed(self, entry: Entry, before: Entry | None) -> Changed | None:
        after = Body(entry.sha256, partial(self._read, entry))
        earlier = Body(before.sha256, partial(self._read, before)) if before else None
        try:
            return await self._index.changed(after, earlier)
        except BookstoreError:  # it is gone, or the store is: another time, then
            return None

    async def _pairs(self, entries: Sequence[Entry]) -> list[tuple[Entry, Entry | None]]:
        there = [entry for entry in entries if entry.kind != "delete"]
        if not there:
            return []
        pairs: list[tuple[Entry, Entry | None]] = [*pairwise(there)]
        try:
            return [*pairs, (there[-1], await self._older(there[-1]))]
        except BookstoreError:
            return pairs

    async def _older(self, entry: Entry) -> Entry | None:
        """Return the version before *entry*, which stays the same."""
        name = (entry.key, entry.version_id)
        if name not in self._befores:
            self._befores[name] = await self._before(entry)
            if len(self._befores) > MOST_REMEMBERED:
                self._befores.popitem(last=False)
        return self._befores[name]


def _can_be_told(entry: Entry, before: Entry | None) -> bool:
    both = [entry, before] if before else [entry]
    return all(each.sha256 and each.size_bytes <= MOST_BYTES for each in both)
