"""An embedded store in a folder of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from local_folder import Open

from bookstore.store.local import packing
from bookstore.store.local.store import LocalStore


@pytest.fixture(autouse=True)
def _packing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut into pieces behind a test's back."""
    monkeypatch.setattr(packing, "PAUSE_S", 3600.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store under test is; not there yet."""
    return tmp_path / "data" / "bookstore" / "bucket"


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[list[LocalStore]]:
    """The stores that a test has opened, to be closed after it."""
    stores: list[LocalStore] = []
    yield stores
    for store in stores:
        await store.close()


@pytest.fixture
def reopen(folder: Path, opened: list[LocalStore]) -> Open:
    """Return a function that opens the store under test as a new process would."""

    def open_again() -> LocalStore:
        opened.append(LocalStore(folder))
        return opened[-1]

    return open_again


@pytest.fixture
def store(reopen: Open) -> LocalStore:
    """The store under test."""
    return reopen()
