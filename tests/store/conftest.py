"""The stores that the contract suite runs against.

To add one: write a fixture ``NAME_implementation`` that returns an ``Implementation``, in a
module of its own beside this one; import it here, and add ``NAME`` to ``IMPLEMENTATIONS``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from implementations import Implementation
from listing_like_s3 import ListsLikeS3
from real_stores import REAL_STORES, real_implementation
from real_swift import REAL_SWIFTS, swift_implementation
from s3_server import no_aws_configuration, s3_bucket, s3_endpoint, s3_implementation

from bookstore.errors import StoreUnavailable
from bookstore.store.base import ObjectStore
from bookstore.store.local.store import LocalStore
from bookstore.store.memory import MemoryStore

__all__ = ["no_aws_configuration", "s3_bucket", "s3_endpoint", "s3_implementation"]

REAL = {
    name: pytest.param(name, marks=pytest.mark.real_store) for name in (*REAL_STORES, *REAL_SWIFTS)
}
IMPLEMENTATIONS = ["memory", "listing_like_s3", "local", "s3", *REAL.values()]
PAGING_DIFFERENTLY = ["memory", "local", "s3", REAL["ceph"], REAL["swift"], REAL["swift-tempauth"]]
"""Over https, Ceph's pages are those that it has over http; Swift's are the same with Keystone."""


@pytest.fixture
def memory_implementation() -> Implementation:
    """Stores that keep everything in memory."""

    async def fresh() -> ObjectStore:
        return MemoryStore()

    async def unreachable() -> ObjectStore:
        store = MemoryStore()
        store.fail_with(StoreUnavailable("nothing answers"))
        return store

    return Implementation(fresh=fresh, unreachable=unreachable)


@pytest.fixture
def listing_like_s3_implementation() -> Implementation:
    """Stores in memory that the tests of what is built on stores use in the place of S3."""

    async def fresh() -> ObjectStore:
        return ListsLikeS3()

    async def unreachable() -> ObjectStore:
        store = ListsLikeS3()
        store.fail_with(StoreUnavailable("nothing answers"))
        return store

    return Implementation(fresh=fresh, unreachable=unreachable)


@pytest.fixture
def local_implementation(tmp_path: Path) -> Implementation:
    """Stores on local disk; an unreachable one has a file where its folder should be."""
    made = 0

    async def fresh() -> ObjectStore:
        nonlocal made
        made += 1
        return LocalStore(tmp_path / "stores" / f"bucket-{made}")

    async def unreachable() -> ObjectStore:
        (tmp_path / "file").touch()
        return LocalStore(tmp_path / "file" / "bucket")

    return Implementation(fresh=fresh, unreachable=unreachable)


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    """Each implementation in turn."""
    return _named(request)


@pytest_asyncio.fixture
async def store(implementation: Implementation) -> AsyncIterator[ObjectStore]:
    """A fresh, empty store of each implementation in turn."""
    store = await implementation.fresh()
    yield store
    await store.close()


@pytest_asyncio.fixture(params=PAGING_DIFFERENTLY)
async def paging_store(request: pytest.FixtureRequest) -> AsyncIterator[ObjectStore]:
    """A fresh, empty store of each implementation that makes pages of its own."""
    store = await _named(request).fresh()
    yield store
    await store.close()


@pytest_asyncio.fixture
async def unreachable_store(implementation: Implementation) -> AsyncIterator[ObjectStore]:
    """A store that nothing answers for, of each implementation in turn."""
    store = await implementation.unreachable()
    yield store
    await store.close()


def _named(request: pytest.FixtureRequest) -> Implementation:
    if request.param in REAL_STORES:
        return real_implementation(request.param)
    if request.param in REAL_SWIFTS:
        return swift_implementation(request.param)
    made: Implementation = request.getfixturevalue(f"{request.param}_implementation")
    return made
