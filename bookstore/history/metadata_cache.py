"""The metadata of versions, asked for once: a version never changes.

Knows: the store.  Must not know: what metadata means.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import NotFound
from ..records import ObjectVersion
from ..store.base import ObjectStore

HEADS_AT_ONCE = 16
MOST_KEPT = 20_000
"""About 10 MB."""


class Facts:
    """Completes what a listing tells about versions, where a store's listing tells no metadata."""

    def __init__(self, store: ObjectStore, *, most_kept: int = MOST_KEPT) -> None:
        self._store = store
        self._most_kept = most_kept
        self._kept: OrderedDict[tuple[str, str], Mapping[str, str]] = OrderedDict()
        self._free = asyncio.Semaphore(HEADS_AT_ONCE)

    async def describe(self, versions: Sequence[ObjectVersion]) -> list[ObjectVersion]:
        """Return *versions* with their metadata, without those that are gone meanwhile."""
        described = await asyncio.gather(*map(self._describe, versions))
        return [version for version in described if version is not None]

    async def _describe(self, listed: ObjectVersion) -> ObjectVersion | None:
        if listed.metadata is not None or listed.is_delete_marker:
            return listed
        name = (listed.key, listed.version_id)
        metadata = self._kept.get(name)
        if metadata is None:
            try:
                async with self._free:
                    head = await self._store.head(listed.key, version_id=listed.version_id)
            except NotFound:
                return None
            metadata = head.metadata or {}
        self._keep(name, metadata)
        return replace(listed, metadata=metadata)

    def keep(self, versions: Sequence[ObjectVersion]) -> None:
        """Remember the metadata of *versions*, whose stores told it, so that nobody asks."""
        for version in versions:
            if version.metadata is not None:
                self._keep((version.key, version.version_id), version.metadata)

    def _keep(self, name: tuple[str, str], metadata: Mapping[str, str]) -> None:
        self._kept[name] = metadata
        self._kept.move_to_end(name)
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)
