"""A contents manager on each kind of store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from real_stores import real_implementation
from real_swift import REAL_SWIFTS, swift_implementation
from remote_contents import manager_on
from s3_server import no_aws_configuration, s3_endpoint, s3_implementation

from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.base import ObjectStore
from bookstore.store.memory import MemoryStore

__all__ = ["no_aws_configuration", "s3_endpoint", "s3_implementation"]

REAL = [pytest.param(name, marks=pytest.mark.real_store) for name in ("ceph", *REAL_SWIFTS)]


@pytest_asyncio.fixture(params=["memory", "s3", *REAL])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[ObjectStore]:
    """An empty store of each kind in turn."""
    made: ObjectStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "s3":
        made = await request.getfixturevalue("s3_implementation").fresh()
    elif request.param in REAL_SWIFTS:
        made = await swift_implementation(request.param).fresh()
    else:
        made = await real_implementation(request.param).fresh()
    yield made
    await made.close()


@pytest.fixture
def manager(store: ObjectStore, tmp_path: Path) -> ObjectStoreContentsManager:
    """A server's contents manager."""
    return manager_on(store, tmp_path)


@pytest.fixture
def memory() -> MemoryStore:
    """A store in the test's hands, that does as it is told."""
    return MemoryStore()


@pytest.fixture
def server(memory: MemoryStore, tmp_path: Path) -> ObjectStoreContentsManager:
    """A manager on it."""
    return manager_on(memory, tmp_path)
