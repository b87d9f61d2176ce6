"""Draining delivers what it can, and ends when it must."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from support import Events, MakeUploader, save_of

from bookstore.databases import owned
from bookstore.errors import StoreUnavailable
from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def test_draining_delivers_everything_at_once(
    outbox: Outbox, store: MemoryStore, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(30)])
    head = await outbox.head("workspace/0.ipynb")
    assert head is not None
    await outbox.postpone(head, delay_s=1000, reason="was down")
    assert await make_uploader().drain(deadline_s=20) == 0
    assert len(store.puts) == 30


async def test_draining_ends_a_coalescing_window(
    tmp_path: Path, store: MemoryStore, make_uploader: MakeUploader
) -> None:
    outbox = Outbox(tmp_path / "coalescing", max_bytes=1000, coalesce_s=1000)
    await outbox.add([save_of("a.ipynb", "1")])
    assert await make_uploader(outbox=outbox).drain(deadline_s=20) == 0
    await outbox.close()


async def test_draining_into_a_store_that_is_down_gives_up_soon(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.fail_with(StoreUnavailable("down"))
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(10)])
    left = await asyncio.wait_for(make_uploader().drain(deadline_s=1000), 60)
    assert left == 10


async def test_draining_ends_at_its_deadline_when_the_store_hangs(
    outbox: Outbox, store: MemoryStore, make_uploader: MakeUploader
) -> None:
    store.hang()
    await outbox.add([save_of("a.ipynb", "x")])
    uploader = make_uploader()
    assert await asyncio.wait_for(uploader.drain(deadline_s=0.2), 20) == 1
    await uploader.stop()
    assert (await outbox.totals()).depth == 1


async def test_draining_keeps_to_its_deadline_when_the_outbox_is_locked(
    outbox: Outbox, make_uploader: MakeUploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 600.0)
    await outbox.add([save_of("a.ipynb", "x")])
    other = sqlite3.connect(outbox.directory / "outbox.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    looking = asyncio.create_task(outbox.totals())  # waits until the lock is gone
    assert await make_uploader().drain(deadline_s=0.2) is None
    assert not looking.done()
    other.execute("ROLLBACK")
    other.close()
    assert (await looking).depth == 1
