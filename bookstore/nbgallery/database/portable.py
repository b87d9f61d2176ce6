"""SQL that means the same on SQLite, PostgreSQL, and MySQL or MariaDB.

Knows: what these databases do differently.  Must not know: which tables there are.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Double, Float, Integer, String, case, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SINGLE = 24
"""Bits of the mantissa that MySQL keeps of what Rails calls a float."""


class exactly(FunctionElement[str]):  # noqa: N801 - functions, as SQLAlchemy's own
    """A text that equals no other and has one place among all.

    Otherwise ``'x '`` is ``'x'`` to MySQL, and comes where the locale says in PostgreSQL.
    """

    name = "exactly"
    inherit_cache = True
    type = String()


class single(FunctionElement[float]):  # noqa: N801
    """A number with all 24 bits of it, of which MySQL shows six digits."""

    name = "single"
    inherit_cache = True
    type = Float(SINGLE)


class ratio(FunctionElement[float]):  # noqa: N801
    """One whole number over another, as a double: 3/2 is 1 to most, and 1.5000 to MySQL."""

    name = "ratio"
    inherit_cache = True
    type = Double()


class null_first(FunctionElement[Any]):  # noqa: N801
    """A place in an order that begins with what has none."""

    name = "null_first"
    inherit_cache = True


def count_true(column: ColumnElement[bool | None]) -> ColumnElement[int]:
    """Return how many are true, NULL where none is known: booleans are numbers only to some."""
    ones = case((column.is_(True), 1), (column.is_(False), 0))
    return cast(func.sum(ones), Integer)


@compiles(exactly)
@compiles(single)
@compiles(null_first)
def _as_it_is(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(exactly, "mysql")
def _as_bytes(element: exactly, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BINARY)"


@compiles(exactly, "postgresql")
def _in_no_locale(element: exactly, compiler: SQLCompiler, **options: Any) -> str:
    return f'{compiler.process(element.clauses, **options)} COLLATE "C"'


@compiles(single, "mysql")
def _as_double(element: single, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 0E0)"


@compiles(null_first, "postgresql")
def _nulls_first(element: null_first, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} NULLS FIRST"


@compiles(ratio)
def _divided(element: ratio, compiler: SQLCompiler, **options: Any) -> str:
    above, below = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({above} AS DOUBLE PRECISION) / {below})"


@compiles(ratio, "mysql")
def _divided_by_mysql(element: ratio, compiler: SQLCompiler, **options: Any) -> str:
    above, below = (compiler.process(part, **options) for part in element.clauses)
    return f"({above} * 1E0 / {below})"
