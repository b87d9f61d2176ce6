"""Copies nbgallery's database into a gallery's, row by row under the same numbers.

Each batch is a transaction, in the order of the rows' numbers, so that what is there tells where to
go on.  A gallery that has rows of its own is left alone.

Knows: the gallery's tables.  Must not know: stores, whose documents are moved apart.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Select,
    Table,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
    tuple_,
)

from ...errors import Conflict
from ..database.models import NBGALLERYS, Base

BATCH = 1_000
KNOWN_BY = {"users": "user_name", "groups": "gid", "notebooks": "uuid"}
"""What shows that a row under the same number is the same."""
LEFT_OUT = frozenset({"stages", "notebook_files"})
"""What nobody waits for, and documents, which are moved apart."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Moved:
    """What happened, or would happen, with the rows of a table."""

    table: str
    there: int
    """How many were there already."""
    moved: int


def copy_tables(
    source: Engine, target: Engine, *, dry_run: bool = False, advance: Advance = lambda rows: None
) -> list[Moved]:
    """Copy all rows of *source* that *target* lacks; *advance* is told how many at a time.

    Raises :class:`~bookstore.errors.Conflict` before anything is written when *target* has users,
    groups or notebooks that are not those of *source*.
    """
    with source.connect() as reading:
        for name, column in KNOWN_BY.items():
            with target.connect() as there:
                _check_same(reading, there, Base.metadata.tables[name].c[column])
        found = set(inspect(reading).get_table_names())
        tables = [each for each in NBGALLERYS if each.name in found - LEFT_OUT]
        return [_copy(reading, target, table, dry_run, advance) for table in tables]


def left_to_copy(source: Engine, target: Engine) -> int:
    """Return how many rows are to be copied, for whoever shows how far it is."""
    return sum(each.moved for each in copy_tables(source, target, dry_run=True))


def _check_same(reading: Connection, there: Connection, known_by: Column[Any]) -> None:
    """Raise when a row of the gallery is not the source's row of that number."""
    table = known_by.table
    ours = there.execute(select(table.c.id, known_by).order_by(table.c.id))
    for rows in ours.partitions(BATCH):
        numbers = [row.id for row in rows]
        asked = select(table.c.id, known_by).where(table.c.id.in_(numbers))
        theirs = {row.id: row[1] for row in reading.execute(asked)}
        for number, name in rows:
            if theirs.get(number) != name:
                raise Conflict(
                    f"The gallery has {table.name} of its own: {known_by.name} {name!r}.",
                    hint="A database is moved into an empty gallery.",
                )


def _copy(
    reading: Connection, target: Engine, table: Table, dry_run: bool, advance: Advance
) -> Moved:
    with target.connect() as connection:
        there = connection.scalar(select(func.count()).select_from(table)) or 0
        last = _last(connection, table)
    if dry_run:
        counted = select(func.count()).select_from(table)
        return Moved(table.name, there, reading.scalar(_after(counted, table, last)) or 0)
    moved = 0
    for rows in _rows(reading, table, last):
        with target.begin() as connection:
            connection.execute(insert(table), rows)
        moved += len(rows)
        advance(len(rows))
    if moved:
        _continue_numbers(target, table)
    return Moved(table.name, there, moved)


def _order(table: Table) -> Sequence[Column[Any]]:
    return [table.c.id] if "id" in table.c else list(table.c)


def _last(connection: Connection, table: Table) -> tuple[Any, ...] | None:
    order = _order(table)
    newest = select(*order).order_by(*(column.desc() for column in order)).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else tuple(row)


def _after(wanted: Select[Any], table: Table, last: tuple[Any, ...] | None) -> Select[Any]:
    return wanted if last is None else wanted.where(tuple_(*_order(table)) > tuple_(*last))


def _rows(
    reading: Connection, table: Table, last: tuple[Any, ...] | None
) -> Iterator[list[dict[str, Any]]]:
    """Yield what comes after *last*, a batch at a time, without columns that an old one lacks."""
    names = {column["name"] for column in inspect(reading).get_columns(table.name)}
    floats = _short_floats(reading, table)
    columns: list[ColumnElement[Any]] = [
        (column + literal_column("0E0")).label(column.name) if column.name in floats else column
        for column in table.c
        if column.name in names
    ]
    order = _order(table)
    while True:
        batch = _after(select(*columns), table, last).order_by(*order).limit(BATCH)
        rows = [dict(row) for row in reading.execute(batch).mappings()]
        if not rows:
            return
        for row in rows:
            row.update({name: _shortest(row[name]) for name in floats if row.get(name)})
        yield rows
        last = tuple(rows[-1][column.name] for column in order)


def _short_floats(reading: Connection, table: Table) -> list[str]:
    """Return the columns of which MySQL keeps 24 bits, and shows six digits unless it counts."""
    if reading.dialect.name != "mysql":
        return []
    return [column.name for column in table.c if isinstance(column.type, Float)]


def _shortest(value: float) -> float:
    """Return the number with the fewest digits that means the same 24 bits: what was put in."""
    packed = struct.pack("f", value)
    short = (float(f"{value:.{digits}g}") for digits in range(6, 9))
    return next((each for each in short if struct.pack("f", each) == packed), value)


def _continue_numbers(target: Engine, table: Table) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers."""
    if target.dialect.name == "postgresql" and "id" in table.c:
        with target.begin() as connection:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table.name}"))  # noqa: S608
