"""A database becomes the gallery's: from nothing, from nbgallery's, once, and no other one."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from nbgallery_database import make_nbgallery
from nbgallery_schema import NEWER, schema
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bookstore.gallery.database.engine import EngineOptions, make_engine
from bookstore.gallery.database.errors import (
    DatabaseTooNew,
    DatabaseTooOld,
    NotAGallery,
    NotMigrated,
)
from bookstore.gallery.database.migrations import check, head, migrate
from bookstore.gallery.database.models import OURS, Base, Notebook, StoredNotebook, User
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.database.state import VERSION_TABLE, missing_columns

ON_DELETE = {"cascade": "CASCADE", "nullify": "SET NULL"}


def engine_of(url: str) -> Engine:
    return make_engine(url, EngineOptions(connections=0))


def execute(url: str, *statements: str) -> None:
    with engine_of(url).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def structure(connection: Connection) -> dict[str, Any]:
    """All that nbgallery's code can tell of its tables."""
    inspector = inspect(connection)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            ],
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(
                (str(index["name"]), tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(name)
            ),
            "foreign keys": sorted(
                (
                    str(key["name"]),
                    tuple(key["constrained_columns"]),
                    key["referred_table"],
                    key["options"].get("ondelete"),
                )
                for key in inspector.get_foreign_keys(name)
            ),
        }
        for name in inspector.get_table_names()
        if not name.startswith("bookstore_")
    }


def needed(kind: str) -> dict[str, Any]:
    """What nbgallery's code needs, from the facts of its schema."""
    longest = 63 if kind == "postgresql" else 64
    return {
        name: (
            [*([facts["pk"]] if facts["pk"] else []), *(each["name"] for each in facts["columns"])],
            sorted(
                (each["name"][:longest], tuple(each["columns"]), each["unique"])
                for each in facts["indexes"]
            ),
            sorted(
                (each["column"], each["ref"], ON_DELETE.get(each["on_delete"]))
                for each in facts["fks"]
            ),
        )
        for name, facts in schema().items()
    }


def has(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    """Return what a structure has of what is needed, to be compared."""
    return {
        name: (
            [column[0] for column in facts["columns"]],
            sorted(index for index in facts["indexes"] if index in needed(kind)[name][1]),
            sorted(
                (key[1][0], key[2], None if key[3] in ("RESTRICT", "NO ACTION") else key[3])
                for key in facts["foreign keys"]
            ),
        )
        for name, facts in found.items()
        if name in schema()
    }


def test_an_empty_database_gets_all_that_nbgallerys_code_needs(kind: str, url: str) -> None:
    assert migrate(url) is None
    with engine_of(url).connect() as connection:
        check(connection)
        assert has(kind, structure(connection)) == needed(kind)


def test_an_nbgallery_keeps_all_that_its_code_needs_and_gets_ours(kind: str, url: str) -> None:
    engine = engine_of(url)
    make_nbgallery(engine)
    with engine.connect() as connection:
        before = structure(connection)
        assert has(kind, before) == needed(kind)
    assert migrate(url) is None
    with engine.connect() as connection:
        assert structure(connection) == before
        assert {table.name for table in OURS} < {*inspect(connection).get_table_names()}
        check(connection)


def test_an_old_nbgallery_with_columns_of_an_extension_is_left_as_it_is(url: str) -> None:
    engine = engine_of(url)
    make_nbgallery(engine, old=True)
    execute(url, "ALTER TABLE notebooks ADD COLUMN control_marking varchar(255)")
    with engine.connect() as connection:
        before = structure(connection)
    migrate(url)
    with engine.connect() as connection:
        assert structure(connection) == before
        assert missing_columns(connection) == {"notebooks": NEWER}


def test_notebooks_of_an_old_nbgallery_are_read_and_written(url: str) -> None:
    make_nbgallery(engine_of(url), old=True)
    migrate(url)
    database = Database(url)

    def write(session: Session) -> None:
        user = User(user_name="somebody")
        notebook = Notebook(uuid="u", title="t", description="d", public=True, creator=user)
        notebook.stored = StoredNotebook(store_key="k")
        session.add(notebook)

    def change(session: Session) -> None:
        notebook = session.scalars(select(Notebook)).one()
        notebook.title = f"{notebook.title} and more"
        session.flush()
        session.refresh(notebook)

    database.run_here(write)
    database.run_here(change)
    found = database.run_here(lambda session: session.scalars(select(Notebook)).one())
    assert (found.title, found.public, found.deprecated) == ("t and more", True, False)
    database.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_an_nbgallery_that_is_too_old_is_told_what_it_lacks(url: str) -> None:
    make_nbgallery(engine_of(url))
    execute(url, "DROP TABLE notebook_dailies", "ALTER TABLE clicks DROP COLUMN tracking")
    with pytest.raises(DatabaseTooOld, match=r"lacks: clicks \(tracking\), notebook_dailies \("):
        migrate(url)
    with engine_of(url).connect() as connection:
        assert VERSION_TABLE not in inspect(connection).get_table_names()


def test_a_database_of_something_else_is_not_touched(url: str) -> None:
    execute(url, "CREATE TABLE invoices (number integer)")
    with pytest.raises(NotAGallery, match="neither nbgallery's nor the gallery's"):
        migrate(url)
    with engine_of(url).connect() as connection:
        assert inspect(connection).get_table_names() == ["invoices"]
        with pytest.raises(NotAGallery):
            check(connection)


def test_the_models_say_of_our_tables_what_the_migrations_have_made(gallery: str) -> None:
    with engine_of(gallery).connect() as connection:
        ours = {table.name for table in OURS}
        options = {
            "include_name": lambda name, kind, _: kind != "table" or name in ours,
            "include_object": lambda _, name, kind, *__: kind != "table" or name in ours,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(gallery: str) -> None:
    assert migrate(gallery) == head()


def test_those_who_migrate_at_once_make_everything_once(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = [*threads.map(migrate, [url] * 4)]
    assert sorted(found, key=str) == [head()] * 3 + [None]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_who_connects_waits_for_whoever_makes_the_file(url: str) -> None:
    """SQLite itself waits for nobody with the change to a write-ahead log."""
    with sqlite3.connect(str(make_url(url).database), check_same_thread=False) as other:
        other.execute("CREATE TABLE another (id)")
        other.commit()
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as threads:
            done = threads.submit(engine_of(url).connect)
            assert not wait([done], timeout=0.1).done
            other.rollback()
            done.result(timeout=20).close()
    other.close()


def test_an_interrupted_migration_goes_on_where_it_was(kind: str, url: str) -> None:
    """MySQL commits each change of a table, so what is made may be more than what is noted."""
    migrate(url)
    on = " ON bookstore_changes" if kind == "mariadb" else ""
    execute(
        url,
        f"UPDATE {VERSION_TABLE} SET version_num = '0001'",
        "DROP TABLE bookstore_tokens",
        f"DROP INDEX bookstore_index_changes_on_created_at{on}",
    )
    assert migrate(url) == "0001"
    with engine_of(url).connect() as connection:
        check(connection)
        indexes = inspect(connection).get_indexes("bookstore_changes")
        assert [each["name"] for each in indexes] == ["bookstore_index_changes_on_created_at"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_tables_of_a_newer_bookstore_are_not_touched(url: str) -> None:
    migrate(url)
    execute(url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew):
        migrate(url)


def test_who_uses_tables_that_are_not_made_is_told(url: str) -> None:
    with engine_of(url).connect() as connection, pytest.raises(NotMigrated):
        check(connection)
