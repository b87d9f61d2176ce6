"""What changed since somebody looked last, without leaving out what appears late.

The numbers of changes are given when they are written and seen when their transaction ends, so a
lower one may appear after a higher one.  Whoever follows remembers which numbers he has not seen,
and asks for them again, until they can only be those of transactions that were taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..database.models import Change

MOST_UNSEEN = 5000
LATEST_S = 3600.0
"""No transaction takes longer: a statement has a limit of seconds."""
_LOOKED_BACK = 1000


@dataclass(frozen=True)
class Position:
    """How far somebody has come."""

    last: int = 0
    """The highest number that was seen."""
    unseen: Mapping[int, float] = field(default_factory=dict)
    """Lower numbers that were not, and when that was noticed."""


def begin(session: Session, at: float) -> Position:
    """Return where somebody stands who now reads everything there is."""
    last = session.scalar(select(func.max(Change.id))) or 0
    first = max(last - _LOOKED_BACK, 0)
    query = select(Change.id).where(Change.id > first, Change.id <= last)
    seen = {*session.scalars(query)}
    unseen = {number: at for number in range(first + 1, last + 1) if number not in seen}
    return Position(last, unseen)


def changes_after(
    session: Session, position: Position, at: float, count: int = 1000
) -> tuple[list[Change], Position]:
    """Return changes that were not seen yet, some at a time, and the position after them."""
    waiting = {number: since for number, since in position.unseen.items() if at - since < LATEST_S}
    is_new = Change.id > position.last
    query = select(Change).where(or_(is_new, Change.id.in_(waiting)) if waiting else is_new)
    found = [*session.scalars(query.order_by(Change.id).limit(count))]
    seen = {change.id for change in found}
    last = max([position.last, *seen])
    unseen = {number: since for number, since in waiting.items() if number not in seen}
    first = max(position.last, last - MOST_UNSEEN)
    unseen |= {number: at for number in range(first + 1, last) if number not in seen}
    return found, Position(last, dict(sorted(unseen.items())[-MOST_UNSEEN:]))
