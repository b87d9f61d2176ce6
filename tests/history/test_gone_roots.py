"""Roots that servers had may be gone, or be on a disk that does not say whether they are."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Queue
from shutil import rmtree
from typing import Any

import pytest
from rooted import Home, RootedServer

from bookstore.actions import versions
from bookstore.actions.elsewhere import elsewhere, join
from bookstore.errors import BadRequest, NotFound, StoreUnavailable
from bookstore.files.noted_roots import remember_root
from bookstore.files.roots import Named
from bookstore.history import counts, gone_roots
from bookstore.history.gone_roots import GoneRoots
from bookstore.history.lineage import Cursor
from bookstore.history.past import Place
from bookstore.keys.elsewhere import Elsewhere
from bookstore.keys.workspace import Workspace
from bookstore.records import ObjectVersion
from bookstore.store.base import ObjectStore
from bookstore.store.local.rooted import RootedStore
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

KEY = "workspace/a.ipynb"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return Home(tmp_path)


async def offers(server: RootedServer, path: str) -> list[dict[str, Any]]:
    told = await versions.versions(server.bookstore, path, limit=50)
    return await elsewhere(server.bookstore, path, told)


async def test_a_root_that_the_disk_gives_an_error_for_spoils_no_history(home: Home) -> None:
    async with home.server("old") as other:
        await other.save("a.ipynb", "one")
    remember_root(str(home.folder / ("x" * 300)))  # which no disk takes for a name
    async with home.server("new") as server:
        await server.save("a.ipynb", "one")
        assert len(await server.history("a.ipynb")) == 1
        assert await offers(server, "a.ipynb") == []


async def test_folders_that_cannot_be_looked_at_hide_nothing_of_ones_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is asked of another root is said to be not there for now."""

    async def stale(there: Elsewhere) -> Mapping[str, Named]:
        raise OSError(116, "Stale file handle", there.path)

    def open_store(bucket: str) -> ObjectStore:
        raise AssertionError(bucket)

    workspace = Workspace("workspace")
    store = RootedStore(
        tmp_path / "store", workspace=workspace, names_of=stale, open_store=open_store
    )
    key = Elsewhere(workspace=workspace, bucket="old-12345678", path="a.ipynb").key
    with caplog.at_level(logging.WARNING):
        assert [version async for version in store.versions(key)] == []
    assert "is passed over" in caplog.text
    with pytest.raises(StoreUnavailable, match="cannot be looked at"):
        await store.get(key)
    await store.close()


async def test_a_root_that_is_gone_cannot_be_joined_where_it_is_not_offered(home: Home) -> None:
    """Else whoever knows a name could read what is outside of this root."""
    async with home.server("old") as other:
        await other.save("a.ipynb", "one")
    rmtree(home.folder / "old")
    async with home.server("new") as server:
        await server.save("a.ipynb", "two")
        with pytest.raises(NotFound):
            await join(server.bookstore, "a.ipynb", "../old", joined=True)
        assert len(await server.history("a.ipynb")) == 1
        bucket = other.bookstore.store.bucket
        for what in ("notebooks", "labels", "offers"):
            key = f"workspace/.bookstore/roots/{bucket}/{what}/a.ipynb"
            with pytest.raises(NotFound):
                await server.bookstore.store.get(key)
            made_up = Cursor(places=(Place(key=key),)).to_text()
            with suppress(BadRequest):
                assert (await server.bookstore.history.page(KEY, before=made_up)).entries == ()
        await server.save("a.ipynb", "one")
        await join(server.bookstore, "a.ipynb", "../old", joined=True)
        assert len(await server.history("a.ipynb")) == 3
        await server.save("a.ipynb", *map(str, range(3)))
        await join(server.bookstore, "a.ipynb", "../old", joined=False)
        assert len(await server.history("a.ipynb")) == 5


async def test_what_is_gone_is_counted_once_in_a_while(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is saved here meanwhile."""
    async with home.server("old") as other:
        await other.save("a.ipynb", "one", "two")
    rmtree(home.folder / "old")
    listed: list[str] = []
    listing = LocalStore.versions

    def versions(store: LocalStore, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        listed.append(store.bucket)
        return listing(store, key, after=after)

    monkeypatch.setattr(LocalStore, "versions", versions)
    async with home.server("new") as server:
        await server.save("a.ipynb", "three")
        assert await offers(server, "a.ipynb") == []
        await server.save("a.ipynb", "two")
        assert [offer["versions"] for offer in await offers(server, "a.ipynb")] == [2]
        assert listed.count(other.bookstore.store.bucket) == 1
        monkeypatch.setattr(counts, "KEPT_S", -1.0)
        assert len(await offers(server, "a.ipynb")) == 1
        assert listed.count(other.bookstore.store.bucket) == 2


@pytest.fixture
def hung(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue[str]]:
    """The disk of ``home/hung`` answers nobody as long as the test runs; in it are the threads that
    asked."""
    asked = Queue[str]()
    is_back = threading.Event()
    look = Path.stat

    def stat(path: Path, **how: Any) -> os.stat_result:
        if path.name == "hung":
            asked.put(threading.current_thread().name)
            is_back.wait()
        return look(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(gone_roots, "PATIENCE_S", 0.01)
    remember_root(str(home.folder / "hung"))
    yield asked
    is_back.set()


async def test_a_root_whose_disk_hangs_holds_up_neither_histories_nor_saves(
    home: Home, hung: Queue[str]
) -> None:
    """One thread waits for it, which is none of those that everything else runs on."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    async with home.server("new") as server:

        async def work() -> None:
            for number in range(3):
                await server.save(f"{number}.ipynb", "one")
                assert len(await server.history(f"{number}.ipynb")) == 1
                assert await offers(server, f"{number}.ipynb") == []

        await asyncio.wait_for(work(), 60)
    assert hung.get(timeout=60) == "bookstore-roots"
    assert hung.empty()


async def test_what_was_found_before_a_disk_hung_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And nothing of what comes after it, until the disk is back."""
    hangs, is_back = threading.Event(), threading.Event()

    def is_gone(root: Path) -> bool:
        if root.name == "hung":
            hangs.set()
            is_back.wait()
        return root.name != "hung"

    roots = GoneRoots(roots=lambda: [Path("a"), Path("hung"), Path("b")], is_gone=is_gone)
    monkeypatch.setattr(gone_roots, "PATIENCE_S", 0.0)
    await roots.now()
    await asyncio.to_thread(hangs.wait)
    assert await roots.now() == (Path("a"),)
    monkeypatch.setattr(gone_roots, "PATIENCE_S", 600.0)
    is_back.set()
    assert await roots.now() == (Path("a"), Path("b"))


async def test_roots_are_looked_at_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def is_gone(root: Path) -> bool:
        asked.append(root)
        return len(asked) == 1

    roots = GoneRoots(roots=lambda: [Path("a")], is_gone=is_gone)
    assert [await roots.now() for _ in range(3)] == [(Path("a"),)] * 3
    assert len(asked) == 1
    monkeypatch.setattr(gone_roots, "KEPT_S", -1.0)
    assert await roots.now() == ()
    assert len(asked) == 2
