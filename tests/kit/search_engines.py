"""The search engines, each with the database it is for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from search_galleries import NOW, Gallery

from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.engines.fts5 import Fts5Index
from bookstore.gallery.search.engines.postgresql import PostgresqlIndex

KINDS = {"fts5": "sqlite", "postgresql": "postgresql"}
EACH_ENGINE = ["fts5", pytest.param("postgresql", marks=pytest.mark.database)]
"""What a test of the contract is parametrised with."""


@contextmanager
def gallery_of(engine: str, url: str, folder: Path) -> Iterator[Gallery]:
    """Make a gallery whose notebooks an engine finds."""
    database = Database(url, EngineOptions(connections=2))
    index = {"fts5": Fts5Index, "postgresql": PostgresqlIndex}[engine](lambda: NOW)
    try:
        yield Gallery(database, index)
    finally:
        database.engine.dispose()
