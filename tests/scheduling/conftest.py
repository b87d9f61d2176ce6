"""A bookstore over a store in memory, and notebooks as papermill writes them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from memory_fixtures import BUCKET, store

from bookstore.bookstore_config import BookstoreSettings
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore, build_bookstore

__all__ = ["store"]


@pytest_asyncio.fixture
async def bookstore(tmp_path: Path, store: MemoryStore) -> AsyncIterator[Bookstore]:
    """What a server or a command has."""
    settings = BookstoreSettings(local_bucket=BUCKET, outbox_dir=str(tmp_path / "outbox"))
    log = logging.getLogger("bookstore")
    made = build_bookstore(settings, root_dir=str(tmp_path), log=log, store=store)
    yield made
    await made.close(deadline_s=0)
