"""A real Jupyter server that archives to a store in memory, as a browser uses it."""

from __future__ import annotations

import pytest
from editor import Editor
from jupyter_server.serverapp import ServerApp
from memory_fixtures import memory_stores, other_stores, store
from traitlets.config import Config

from bookstore import BookstoreContentsArchiver
from bookstore.wiring import Bookstore

__all__ = ["memory_stores", "other_stores", "store"]


@pytest.fixture
def jp_server_config(memory_stores: None) -> Config:
    return Config({"ServerApp": {"jpserver_extensions": {"bookstore": True}}})


@pytest.fixture
def manager(jp_serverapp: ServerApp) -> BookstoreContentsArchiver:
    manager = jp_serverapp.contents_manager
    assert isinstance(manager, BookstoreContentsArchiver)
    return manager


@pytest.fixture
def bookstore(manager: BookstoreContentsArchiver) -> Bookstore:
    return manager.bookstore


@pytest.fixture
def editor(jp_fetch, bookstore: Bookstore, jp_root_dir) -> Editor:  # type: ignore[no-untyped-def]
    return Editor(jp_fetch, bookstore, jp_root_dir)
