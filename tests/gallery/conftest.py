"""Databases of each kind: an empty one for each test, and one with all tables and no rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from databases import EACH_DATABASE, new_database

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import Base


@pytest.fixture(params=EACH_DATABASE)
def kind(request: pytest.FixtureRequest) -> str:
    """``sqlite``, ``postgresql`` or ``mariadb``."""
    return str(request.param)


@pytest.fixture
def url(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database."""
    with new_database(kind, tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="session")
def galleries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Gives the URL of the gallery of a kind, made when it is asked for first."""
    with ExitStack() as stack:

        @cache
        def gallery(kind: str) -> str:
            folder = tmp_path_factory.mktemp("gallery")
            url = stack.enter_context(new_database(kind, folder))
            migrate(url)
            return url

        yield gallery


@pytest.fixture
def gallery(kind: str, galleries: Callable[[str], str]) -> Iterator[str]:
    """The URL of a gallery without a row; to make all its tables each time would take long."""
    url = galleries(kind)
    yield url
    with make_engine(url, EngineOptions(connections=0)).begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
