"""What is wrong with a database is told in one line; nothing is connected before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from gallery_databases import KINDS, new_database
from sqlalchemy import URL, create_engine, text

from bookstore.errors import ExtraMissing
from bookstore.gallery.database import urls
from bookstore.gallery.database.errors import BadDatabaseUrl
from bookstore.gallery.database.models import NBGALLERYS, Base
from bookstore.nbgallery import database
from bookstore.nbgallery.database import dataframes, orm
from bookstore.nbgallery.database.assembly import TEXT
from bookstore.nbgallery.problems import NbgalleryProblem

NEWER = ("verified", "unapproved", "parent_uuid")


def complaint() -> str:
    """What those hear who ask the database in use for a frame: one line."""
    with pytest.raises(NbgalleryProblem) as caught:
        dataframes.users()
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_importing_reads_and_connects_nothing_and_brings_no_pandas(nowhere: Path) -> None:
    program = """
import sys
from bookstore import nbgallery
from bookstore.nbgallery import config, notebooks
from bookstore.nbgallery.database import dataframes, orm
import bookstore.nbgallery.notebooks.kept
session = orm.Session()
print({"pandas", "numpy", "yaml", "sqlite3", "pymysql", "psycopg"} & {*sys.modules})
"""
    (nowhere / "nbgallery.yml").write_text("this: [is no", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "set()\n"


@pytest.fixture(params=[kind for kind in KINDS if kind != "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path):
    """The URL of an empty database on a server."""
    with new_database(request.param, tmp_path) as url:
        yield url


def test_a_wrong_password_is_told_without_it(url: URL) -> None:
    database.use(url.set(username="nobody", password="sesame"))
    told = complaint()
    assert f"{url.database} on {url.host}:{url.port} does not let this user in" in told
    assert "sesame" not in told


def test_a_database_that_is_not_there_is_named(url: URL) -> None:
    database.use(url.set(database="nowhere"))
    assert "There is no database nowhere on" in complaint()


def test_a_server_that_is_not_there_is_named(url: URL) -> None:
    database.use(url.set(port=1))
    assert f"on {url.host}:1 cannot be reached." in complaint()


def test_a_file_that_is_not_there_is_named_and_not_made(nowhere: Path) -> None:
    database.use(f"sqlite:///{nowhere}/gallery.db")
    assert "There is no file gallery.db." in complaint()
    assert not list(nowhere.iterdir())


def test_a_file_that_is_no_database_is_named(nowhere: Path) -> None:
    (nowhere / "gallery.db").write_text("This is no database at all.\n" * 99, encoding="utf-8")
    database.use(f"sqlite:///{nowhere}/gallery.db")
    assert "The file gallery.db holds something else than a gallery." in complaint()


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_of_something_else_is_no_gallery(kind: str, tmp_path: Path) -> None:
    with new_database(kind, tmp_path) as url:
        other = create_engine(url)
        with other.begin() as connection:
            connection.execute(text("CREATE TABLE users (id INTEGER)"))
        other.dispose()
        database.use(url)
        told = complaint()
        assert "or one that is too old: it has no table notebooks" in told
        assert "rake db:migrate" in told


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_gallery_is_read_and_one_that_is_too_old_is_told_what_it_lacks(
    kind: str, tmp_path: Path
) -> None:
    with new_database(kind, tmp_path) as url:
        writing = create_engine(url)
        Base.metadata.create_all(writing, tables=NBGALLERYS)
        with writing.begin() as connection:
            if kind != "mariadb":  # which drops them with their columns
                connection.execute(text("DROP INDEX index_notebooks_on_parent_uuid"))
            for column in NEWER:
                connection.execute(text(f"ALTER TABLE notebooks DROP COLUMN {column}"))
        database.use(url)
        assert not {*NEWER} & {*dataframes.notebooks()}
        with orm.Session() as session:
            assert session.query(orm.Notebook).all() == []
        with writing.begin() as connection:
            connection.execute(text("ALTER TABLE user_summaries DROP COLUMN author_rep_pct"))
        writing.dispose()
        database.use(url)
        assert "is too old: it has no user_summaries.author_rep_pct." in complaint()


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_extensions_come_after_nbgallerys_own(kind: str, tmp_path: Path) -> None:
    with new_database(kind, tmp_path) as url:
        writing = create_engine(url)
        Base.metadata.create_all(writing, tables=NBGALLERYS)
        with writing.begin() as connection:
            connection.execute(text("ALTER TABLE notebooks ADD COLUMN marking VARCHAR(20)"))
            connection.execute(text("ALTER TABLE notebooks ADD COLUMN secret BOOLEAN"))
        writing.dispose()
        database.use(url)
        names = [column.name for column in Base.metadata.tables["notebooks"].columns]
        frame = dataframes.notebooks()
        assert list(frame) == [*names, "marking", "secret"]
        assert (frame["secret"].dtype, frame["marking"].dtype) == ("bool", TEXT)


def test_a_missing_driver_is_told_with_the_extra_that_brings_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(urls, "find_spec", lambda name: None)
    for backend in ("mysql", "postgresql"):
        with pytest.raises(ExtraMissing, match=rf'pip install "bookstore\[{backend}\]"'):
            database.use(f"{backend}://ada@db/gallery")


def test_other_kinds_of_databases_are_refused() -> None:
    with pytest.raises(BadDatabaseUrl, match="known by oracle"):
        database.use("oracle://ada@db/gallery")


def test_what_is_configured_is_connected_when_it_is_asked_and_again_when_it_changes(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGALLERY_DATABASE_URL", f"sqlite:///{nowhere}/a.db")
    first = database.engine
    assert database.engine is first
    monkeypatch.setenv("NBGALLERY_DATABASE_URL", f"sqlite:///{nowhere}/b.db")
    assert "b.db" in str(database.engine.url)


def test_an_sqlite_gallery_that_is_read_keeps_every_byte(nowhere: Path) -> None:
    file = nowhere / "gallery.db"
    writing = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(writing, tables=NBGALLERYS)
    with writing.begin() as connection:
        connection.execute(text("PRAGMA journal_mode = DELETE"))
    writing.dispose()
    before = file.read_bytes()
    database.use(f"sqlite:///{file}")
    assert dataframes.users().empty
    database.engine.dispose()
    assert file.read_bytes() == before
