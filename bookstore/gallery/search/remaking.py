"""Making an index again may take longer than a statement may otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from ..database.engine import EngineOptions, make_engine
from ..database.sessions import Database


@contextmanager
def unhurried(database: Database) -> Iterator[Connection]:
    """Give a connection of its own, in a transaction, whose statements may take their time."""
    url = database.engine.url.render_as_string(hide_password=False)
    options = EngineOptions(connections=0, statement_limit_s=None)
    with make_engine(url, options).begin() as connection:
        yield connection
