"""A store of each kind in turn, for tests of what is built on stores.

Stores are held to one interface by tests of their own; what is built on them runs on those that
need no server.  Tests that are marked ``on_every_store`` run on the others as well.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from listing_like_s3 import ListsLikeS3
from real_stores import REAL_STORES, real_store
from s3_server import new_bucket, options, s3_endpoint

from bookstore.store.base import ObjectStore
from bookstore.store.local.store import LocalStore
from bookstore.store.memory import MemoryStore
from bookstore.store.s3.store import S3Store

__all__ = ["s3_endpoint", "store"]


# What https changes is for the contract suite to find out.
OVER_HTTP = [name for name in REAL_STORES if not name.endswith("-https")]
REAL = [pytest.param(name, marks=pytest.mark.real_store) for name in OVER_HTTP]

WITHOUT_SERVER = ["memory", "local", "memory, listing like s3"]

on_every_store = pytest.mark.parametrize(
    "store", [*WITHOUT_SERVER, "s3", *REAL], indirect=True, ids=str
)
"""Marks a test for one run on each store there is."""


@pytest_asyncio.fixture(params=WITHOUT_SERVER)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    """An empty store of each kind that needs no server, in turn."""
    made: ObjectStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "local":
        made = LocalStore(tmp_path / "bucket")
    elif request.param == "memory, listing like s3":
        made = ListsLikeS3()
    elif request.param in REAL_STORES:
        server = real_store(request.param)
        made = S3Store(server.new_bucket(), server.options())
    else:
        endpoint = request.getfixturevalue("s3_endpoint")
        made = S3Store(new_bucket(endpoint), options(endpoint))
    yield made
    await made.close()
