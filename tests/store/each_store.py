"""A store of each kind in turn, for tests of what is built on stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from s3_server import new_bucket, options, s3_endpoint

from bookstore.store.base import ObjectStore
from bookstore.store.local import LocalStore
from bookstore.store.memory import MemoryStore
from bookstore.store.s3 import S3Store

__all__ = ["s3_endpoint", "store"]


@pytest_asyncio.fixture(params=["memory", "local", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ObjectStore]:
    """An empty store of each kind in turn."""
    made: ObjectStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "local":
        made = LocalStore(tmp_path / "bucket")
    else:
        endpoint = request.getfixturevalue("s3_endpoint")
        made = S3Store(new_bucket(endpoint), options(endpoint))
    yield made
    await made.close()
