"""Retention while a server runs: once an interval, and never in the way of its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from retention_kit import WORKSPACE, Shelf
from traitlets.config import Config

from bookstore.errors import StoreUnavailable
from bookstore.retention import task as task_module
from bookstore.retention.policy import RetentionPolicy
from bookstore.retention.task import RetentionTask
from bookstore.store.local.store import LocalStore
from bookstore.store.memory import MemoryStore

ONE_A_DAY = RetentionPolicy(keep_all_days=0, hourly_days=0, daily_days=1000)
KEY = WORKSPACE.key("a.ipynb")


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Let everything else run until *happened*; for what tells nobody when it happens."""

    async def watch() -> None:
        while not await happened():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(watch(), 60)


def running(memory: MemoryStore, *, interval_s: float = 0.01) -> RetentionTask:
    """Return a task that has begun to keep one version a day."""
    retainer = Shelf(memory).retainer(ONE_A_DAY)
    task = RetentionTask(retainer, interval_s=interval_s, log=logging.getLogger("tests"))
    task.start()
    return task


async def yesterday(shelf: Shelf, path: str = "a.ipynb") -> None:
    """Store four versions of yesterday."""
    for minutes in (4, 3, 2, 1):
        await shelf.save(path, minutes=24 * 60 + minutes)


@pytest.mark.asyncio
async def test_the_policy_is_applied_again_and_again(
    memory: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log says what went."""
    caplog.set_level(logging.INFO)
    shelf = Shelf(memory)
    task = running(memory)
    for path in ("a.ipynb", "b.ipynb"):
        await yesterday(shelf, path)

        async def is_thin(path: str = path) -> bool:
            return len(await shelf.ids(path)) == 1

        await until(is_thin)
    await task.stop()

    assert "Retention: a.ipynb: 3 versions" in caplog.text
    assert "Retention removed 3 versions with 30 bytes; 1 versions with 10 bytes" in caplog.text


@pytest.mark.asyncio
async def test_a_run_that_failed_is_told_and_the_next_one_comes(
    memory: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that is away today may be there tomorrow."""
    shelf = Shelf(memory)
    await yesterday(shelf)
    memory.fail_with(StoreUnavailable("away"))
    task = running(memory)

    async def is_told() -> bool:
        return "Retention did not finish: away" in caplog.text

    await until(is_told)
    memory.recover()

    async def is_thin() -> bool:
        return len(await shelf.ids("a.ipynb")) == 1

    await until(is_thin)
    await task.stop()


@pytest.mark.asyncio
async def test_stopping_does_not_wait_for_a_store_that_hangs(memory: MemoryStore) -> None:
    """What is not removed yet stays; stopping again does no harm."""
    shelf = Shelf(memory)
    await yesterday(shelf)
    memory.hang(key=KEY)
    task = running(memory)
    await memory.until_hanging()

    await asyncio.wait_for(task.stop(), 60)
    await task.stop()

    memory.recover()
    assert len(await shelf.ids("a.ipynb")) == 4


@pytest.mark.asyncio
async def test_the_first_run_waits_until_the_server_has_started(memory: MemoryStore) -> None:
    """Minutes, however long the interval is."""
    task = running(memory, interval_s=24 * 3600)
    await asyncio.sleep(0)
    assert memory.requests == []
    await task.stop()


# -- in a server ---------------------------------------------------------------------------


@pytest.fixture
def retention_settings() -> dict[str, Any]:
    """Settings of the test; parametrize this name to have others."""
    return {"retention_enabled": True}


@pytest.fixture
def jp_server_config(
    tmp_path: Path, retention_settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Config:
    monkeypatch.setattr(task_module, "FIRST_AFTER_S", 0.01)

    async def fill() -> None:
        store = LocalStore(tmp_path / "stores" / "bucket")
        await yesterday(Shelf(store))
        await store.close()

    asyncio.run(fill())
    places = {"local_store_dir": str(tmp_path / "stores"), "local_bucket": "bucket"}
    policy = {"retention_keep_all_days": 0, "retention_hourly_days": 0}
    return Config(
        ServerApp={"jpserver_extensions": {"bookstore": True}},
        BookstoreSettings={**places, **policy, **retention_settings},
    )


async def ids(server: ServerApp) -> list[str]:
    """Return the version IDs of the notebook in the server's store."""
    store = server.contents_manager.bookstore.store
    return [version.version_id async for version in store.versions(KEY)]


async def test_a_server_removes_old_versions_when_that_is_switched_on(
    jp_serverapp: ServerApp,
) -> None:
    """And stops doing so when it stops."""

    async def is_thin() -> bool:
        return len(await ids(jp_serverapp)) == 1

    await until(is_thin)
    app = jp_serverapp.extension_manager.extension_points["bookstore"].app
    task = app.retention._running
    await app.stop_extension()
    assert task.done()


@pytest.mark.parametrize("retention_settings", [{}])
async def test_a_server_removes_nothing_of_its_own_accord(jp_serverapp: ServerApp) -> None:
    """Retention is off until somebody switches it on."""
    app = jp_serverapp.extension_manager.extension_points["bookstore"].app
    assert app.retention is None
    assert len(await ids(jp_serverapp)) == 4
