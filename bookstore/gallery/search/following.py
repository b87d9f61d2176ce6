"""What changed since somebody looked last, without leaving out what appears late.

The numbers of changes are given when they are written and seen when their transaction ends, so a
lower one may appear after a higher one.  Whoever follows remembers which numbers he has not seen,
and asks for them again, until they can only be those of transactions that were taken back.

Changes are forgotten after some days, except the newest one.  Whoever was not so far by then may
have missed some, and has to look at everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..database.models import Change, Job

FORGET_CHANGES = "forget changes"
"""The job that shortens the feed; its position is the highest number that is forgotten."""
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


class Outrun(Exception):
    """Changes were forgotten that may not have been seen; or the database is another one."""


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
    """Return changes that were not seen yet, some at a time, and the position after them.

    Raises :class:`Outrun`, after which :func:`begin` says where to go on.
    """
    waiting = {number: since for number, since in position.unseen.items() if at - since < LATEST_S}
    is_new = Change.id > position.last
    query = select(Change).where(or_(is_new, Change.id.in_(waiting)) if waiting else is_new)
    found = [*session.scalars(query.order_by(Change.id).limit(count))]
    _check(session, position)  # afterwards, for they may be forgotten at any moment
    seen = {change.id for change in found}
    last = max([position.last, *seen])
    unseen = {number: since for number, since in waiting.items() if number not in seen}
    first = max(position.last, last - MOST_UNSEEN)
    unseen |= {number: at for number in range(first + 1, last) if number not in seen}
    return found, Position(last, dict(sorted(unseen.items())[-MOST_UNSEEN:]))


def _check(session: Session, position: Position) -> None:
    newest = session.scalar(select(func.max(Change.id))) or 0
    if not forgotten(session) <= position.last <= newest:
        raise Outrun


def forgotten(session: Session) -> int:
    """Return up to which number changes are forgotten."""
    job = session.get(Job, FORGET_CHANGES)
    return int(job.position or 0) if job is not None else 0
