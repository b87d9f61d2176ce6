"""A workspace whose versions are as old as a test wants, in each store in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from retention_kit import WORKSPACE, Shelf
from s3_server import new_bucket, options, s3_endpoint

from bookstore.history import History
from bookstore.outbox import Outbox
from bookstore.store.base import ObjectStore
from bookstore.store.local import LocalStore
from bookstore.store.memory import MemoryStore
from bookstore.store.s3 import S3Store
from bookstore.workspace import Workspaces

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


@pytest.fixture
def shelf(store: ObjectStore) -> Shelf:
    """A workspace in each store."""
    return Shelf(store)


@pytest_asyncio.fixture
async def history(store: ObjectStore, tmp_path: Path) -> AsyncIterator[History]:
    """What people see of the workspace in each store; nothing waits."""
    outbox = Outbox(tmp_path / "outbox", max_bytes=2**20)
    workspaces = Workspaces.of_setting(WORKSPACE.prefix)
    yield History(store=store, outbox=outbox, workspaces=workspaces)
    await outbox.close()


@pytest.fixture
def memory() -> MemoryStore:
    """A store in the test's hands."""
    return MemoryStore()
