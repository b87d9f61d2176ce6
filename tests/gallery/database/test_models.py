"""The models declare nbgallery's tables exactly as nbgallery has them, and ours beside them."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import pytest
from nbgallery_schema import schema
from sqlalchemy import create_engine
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import configure_mappers

from bookstore.gallery.database import models

TABLES = {table.name: table for table in models.NBGALLERYS}
ON_DELETE = {"cascade": "CASCADE", "nullify": "SET NULL", "restrict": "RESTRICT"}
DEFAULTS = {None: None, "0.0": "0"}


def rails_type(column: dict[str, Any]) -> str:
    """Return what Rails' MySQL adapter makes of a column."""
    if column["type"] == "string":
        return f"VARCHAR({column.get('limit', 255)})"
    if column["type"] == "text":
        return f"{column.get('size', '').upper()}TEXT"
    return {"boolean": "BOOL", "datetime": "DATETIME(6)"}.get(
        column["type"], column["type"].upper()
    )


def default_of(column: Any) -> str | None:
    default = getattr(column.server_default, "arg", None)
    return None if default is None else str(default)


def test_every_table_of_nbgallery_is_declared() -> None:
    assert TABLES.keys() == schema().keys()


@pytest.mark.parametrize("name", sorted(schema()))
def test_columns_have_the_types_and_the_order_of_nbgallery(name: str) -> None:
    facts, table = schema()[name], TABLES[name]
    expected = [
        (each["name"], rails_type(each), each.get("null", True)) for each in facts["columns"]
    ]
    if facts["pk"]:
        key = "BIGINT" if name == "review_histories" else "INTEGER"
        expected.insert(0, (facts["pk"], key, False))
    dialect = mysql.dialect()  # type: ignore[no-untyped-call]
    assert [
        (column.name, column.type.compile(dialect), column.nullable) for column in table.columns
    ] == expected


@pytest.mark.parametrize("name", sorted(schema()))
def test_columns_have_the_defaults_of_nbgallery(name: str) -> None:
    expected = {each["name"]: each.get("default") for each in schema()[name]["columns"]}
    declared = {column.name: default_of(column) for column in TABLES[name].columns}
    declared.pop("id", None)
    assert declared == {key: DEFAULTS.get(value, value) for key, value in expected.items()}


@pytest.mark.parametrize("name", sorted(schema()))
def test_indexes_and_foreign_keys_are_those_of_nbgallery(name: str) -> None:
    facts, table = schema()[name], TABLES[name]
    declared = {
        (index.name, tuple(column.name for column in index.columns), bool(index.unique))
        for index in table.indexes
    }
    expected = {(each["name"], tuple(each["columns"]), each["unique"]) for each in facts["indexes"]}
    cut_for_postgresql = {(index[0][:63], *index[1:]) for index in expected if len(index[0]) > 63}
    assert declared == expected | cut_for_postgresql
    assert {
        (key.column.table.name, key.parent.name, key.ondelete) for key in table.foreign_keys
    } == {(each["ref"], each["column"], ON_DELETE[each["on_delete"]]) for each in facts["fks"]}


def test_foreign_keys_have_the_names_that_rails_gives_them() -> None:
    [creator, updater] = sorted(
        str(key.name) for key in TABLES["notebooks"].foreign_key_constraints
    )
    assert (creator, updater) == ("fk_rails_3af8e2efd7", "fk_rails_baf035bcbf")


def test_our_tables_are_known_by_their_names() -> None:
    assert {table.name for table in models.OURS} == {
        "bookstore_cell_hashes",
        "bookstore_changes",
        "bookstore_deletions",
        "bookstore_jobs",
        "bookstore_revision_cells",
        "bookstore_documents",
        "bookstore_invitations",
        "bookstore_links",
        "bookstore_notebook_attributes",
        "bookstore_notebooks",
        "bookstore_objects",
        "bookstore_packages",
        "bookstore_publishings",
        "bookstore_revision_attributes",
        "bookstore_revisions",
        "bookstore_sessions",
        "bookstore_shares",
        "bookstore_sign_in_attempts",
        "bookstore_tokens",
        "bookstore_user_attributes",
    }


def test_relations_fit_together_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configure_mappers()


def test_declaring_connects_to_nothing_and_needs_no_driver_and_no_pandas() -> None:
    program = (
        "import sys, sqlalchemy.orm, bookstore.gallery.database.models as models\n"
        "sqlalchemy.orm.configure_mappers()\n"
        "print(*{'pandas', 'psycopg', 'pymysql', 'MySQLdb', 'alembic', 'tornado'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"


def test_the_tables_can_be_made_and_taken_away_in_sqlite() -> None:
    engine = create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    models.Base.metadata.drop_all(engine)
