"""Tests beside other extensions: they run where those are installed, in ``tox -e companions``."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_fixtures import pytest_runtest_makereport  # noqa: F401
from memory_fixtures import memory_stores, other_stores, store  # noqa: F401

HERE = Path(__file__).parent


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Import nothing from here where these tests are not wanted: what they need is not there."""
    wanted = config.option.markexpr
    is_wanted = not wanted or ("companion" in wanted and "not companion" not in wanted)
    return None if is_wanted else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.companion)
