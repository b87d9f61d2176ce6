"""Names that several servers give at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bookstore.history.labels import Labels
from bookstore.records import ObjectVersion
from bookstore.store.memory import MemoryStore

CROWD = 5
"""More than the few documents that are merged when nobody else is there."""


class Crowded:
    """A store whose puts wait until all of the crowd have come, and whose answers until all are
    done."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.coming = asyncio.Semaphore(0)
        self.may_put = asyncio.Event()
        self._puts = 0
        self._all_put = asyncio.Event()

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Put when all may."""
        self.coming.release()
        await self.may_put.wait()
        version = await self._store.put(key, body, metadata=metadata, content_type=content_type)
        self._puts += 1
        if self._puts == CROWD:
            self._all_put.set()
        await self._all_put.wait()
        return version

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.asyncio
async def test_a_first_name_outlives_a_crowd_that_began_before_it_was_there() -> None:
    """None of them saw it, and all their documents lie on top of it."""
    store = MemoryStore()
    crowded = Crowded(store)
    others = [
        asyncio.create_task(
            labels_of(crowded).change("a", f"v{n}", author="ben", label=f"name {n}")
        )
        for n in range(CROWD)
    ]
    for _ in others:
        await crowded.coming.acquire()
    await labels_of(store).change("a", "first", author="ada", label="precious")
    crowded.may_put.set()
    await asyncio.gather(*others)

    labels = await labels_of(store).of("a")
    assert labels["first"].label == "precious"
    assert sorted(labels) == ["first", *(f"v{n}" for n in range(CROWD))]


def labels_of(store: Any) -> Labels:
    """What one server knows of labels."""
    return Labels(store, document_key=lambda key: f"labels/{key}")
