"""The search engines, each with the database it is for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from search_galleries import NOW, Gallery

from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.engines.derived.index import DerivedIndex
from bookstore.gallery.search.engines.derived.replica import Replica
from bookstore.gallery.search.engines.fts5 import Fts5Index
from bookstore.gallery.search.engines.postgresql import PostgresqlIndex

KINDS = {
    "fts5": "sqlite",
    "tantivy": "sqlite",
    "postgresql": "postgresql",
    "tantivy on postgresql": "postgresql",
    "tantivy on mariadb": "mariadb",
}
EACH_ENGINE = [
    name if kind == "sqlite" else pytest.param(name, marks=pytest.mark.database)
    for name, kind in KINDS.items()
]
"""What a test of the contract is parametrised with."""


@contextmanager
def gallery_of(engine: str, url: str, folder: Path) -> Iterator[Gallery]:
    """Make a gallery whose notebooks an engine finds."""
    database = Database(url, EngineOptions(connections=2))
    with ExitStack() as stack:
        stack.callback(database.engine.dispose)
        if not engine.startswith("tantivy"):
            index = {"fts5": Fts5Index, "postgresql": PostgresqlIndex}[engine](lambda: NOW)
            yield Gallery(database, index)
            return
        replica = Replica(folder / "index", database)
        stack.callback(replica.close)
        replica.follow()
        yield Gallery(database, DerivedIndex(replica, lambda: NOW), settle=replica.follow)
