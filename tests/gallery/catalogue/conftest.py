"""A catalogue on each database, and people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from catalogues import PREFIX, Life, MortalDatabase, MortalStore, Noted, People

from bookstore.gallery.catalogue import Catalogue


@pytest.fixture
def life() -> Life:
    return Life()


@pytest.fixture
def index() -> Noted:
    return Noted()


@pytest.fixture
def catalogue(gallery: str, life: Life, index: Noted) -> Iterator[Catalogue]:
    database = MortalDatabase(gallery, life)
    yield Catalogue(database=database, store=MortalStore(life), prefix=PREFIX, indexes=index)
    database.engine.dispose()


@pytest.fixture
def people(catalogue: Catalogue) -> People:
    return People(catalogue.database)
