"""A bucket of each real store, and a server that keeps its versions there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_fixtures import pytest_runtest_makereport  # noqa: F401
from bucket import Bucket, running
from processes import Server
from real_stores import REAL_STORES, real_store


@pytest.fixture(params=REAL_STORES)
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """A new bucket that keeps versions, of each real store in turn."""
    store = real_store(request.param)
    return Bucket(store=store, name=store.new_bucket())


@pytest.fixture
def server(bucket: Bucket, tmp_path: Path) -> Iterator[Server]:
    """A server process that keeps its versions in the bucket."""
    with running(bucket, tmp_path) as server:
        yield server
