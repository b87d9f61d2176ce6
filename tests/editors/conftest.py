"""A real Jupyter server, archiving to a store in memory, that several people sign in to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from colleagues import Colleague, Colleagues
from jupyter_server.serverapp import ServerApp
from memory_fixtures import memory_stores, other_stores, store
from traitlets.config import Config

from bookstore.wiring import Bookstore

__all__ = ["memory_stores", "other_stores", "store"]


@pytest.fixture
def bookstore_config() -> dict[str, Any]:
    """Settings of the test; parametrize this name to have others."""
    return {}


@pytest.fixture
def jp_server_config(bookstore_config: dict[str, Any], memory_stores: None) -> Config:
    server = {"jpserver_extensions": {"bookstore": True}, "identity_provider_class": Colleagues}
    return Config(ServerApp=server, BookstoreSettings=bookstore_config)


@pytest.fixture
def bookstore(jp_serverapp: ServerApp) -> Bookstore:
    """What the server's parts share."""
    built: Bookstore = jp_serverapp.contents_manager.bookstore
    return built


@pytest.fixture
def signed_in(jp_serverapp: ServerApp, jp_fetch: Any) -> Callable[[str], Colleague]:
    """Signs somebody in, by name."""
    return lambda name: Colleague(name, jp_fetch)
