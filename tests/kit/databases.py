"""Databases for tests: SQLite files, and new databases of a real PostgreSQL and a real MariaDB.

Tests that use the servers are marked ``database``.  ``ci/with_databases.sh`` starts them and names,
in ``BOOKSTORE_DATABASES``, the file that says how to reach them.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url

from bookstore.gallery.database.engine import EngineOptions, make_engine

SERVERS = ("postgresql", "mariadb")
HOW_TO_START = (
    "This test needs real databases: run it as `bash ci/with_databases.sh pytest -m database`, "
    "or leave it out with `-m 'not database'`."
)
EACH_DATABASE = [
    "sqlite",
    *(pytest.param(name, marks=pytest.mark.database) for name in SERVERS),
]
"""What a test that runs on each database is parametrised with."""


def server_url(name: str) -> URL:
    """Return how to reach a server; the test fails when none are started."""
    file = os.environ.get("BOOKSTORE_DATABASES")
    if not file:
        pytest.fail(HOW_TO_START, pytrace=False)
    return make_url(json.loads(Path(file).read_text(encoding="utf-8"))[name])


def shown(url: URL) -> str:
    """Return a URL as people write it, with the password."""
    return url.render_as_string(hide_password=False)


def as_administrator(name: str, *statements: str) -> None:
    """Run statements on a server, outside of transactions."""
    engine = make_engine(shown(server_url(name)), EngineOptions(connections=0))
    with engine.connect() as connection:
        plain: Any = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            plain.execute(text(statement))


@contextmanager
def new_database(name: str, folder: Path) -> Iterator[str]:
    """Make an empty database, and yield its URL."""
    called = f"test_{secrets.token_hex(6)}"
    if name == "sqlite":
        yield f"sqlite:///{folder / called}.db"
        return
    words = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" if name == "mariadb" else ""
    force = " WITH (FORCE)" if name == "postgresql" else ""
    as_administrator(name, f"CREATE DATABASE {called}{words}")
    try:
        yield shown(server_url(name).set(database=called))
    finally:
        as_administrator(name, f"DROP DATABASE {called}{force}")
