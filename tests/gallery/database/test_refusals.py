"""A database that cannot be used is told in one line that says what to do, and holds no secret."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from databases import SERVERS, server_url, shown
from s3_server import free_port
from sqlalchemy import select, text

from bookstore.errors import BookstoreError, ExtraMissing
from bookstore.gallery.database import state, urls
from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.errors import (
    BadDatabaseUrl,
    DatabaseTooOld,
    DatabaseUnreachable,
    LoginRefused,
    NoSuchDatabase,
    NotAGallery,
    NotMigrated,
)
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import User
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.database.urls import database_url, place

SECRET = "s3cr3t%21"
SHOWN = ("s3cr3t", "not a secret", "not%20a%20secret", "somebody")


def failure_of(url: str, caplog: pytest.LogCaptureFixture) -> BookstoreError:
    """Return what is said of a database that cannot be used; nothing secret is, nor logged."""
    caplog.set_level(logging.DEBUG)
    database = Database(url, EngineOptions(connections=1))
    with pytest.raises(BookstoreError) as caught:
        database.run_here(lambda session: session.execute(text("SELECT 1")))
    database.engine.dispose()
    said = f"{caught.value} {caught.value.hint} {caplog.text}"
    assert not [secret for secret in SHOWN if secret in said]
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.database
@pytest.mark.parametrize("name", SERVERS)
def test_a_wrong_password_is_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    failure = failure_of(shown(server_url(name).set(password="s3cr3t!")), caplog)
    assert isinstance(failure, LoginRefused)
    assert "does not let this user in" in str(failure)


@pytest.mark.database
@pytest.mark.parametrize("name", SERVERS)
def test_an_unknown_user_is_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    url = server_url(name).set(username="somebody", password="s3cr3t!")
    assert isinstance(failure_of(shown(url), caplog), LoginRefused)


@pytest.mark.database
@pytest.mark.parametrize("name", SERVERS)
def test_a_missing_database_is_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    failure = failure_of(shown(server_url(name).set(database="nowhere")), caplog)
    assert isinstance(failure, NoSuchDatabase)
    assert str(failure).startswith("There is no database nowhere on 127.0.0.1:")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_is_told(scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    failure = failure_of(f"{scheme}://somebody:{SECRET}@127.0.0.1:{port}/gallery", caplog)
    assert isinstance(failure, DatabaseUnreachable)
    assert str(failure) == f"The database gallery on 127.0.0.1:{port} cannot be reached."


def test_a_folder_that_is_not_there_is_told_without_its_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failure = failure_of(f"sqlite:///{tmp_path}/no-folder/gallery.db", caplog)
    assert isinstance(failure, NoSuchDatabase)
    assert str(failure) == "There is no file gallery.db."


def test_a_file_that_is_only_to_be_read_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "what? 100%.db"
    database = Database(f"sqlite:///{file}", EngineOptions(reads_only=True))
    with pytest.raises(NoSuchDatabase):
        database.run_here(lambda session: session.execute(text("SELECT 1")))
    assert not file.exists()


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Not a database at all.\n" * 100)
    with pytest.raises(NotAGallery):
        migrate(f"sqlite:///{file}")
    assert file.read_text() == "Not a database at all.\n" * 100


def test_a_database_without_the_tables_is_told(url: str) -> None:
    database = Database(url)
    with pytest.raises(NotMigrated, match=r"^The \w+ test_.* lacks tables of the gallery\.$"):
        database.run_here(lambda session: session.scalars(select(User)).all())
    database.engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"somebody:{SECRET}@host", "cannot be read"),
        (f"postgresql://somebody:{SECRET}@host:port/x", "cannot be read"),
        (f"oracle://somebody:{SECRET}@host/x", "No database is known by oracle"),
        (f"postgresql+asyncpg://somebody:{SECRET}@host/x", "The driver asyncpg is not one"),
        (f"mysql://somebody:{SECRET}@host", "names no database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_a_url_that_cannot_be_is_told_and_not_shown(url: str, said: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=said) as caught:
        database_url(url)
    assert not [secret for secret in SHOWN if secret in str(caught.value)]


@pytest.mark.parametrize(
    ("url", "extra"), [("postgres://host/x", "postgresql"), ("mysql2://host/x", "mysql")]
)
def test_a_missing_driver_says_what_to_install(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urls, "find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=rf'pip install "bookstore\[{extra}\]"$'):
        database_url(url)


def test_the_faster_driver_is_taken_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "find_spec", lambda name: name == "pymysql" or None)
    assert database_url("mariadb://host/x").drivername == "mysql+pymysql"
    with pytest.raises(BadDatabaseUrl, match="pip install mysqlclient"):
        database_url("mysql+mysqldb://host/x")
    monkeypatch.setattr(urls, "find_spec", lambda _: True)
    assert database_url("mariadb://host/x").drivername == "mysql+mysqldb"
    assert database_url("mysql+pymysql://host/x").drivername == "mysql+pymysql"


def test_a_place_is_named_without_account_and_folder() -> None:
    url = database_url(f"postgresql://somebody:{SECRET}@db.example:5433/gallery?sslmode=require")
    assert place(url) == "the database gallery on db.example:5433"
    assert place(database_url("sqlite:////home/somebody/g.db")) == "the file g.db"


def test_a_release_that_is_too_old_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newer: dict[str, Any] = dict.fromkeys(state.OLDEST, (99, 1))
    monkeypatch.setattr(state, "OLDEST", newer)
    with pytest.raises(DatabaseTooOld, match=r"is too old for the gallery: it needs \w+ 99\.1"):
        migrate(url)
