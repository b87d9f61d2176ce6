"""No Jupyter server runs in the process of these tests, and playwright brings a loop of its own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Nothing: beside playwright's loop that of pytest-jupyter cannot be made."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing: there is no server to clean up after."""
