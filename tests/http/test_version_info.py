"""``GET /api/bookstore``: true only of what works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from bookstore import __version__
from bookstore.errors import StoreUnavailable
from bookstore.health.features import FRESH_S, StoreHealth
from bookstore.store.memory import MemoryStore

ROUTE = "/api/bookstore"
FROM_STORE = {"bookstore_valid", "archive_valid", "publish_valid", "s3_clone_valid"}


def on(features: dict[str, bool]) -> set[str]:
    return {name for name, works in features.items() if works}


@pytest.mark.parametrize("end", ["", "/"])
async def test_release_features_and_store_are_told(call: Call, end: str) -> None:
    told = (await call("GET", ROUTE + end)).json
    assert told["release"] == __version__
    assert on(told["features"]) == FROM_STORE
    assert set(told["features"]) == FROM_STORE | {"fs_clone_valid"}
    assert told["validation_checks"] == {
        "bookstore_valid": True,
        "archive_valid": True,
        "publish_valid": True,
    }
    assert told["store"] == {
        "kind": "memory",
        "bucket": "books",
        "display": "memory:books",
        "versioned": True,
    }
    assert told["problems"] == []
    assert told["archiver"]["active"] is True


async def test_a_store_that_fails_is_not_valid(call: Call, store: MemoryStore) -> None:
    """2.5.1 said valid even for a bucket that does not exist."""
    store.fail_with(StoreUnavailable("The bucket 'books' does not exist."))
    told = (await call("GET", ROUTE)).json
    assert on(told["features"]) == set()
    assert told["problems"] == ["The bucket 'books' does not exist."]


class TestUnversioned:
    """The bucket keeps only the newest version."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore("books", versioned=False)

    async def test_only_cloning_from_the_store_works(self, call: Call) -> None:
        told = (await call("GET", ROUTE)).json
        assert on(told["features"]) == {"s3_clone_valid"}
        assert told["store"]["versioned"] is False
        assert "keeps no versions" in told["problems"][0]


@pytest.mark.parametrize("bookstore_config", [{"enable_s3_cloning": False, "published_prefix": ""}])
async def test_what_is_switched_off_is_not_valid(call: Call) -> None:
    told = (await call("GET", ROUTE)).json
    assert on(told["features"]) == {"bookstore_valid", "archive_valid"}


class TestFolder:
    """A folder to clone from is configured."""

    @pytest.fixture
    def bookstore_config(self, tmp_path: Path) -> dict[str, Any]:
        return {"fs_cloning_basedir": str(tmp_path / "shared")}

    async def test_it_is_valid_only_when_it_is_there(self, call: Call, tmp_path: Path) -> None:
        told = (await call("GET", ROUTE)).json
        assert told["features"]["fs_clone_valid"] is False
        assert "fs_cloning_basedir" in told["problems"][0]
        (tmp_path / "shared").mkdir()
        assert (await call("GET", ROUTE)).json["features"]["fs_clone_valid"] is True


class OurManager(AsyncLargeFileManager):
    """A contents manager that somebody configured."""


@pytest.mark.parametrize("manager_class", [f"{__name__}.OurManager"])
async def test_another_contents_manager_is_told_how_to_archive(call: Call) -> None:
    told = (await call("GET", ROUTE)).json
    assert told["features"]["archive_valid"] is False
    assert told["archiver"]["active"] is False
    way = "class MyManager(bookstore.ArchivingMixin, OurManager)"
    assert way in told["archiver"]["message"]
    assert told["archiver"]["message"] in told["problems"]


@pytest.mark.asyncio
async def test_a_store_that_hangs_is_not_valid_and_is_not_waited_for() -> None:
    store = MemoryStore("books")
    store.hang()
    check = await StoreHealth(store, timeout_s=0.05).check()
    assert not check.reachable
    assert "did not answer" in check.problems[0]


@pytest.mark.asyncio
async def test_the_store_is_asked_once_in_a_while() -> None:
    store, now = MemoryStore("books"), [0.0]
    health = StoreHealth(store, clock=lambda: now[0])
    await health.check()
    now[0] = FRESH_S
    await health.check()
    assert len(store.requests) == 1
    now[0] = FRESH_S + 0.1
    await health.check()
    assert len(store.requests) == 2
