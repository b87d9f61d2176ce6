"""An outbox, a store in memory and what happens between them, for tests that need no server."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio
from support import Events, MakeUploader

from bookstore.delivery import turns
from bookstore.delivery import uploader as uploader_module
from bookstore.delivery.uploader import Uploader
from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest_asyncio.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    outbox = Outbox(tmp_path / "outbox", max_bytes=100 * 2**20)
    yield outbox
    await outbox.close()


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backoff in hundredths of seconds."""
    monkeypatch.setattr(turns, "BASE_DELAY_S", 0.01)
    monkeypatch.setattr(turns, "MAX_DELAY_S", 0.05)
    monkeypatch.setattr(uploader_module, "REFUSED_DELAY_S", 0.05)


@pytest_asyncio.fixture
async def make_uploader(
    outbox: Outbox, store: MemoryStore, events: Events
) -> AsyncIterator[MakeUploader]:
    made: list[Uploader] = []

    def make(*, outbox: Outbox = outbox, concurrency: int = 8, timeout_s: float = 20.0) -> Uploader:
        uploader = Uploader(
            outbox,
            store,
            concurrency=concurrency,
            timeout_s=timeout_s,
            tell=events,
            log=logging.getLogger("tests"),
            rng=Random(7),
        )
        made.append(uploader)
        return uploader

    yield make
    for uploader in made:
        await uploader.stop()
