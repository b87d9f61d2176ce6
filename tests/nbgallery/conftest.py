"""A small gallery in a database of each kind, in turn, and no configuration anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gallery_databases import KINDS, new_database
from gallery_rows import fill
from nbgallery_database import make_nbgallery
from sqlalchemy import URL, create_engine

from bookstore.gallery.database.models import NBGALLERYS, Base
from bookstore.nbgallery import config, database


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A current folder and a home without any configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "site"))
    for key in config.KEYS:
        monkeypatch.delenv(f"NBGALLERY_{key}".upper(), raising=False)
    yield tmp_path
    database.use(None)


@pytest.fixture(scope="module", params=KINDS)
def gallery(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[URL]:
    """The URL of a small gallery, which tests only read."""
    with new_database(request.param, tmp_path_factory.mktemp("gallery")) as url:
        writing = create_engine(url)
        if request.param == "mariadb":  # as nbgallery's own code makes it
            make_nbgallery(writing)
        else:
            Base.metadata.create_all(writing, tables=NBGALLERYS)
        fill(writing)
        writing.dispose()
        yield url


@pytest.fixture
def read(gallery: URL) -> URL:
    """The same, as the database in use."""
    database.use(gallery)
    return gallery
