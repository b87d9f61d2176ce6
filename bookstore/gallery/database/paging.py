"""Lists by pages: each begins after the last row of the one before.

What comes in between two pages moves nothing: no row is shown twice, and none is left out.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Date, DateTime, Select, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import NullType

from ...errors import BadRequest
from ...words import shown

T = TypeVar("T")
MOST = 200
"""The most rows of a page."""


@dataclass(frozen=True)
class Key:
    """What a list is sorted by: never NULL, for databases do not agree on where that belongs.

    ``coalesce(column, 0.0)`` makes a double of MySQL's 32-bit floats, too, which are equal to no
    float that was read from them.
    """

    expression: ColumnElement[Any] | InstrumentedAttribute[Any]
    descending: bool = False

    def __post_init__(self) -> None:
        if getattr(self.expression, "nullable", False):
            raise ValueError(f"{self.expression} may be NULL: sort by coalesce() of it")
        if isinstance(self.expression.type, NullType):
            raise ValueError(f"{self.expression} has no type: give it one")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and where the next page begins."""

    rows: list[T]
    after: str | None
    """What to ask for the next page; None at the end."""


def page_of(
    session: Session,
    query: Select[T],
    keys: Sequence[Key],
    *,
    after: str | None = None,
    count: int = 50,
) -> Page[T]:
    """Return the rows of *query* after a place, in the order of *keys*; the last of them is unique.

    Raises :class:`~bookstore.errors.BadRequest` where *after* or *count* cannot be.
    """
    if not 1 <= count <= MOST:
        raise BadRequest(f"count is {count}, and has to be between 1 and {MOST}.")
    if after is not None:
        query = query.where(_follows(keys, _decoded(after, keys)))
    ordered = query.order_by(
        *(key.expression.desc() if key.descending else key.expression.asc() for key in keys)
    ).add_columns(*(key.expression for key in keys))
    found = session.execute(ordered.limit(count + 1)).all()
    rows = found[:count]
    is_end = len(found) <= count
    return Page([row[0] for row in rows], None if is_end else _encoded(rows[-1][1:]))


def _follows(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Return whether a row comes after one with these values."""
    follows: ColumnElement[bool] = false()
    for key, value in reversed([*zip(keys, values, strict=True)]):
        column = key.expression
        beyond = column < value if key.descending else column > value
        follows = or_(beyond, and_(column == value, follows))
    return follows


def _encoded(values: Sequence[Any]) -> str:
    plain = [each.isoformat() if isinstance(each, date) else each for each in values]
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(after: str, keys: Sequence[Key]) -> list[Any]:
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode()
        values = json.loads(text)
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError
        return [_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError):
        raise BadRequest(
            f"after is {shown(after)}, which no page of this list has given."
        ) from None


def _value(key: Key, value: Any) -> Any:
    kind = key.expression.type
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            raise ValueError
        return moment
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    expected = kind.python_type
    if expected is float and type(value) is int:
        value = float(value)
    if type(value) is not expected or not _is_taken(value):
        raise TypeError
    return value


def _is_taken(value: Any) -> bool:
    """Return whether every database takes a value."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, str):
        value.encode()  # a lone surrogate raises a ValueError
        return "\0" not in value
    return True
