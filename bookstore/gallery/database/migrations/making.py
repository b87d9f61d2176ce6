"""Making tables of which some may be there already, from a migration that was interrupted."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, inspect


def make(connection: Connection, tables: Iterable[Table]) -> None:
    """Make the tables, each after those that it refers to, and the indexes that they lack."""
    there = set(inspect(connection).get_table_names())
    for table in tables:
        if table.name in there:
            _make_indexes(connection, table)
        else:
            table.create(connection)


def _make_indexes(connection: Connection, table: Table) -> None:
    columns = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for index in table.indexes:
        if columns.issuperset(column.name for column in index.columns):
            index.create(connection, checkfirst=True)
