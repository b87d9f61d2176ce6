"""The filters of the frames, for the frames and for selects of one's own.

Knows: columns.  Must not know: pandas, except for the times it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from operator import index
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam

from ...gallery.database.models import Base
from ..problems import NbgalleryProblem
from .portable import exactly

S = TypeVar("S", bound=Select[Any])

Date: TypeAlias = "date | datetime | str | None"
"""A day, which means its first moment, or a time; without a zone it is UTC, as the gallery's."""
Ids: TypeAlias = "int | Iterable[int] | None"
Actions: TypeAlias = "str | Iterable[str] | None"


class FilterProblem(NbgalleryProblem, ValueError):
    """A filter that means nothing; the message names it and its value."""

    status = 400


def click_default_actions() -> list[str]:
    """Return what users do with a notebook itself, which is what clicks are mostly asked for."""
    verbs = ("created", "edited", "viewed", "downloaded", "ran", "executed")
    return [f"{verb} notebook" for verb in verbs]


def add_date_filters(
    select: S,
    column: Any,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
) -> S:
    """Keep what is between two times, both included, or not older than *days_ago* days.

    *days_ago* counts whole days of UTC, and the other two are not looked at then.
    """
    if days_ago is not None:
        days = timedelta(days=_whole("days_ago", days_ago))
        min_date, max_date = datetime.now(timezone.utc).date() - days, None
    if min_date is not None:
        select = select.where(column >= _time("min_date", min_date))
    if max_date is not None:
        select = select.where(column <= _time("max_date", max_date))
    return select


def isiterable(obj: object) -> bool:
    """Return whether *obj* can be iterated over; a string can."""
    try:
        iter(obj)  # type: ignore[call-overload]
    except TypeError:
        return False
    return True


def add_id_filter(select: S, column: Any, ids: Ids) -> S:
    """Keep the rows of one ID, or of any of several, however many; all of them for ``None``."""
    if ids is None:
        return select
    name = getattr(column, "name", "id")
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        return select.where(column == _whole(name, ids))
    wanted = sorted({_whole(name, each) for each in ids})
    # Written into the statement: databases take fewer parameters than galleries have users.
    several: BindParameter[Any] = bindparam(
        f"{name}s", wanted, expanding=True, literal_execute=True, unique=True
    )
    return select.where(column.in_(several))


def add_click_filters(
    select: S,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
    actions: Actions = None,
) -> S:
    """Keep the clicks of these times, users, notebooks and actions, by default the usual ones."""
    clicks = Base.metadata.tables["clicks"].c
    select = add_date_filters(select, clicks.created_at, min_date, max_date, days_ago)
    select = add_id_filter(select, clicks.user_id, user_id)
    select = add_id_filter(select, clicks.notebook_id, notebook_id)
    wanted = [actions] if isinstance(actions, str) else list(actions or ())
    return select.where(is_one_of(clicks.action, wanted or click_default_actions()))


def add_execution_filters(
    select: S,
    min_date: Date = None,
    max_date: Date = None,
    days_ago: int | None = None,
    user_id: Ids = None,
    notebook_id: Ids = None,
) -> S:
    """Keep the executions of these times, users and notebooks."""
    tables = Base.metadata.tables
    executions, cells = tables["executions"].c, tables["code_cells"].c
    select = add_date_filters(select, executions.created_at, min_date, max_date, days_ago)
    select = add_id_filter(select, executions.user_id, user_id)
    return add_id_filter(select, cells.notebook_id, notebook_id)


def is_one_of(column: ColumnElement[str], words: Iterable[str]) -> ColumnElement[bool]:
    """Is the text one of *words*, letter for letter?"""
    return exactly(column).in_(list(words))


def _whole(name: str, value: Any) -> int:
    try:
        return int(value) if isinstance(value, str) else index(value)
    except (TypeError, ValueError):
        raise FilterProblem(f"{name} is {value!r}, which is no whole number.") from None


def _time(name: str, value: object) -> datetime:
    from pandas import NaT, Timestamp

    try:
        time: Any = NaT if isinstance(value, int | float) else Timestamp(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        time = NaT
    if time is NaT:
        raise FilterProblem(f"{name} is {value!r}, which is no date or time.")
    if time.tzinfo is not None:
        time = time.tz_convert("UTC").tz_localize(None)
    moment: datetime = time.to_pydatetime(warn=False)
    return moment
