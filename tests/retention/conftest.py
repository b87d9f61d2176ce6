"""A workspace whose versions are as old as a test wants, in each store in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from each_store import s3_endpoint, store
from retention_kit import WORKSPACE, Shelf

from bookstore.history import History
from bookstore.keys.workspace import Workspaces
from bookstore.outbox import Outbox
from bookstore.store.base import ObjectStore
from bookstore.store.memory import MemoryStore

__all__ = ["s3_endpoint", "store"]


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
