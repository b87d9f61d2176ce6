"""The tests in this folder are those of users at browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_fixtures import *  # noqa: F403

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
