"""An empty database of each kind, whose URL has the driver that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from databases import EACH_DATABASE, SERVERS
from databases import new_database as new_place
from sqlalchemy import URL

from bookstore.gallery.database.urls import database_url

__all__ = ["KINDS", "SERVERS", "new_database"]

KINDS = EACH_DATABASE


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[URL]:
    """Make an empty database and give its URL; it is dropped afterwards."""
    with new_place(kind, folder) as url:
        yield database_url(url)
