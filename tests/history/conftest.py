"""History over each store, with an outbox whose entries wait until a test delivers them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from archive_kit import Archive
from each_store import s3_endpoint, store

from bookstore.outbox import Outbox
from bookstore.store.base import ObjectStore

__all__ = ["s3_endpoint", "store"]


@pytest_asyncio.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    made = Outbox(tmp_path / "outbox", max_bytes=2**30)
    yield made
    await made.close()


@pytest.fixture
def archive(store: ObjectStore, outbox: Outbox) -> Archive:
    """What saves, moves and deletes as the archiver does."""
    return Archive(store, outbox)
