"""The store of a Jupyter server in this process: in memory, and in the test's hands."""

from __future__ import annotations

import pytest

from bookstore import wiring
from bookstore.store.memory import MemoryStore

BUCKET = "books"


@pytest.fixture
def other_stores() -> dict[str, MemoryStore]:
    """Stores of other buckets, by name."""
    return {"shelf": MemoryStore("shelf")}


@pytest.fixture
def store() -> MemoryStore:
    """The server's store, which is that of every bucket but the others."""
    return MemoryStore(BUCKET)


@pytest.fixture
def memory_stores(
    store: MemoryStore, other_stores: dict[str, MemoryStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Build these stores instead of one on disk or in S3."""
    monkeypatch.setattr(
        wiring,
        "build_store",
        lambda settings, bucket, roots=None: other_stores.get(bucket, store),
    )
