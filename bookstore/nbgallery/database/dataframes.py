"""What a gallery's users do, as frames: nbgallery-python's 13, under its names.

The times are ``created_at``, in UTC.  Each frame comes in the order of its keys, with the same
columns, types and values from every kind of database.  A long one need not be there as a whole:
``clicks.chunks(100_000, days_ago=30)`` yields frames of as many rows.

Knows: the gallery's models, SQL.  Must not know: how rows become frames.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, case, func, select
from sqlalchemy.sql.selectable import FromClause

from ...gallery.database.models import Base
from .filters import (
    Actions,
    Date,
    Ids,
    add_click_filters,
    add_date_filters,
    add_execution_filters,
    add_id_filter,
    click_default_actions,
    isiterable,
)
from .portable import count_true, exactly, null_first, ratio, single
from .reading import Frame
from .tables import actual, all_of

__all__ = [
    "add_click_filters",
    "add_date_filters",
    "add_execution_filters",
    "add_id_filter",
    "cell_execution_rollup",
    "click_default_actions",
    "clicks",
    "clicks_rollup",
    "clicks_rollup_pivot",
    "executions",
    "isiterable",
    "notebook_cell_count",
    "notebook_clicks_rollup",
    "notebook_execution_rollup",
    "notebooks",
    "notebooks_with_summaries",
    "user_clicks_rollup",
    "user_select_columns",
    "users",
    "users_with_summaries",
]

_TABLES = Base.metadata.tables
_CLICKS = _TABLES["clicks"]
_CELLS = _TABLES["code_cells"]
_EXECUTIONS = _TABLES["executions"]
_NOTEBOOKS = _TABLES["notebooks"]
_SUMMARIES = _TABLES["notebook_summaries"]
_USERS = _TABLES["users"]
_REPUTATIONS = _TABLES["user_summaries"]

_EXECUTED_CELLS = _EXECUTIONS.join(_CELLS, _EXECUTIONS.c.code_cell_id == _CELLS.c.id)

_Columns = list[ColumnElement[Any]]
_TIMES = ("created_at", "updated_at")


# -- notebooks and users ---------------------------------------------------------------------------


@Frame
def notebooks(engine: Engine) -> Select[Any]:
    """Return all notebooks, with all that their table has."""
    table = actual(engine, _NOTEBOOKS)
    return select(*all_of(table)).order_by(table.c.id)


@Frame
def notebooks_with_summaries(engine: Engine) -> Select[Any]:
    """Return the notebooks that are summed up, and their numbers."""
    table, numbers = actual(engine, _NOTEBOOKS), actual(engine, _SUMMARIES)
    columns = (*all_of(table), *all_of(numbers, but=("id", "notebook_id", *_TIMES)))
    both = table.join(numbers, numbers.c.notebook_id == table.c.id)
    return select(*columns).select_from(both).order_by(table.c.id)


def user_select_columns() -> _Columns:
    """Return what is of use of a user, without passwords and tokens."""
    names = (
        "id",
        "user_name",
        "email",
        "first_name",
        "last_name",
        "org",
        "created_at",
        "updated_at",
        "sign_in_count",
        "last_sign_in_at",
    )
    return [_USERS.c[name] for name in names]


@Frame
def users(engine: Engine) -> Select[Any]:
    """Return all users."""
    return select(*user_select_columns()).order_by(_USERS.c.id)


@Frame
def users_with_summaries(engine: Engine) -> Select[Any]:
    """Return the users that are summed up, and their reputation."""
    numbers = actual(engine, _REPUTATIONS)
    columns = (*user_select_columns(), *all_of(numbers, but=("id", "user_id", *_TIMES)))
    both = _USERS.join(numbers, numbers.c.user_id == _USERS.c.id)
    return select(*columns).select_from(both).order_by(_USERS.c.id)


# -- clicks ----------------------------------------------------------------------------------------


@Frame
def clicks(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
    actions: Actions = None,
) -> Select[Any]:
    """Return every click; of a large gallery that is millions, which :meth:`chunks` is for."""
    columns = (_CLICKS.c.user_id, _CLICKS.c.notebook_id, _CLICKS.c.action)
    wanted = select(*columns, _CLICKS.c.created_at.label("timestamp"))
    filters = (min_date, max_date, days_ago, user_id, notebook_id, actions)
    return add_click_filters(wanted, *filters).order_by(_CLICKS.c.id)


@Frame
def clicks_rollup(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
    actions: Actions = None,
) -> Select[Any]:
    """Return how often, when first and when last each user did each thing with each notebook."""
    by = (_CLICKS.c.user_id, _CLICKS.c.notebook_id, _CLICKS.c.action)
    filters = (min_date, max_date, days_ago, user_id, notebook_id, actions)
    rolled_up = select(*by, _count("count"), *_first_and_last(_CLICKS))
    wanted = add_click_filters(rolled_up, *filters).group_by(*by)
    return wanted.order_by(by[0], null_first(by[1]), exactly(by[2]))


@Frame
def clicks_rollup_pivot(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
) -> Select[Any]:
    """Return how often each user did what with each notebook, a row for a user and a notebook."""
    by = (_CLICKS.c.user_id, _CLICKS.c.notebook_id)
    actions = [_times(action).label(_verb(action)) for action in click_default_actions()]
    rolled_up = select(*by, _count("count"), *actions, *_first_and_last(_CLICKS))
    filters = (min_date, max_date, days_ago, user_id, notebook_id)
    wanted = add_click_filters(rolled_up, *filters).group_by(*by)
    return wanted.order_by(by[0], null_first(by[1]))


@Frame
def notebook_clicks_rollup(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    notebook_id: Ids = None,
) -> Select[Any]:
    """Return how often each thing was done with each notebook, and by how many users."""
    return add_click_filters(
        _by_action(_CLICKS.c.notebook_id, _CLICKS.c.user_id, "users"),
        min_date,
        max_date,
        days_ago,
        notebook_id=notebook_id,
    )


@Frame
def user_clicks_rollup(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
) -> Select[Any]:
    """Return how often each user did each thing, and with how many notebooks."""
    return add_click_filters(
        _by_action(_CLICKS.c.user_id, _CLICKS.c.notebook_id, "notebooks"),
        min_date,
        max_date,
        days_ago,
        user_id=user_id,
    )


def _by_action(by: ColumnElement[Any], others: ColumnElement[Any], word: str) -> Select[Any]:
    """Count clicks and different *others*, by *by* and action."""
    columns: _Columns = []
    for action in click_default_actions():
        is_it = _CLICKS.c.action == action
        columns += [
            _times(action).label(_verb(action)),
            func.count(case((is_it, others)).distinct()).label(f"{word}_{_verb(action)}"),
        ]
    wanted = select(by, _count("count"), *columns, *_first_and_last(_CLICKS))
    return wanted.group_by(by).order_by(null_first(by))


def _times(action: str) -> ColumnElement[int]:
    return func.count(case((_CLICKS.c.action == action, 1)))


def _verb(action: str) -> str:
    return action.split()[0]


# -- executions ------------------------------------------------------------------------------------


@Frame
def executions(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
) -> Select[Any]:
    """Return every execution of a cell; there may be millions, which :meth:`chunks` is for."""
    wanted = select(
        _EXECUTIONS.c.id,
        _EXECUTIONS.c.user_id,
        _EXECUTIONS.c.code_cell_id,
        _CELLS.c.notebook_id,
        _CELLS.c.cell_number,
        _EXECUTIONS.c.success,
        single(_EXECUTIONS.c.runtime).label("runtime"),
        _EXECUTIONS.c.created_at.label("timestamp"),
    ).select_from(_EXECUTED_CELLS)
    filters = (min_date, max_date, days_ago, user_id, notebook_id)
    return add_execution_filters(wanted, *filters).order_by(_EXECUTIONS.c.id)


@Frame
def cell_execution_rollup(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
) -> Select[Any]:
    """Return how many users executed each cell, how often, and how often it went well."""
    by = (_EXECUTIONS.c.code_cell_id, _CELLS.c.notebook_id, _CELLS.c.cell_number)
    rolled_up = select(
        *by,
        func.count(_EXECUTIONS.c.user_id.distinct()).label("users"),
        _succeeded().label("success"),
        _count("count"),
        ratio(_succeeded(), func.count()).label("pass_rate"),
        *_first_and_last(_EXECUTIONS),
    ).select_from(_EXECUTED_CELLS)
    filters = (min_date, max_date, days_ago, user_id, notebook_id)
    return add_execution_filters(rolled_up, *filters).group_by(*by).order_by(by[0])


@Frame
def notebook_cell_count(engine: Engine, label: str = "cell_count") -> Select[Any]:
    """Return how many code cells each notebook has, in a column called *label*."""
    return _cell_count(label).order_by(_CELLS.c.notebook_id)


@Frame
def notebook_execution_rollup(
    engine: Engine,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
) -> Select[Any]:
    """Return how many users executed how many of each notebook's cells, and how that went."""
    totals = _cell_count("cells_total").subquery("totals")
    by = (_CELLS.c.notebook_id, totals.c.cells_total)
    rolled_up = select(
        by[0],
        func.count(_EXECUTIONS.c.user_id.distinct()).label("users"),
        func.count(_CELLS.c.cell_number.distinct()).label("cells_executed"),
        by[1],
        _succeeded().label("cell_exec_success"),
        _count("cell_exec_count"),
        ratio(_succeeded(), func.count()).label("cell_pass_rate"),
        *_first_and_last(_EXECUTIONS),
    ).select_from(_EXECUTED_CELLS.join(totals, totals.c.notebook_id == _CELLS.c.notebook_id))
    filters = (min_date, max_date, days_ago, user_id, notebook_id)
    return add_execution_filters(rolled_up, *filters).group_by(*by).order_by(by[0])


def _cell_count(label: str) -> Select[Any]:
    cells = func.count(_CELLS.c.cell_number.distinct()).label(label)
    return select(_CELLS.c.notebook_id, cells).group_by(_CELLS.c.notebook_id)


def _succeeded() -> ColumnElement[int]:
    return count_true(_EXECUTIONS.c.success)


# -- what several have -----------------------------------------------------------------------------


def _count(label: str) -> ColumnElement[int]:
    return func.count().label(label)


def _first_and_last(table: FromClause) -> _Columns:
    at = table.c.created_at
    return [func.min(at).label("first"), func.max(at).label("last")]
