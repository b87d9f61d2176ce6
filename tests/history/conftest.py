"""History over each store, with an outbox whose entries wait until a test delivers them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from archive_kit import Archive
from s3_server import new_bucket, options, s3_endpoint

from bookstore.outbox import Outbox
from bookstore.store.base import ObjectStore
from bookstore.store.local import LocalStore
from bookstore.store.memory import MemoryStore
from bookstore.store.s3 import S3Store

__all__ = ["s3_endpoint"]


@pytest_asyncio.fixture(params=["memory", "local", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    """An empty store of each kind in turn."""
    made: ObjectStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "local":
        made = LocalStore(tmp_path / "bucket")
    else:
        endpoint = request.getfixturevalue("s3_endpoint")
        made = S3Store(new_bucket(endpoint), options(endpoint))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    made = Outbox(tmp_path / "outbox", max_bytes=2**30)
    yield made
    await made.close()


@pytest.fixture
def archive(store: ObjectStore, outbox: Outbox) -> Archive:
    """What saves, moves and deletes as the archiver does."""
    return Archive(store, outbox)
