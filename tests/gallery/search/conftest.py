"""Galleries of each kind with an engine that finds notebooks in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from databases import new_database
from search_engines import EACH_ENGINE, KINDS, gallery_of
from search_galleries import Gallery

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import Base


@pytest.fixture(params=EACH_ENGINE)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Gives the URL of the database of a kind, made when it is asked for first."""
    with ExitStack() as stack:

        @cache
        def url_of(kind: str) -> str:
            url = stack.enter_context(new_database(kind, tmp_path_factory.mktemp("gallery")))
            migrate(url)
            return url

        yield url_of


@pytest.fixture
def url(engine: str, databases: Callable[[str], str]) -> Iterator[str]:
    """The URL of a gallery without a row."""
    url = databases(KINDS[engine])
    yield url
    with make_engine(url, EngineOptions(connections=0)).begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def gallery(engine: str, url: str, tmp_path: Path) -> Iterator[Gallery]:
    """A gallery without a notebook."""
    with gallery_of(engine, url, tmp_path) as gallery:
        yield gallery
