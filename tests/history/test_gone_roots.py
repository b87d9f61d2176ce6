"""Roots that servers had may be gone, or be on a disk that does not say whether they are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rooted import Home, RootedServer

from bookstore.actions import versions
from bookstore.actions.elsewhere import elsewhere
from bookstore.errors import StoreUnavailable
from bookstore.files.roots import Named
from bookstore.keys.elsewhere import Elsewhere
from bookstore.keys.workspace import Workspace
from bookstore.settings.roots import remember_root
from bookstore.store.base import ObjectStore
from bookstore.store.local.rooted import RootedStore

pytestmark = pytest.mark.asyncio


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

    def stale(path: str) -> Mapping[str, Named]:
        raise OSError(116, "Stale file handle", path)

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
