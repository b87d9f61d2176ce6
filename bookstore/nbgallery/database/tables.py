"""Which tables and columns a database has, and whether they are a gallery's.

Knows: the gallery's models, a database's own word on its tables.  Must not know: what is read.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, ColumnElement, Engine, Float, Table, column, inspect, table
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import class_mapper
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import TypeEngine

from ...gallery.database.models import (
    Click,
    CodeCell,
    Execution,
    Notebook,
    NotebookSummary,
    User,
    UserSummary,
)
from ...gallery.database.urls import place
from ..problems import DatabaseProblem
from .portable import single

NEEDED = (Notebook, NotebookSummary, User, UserSummary, Click, CodeCell, Execution)
"""What frames are made of."""

_Types = dict[str, TypeEngine[Any]]


class Known(NamedTuple):
    """What is known of a database."""

    names: frozenset[str]
    """All of its tables."""
    types: dict[str, _Types]
    """The columns of those that frames need."""


_checked: WeakKeyDictionary[Engine, Known] = WeakKeyDictionary()


def check(engine: Engine) -> Known:
    """Return which tables and columns there are, asked for once.

    Raises :class:`~bookstore.nbgallery.problems.DatabaseProblem` where they are no gallery's, or
    lack what even old galleries have.
    """
    if engine not in _checked:
        _checked[engine] = _asked(engine)
    return _checked[engine]


def actual(engine: Engine, declared: Table) -> TableClause:
    """Return a table as it is: without what it lacks, and with what an extension added to it."""
    types = check(engine).types[declared.name]
    ours = [column(each.name, each.type) for each in declared.c if each.name in types]
    added = [column(name, types[name]) for name in types if name not in declared.c]
    return table(declared.name, *ours, *added)


def all_of(clause: TableClause, *, but: tuple[str, ...] = ()) -> list[ColumnElement[Any]]:
    """Return the columns of a table, each with all that it holds."""
    return [
        single(each).label(each.name) if isinstance(each.type, Float) else each
        for each in clause.c
        if each.name not in but
    ]


def _asked(engine: Engine) -> Known:
    names = [model.__tablename__ for model in NEEDED]
    inspector = inspect(engine)
    there = frozenset(inspector.get_table_names())
    if missing := [name for name in names if name not in there]:
        raise DatabaseProblem(
            f"No nbgallery is in {place(engine.url)}, or one that is too old: it has no table "
            f"{', '.join(missing)}.",
            hint="Name the database of a gallery, or bring it up to date: rake db:migrate.",
        )
    found = {name: _types(inspector.get_columns(name)) for name in names}
    lacking = [
        f"{model.__tablename__}.{attribute.key}"
        for model in NEEDED
        for attribute in class_mapper(model).column_attrs
        if not attribute.deferred and attribute.columns[0].name not in found[model.__tablename__]
    ]
    if lacking:
        raise DatabaseProblem(
            f"The nbgallery in {place(engine.url)} is too old: it has no {', '.join(lacking)}.",
            hint="Bring it up to date with nbgallery's own: rake db:migrate.",
        )
    return Known(there, found)


def _types(columns: Any) -> _Types:
    return {each["name"]: _type(each["type"]) for each in columns}


def _type(reflected: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return a column's type; MySQL has no booleans but small numbers of one digit."""
    is_truth = isinstance(reflected, mysql.TINYINT) and reflected.display_width == 1
    return Boolean() if is_truth else reflected
