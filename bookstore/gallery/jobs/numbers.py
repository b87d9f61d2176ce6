"""Counts what people do with notebooks, soon after they did it, and lets trends fade.

A job notes how far it is with each batch that it has written.  Whoever goes on after one that was
interrupted, here or elsewhere, does the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from ..catalogue import Catalogue
from ..catalogue.counting import count
from ..catalogue.keeper import Duty
from ..database.models import (
    Click,
    ExecutionHistory,
    Job,
    Notebook,
    NotebookSummary,
    now,
    stars,
)
from ..search.documents import Popularity
from ..search.index import SearchIndex

COUNT, FADE = "count", "fade"
TOGETHER = 200
LATE = timedelta(hours=1)
"""How long after a click was numbered it may appear: no transaction takes longer."""
LEAST_TREND = 0.001


@dataclass(frozen=True)
class Round:
    """How far a job is."""

    clicks: int | None = None
    """Clicks up to this one are counted; None where none is yet."""
    until: int | None = None
    """Up to where they are after this round."""
    after: int = 0
    """The last notebook of this round that is done."""


Some = Callable[[Session, Round], Select[int]]


def counting(catalogue: Catalogue, index: SearchIndex) -> Duty:
    """Return what counts again the notebooks with which something was done."""
    do = partial(_go_round, catalogue, index, COUNT, _touched)
    return Duty(name=COUNT, every=timedelta(minutes=5), do=do)


def fading(catalogue: Catalogue, index: SearchIndex) -> Duty:
    """Return what lets notebooks trend less with which nothing was done."""
    do = partial(_go_round, catalogue, index, FADE, _trending)
    return Duty(name=FADE, every=timedelta(days=1), do=do)


async def _go_round(catalogue: Catalogue, index: SearchIndex, name: str, wanted: Some) -> list[str]:
    while await catalogue.database.run(partial(_batch, index, name, wanted)):
        pass
    return []


def _batch(index: SearchIndex, name: str, wanted: Some, session: Session) -> bool:
    """Count some notebooks; return whether there may be more."""
    job = session.get_one(Job, name)  # whose turn it is: nobody else writes its position
    at = now()
    here = Round(**json.loads(job.position or "{}"))
    if here.until is None:
        here = replace(here, until=_settled(session))
    ids = [*session.scalars(wanted(session, here))]
    known = count(session, ids, at)
    session.flush()
    index.liked(
        session,
        {row.notebook_id: Popularity(row.views or 0, row.stars or 0, row.health) for row in known},
    )
    is_end = len(ids) < TOGETHER
    there = Round(clicks=here.until) if is_end else replace(here, after=ids[-1])
    job.position = json.dumps(asdict(there))
    return not is_end


def _settled(session: Session) -> int:
    """Return up to which click no more will appear."""
    old = select(Click.id).where(Click.created_at < now() - LATE).order_by(Click.id.desc())
    return session.scalar(old.limit(1)) or 0


def _touched(session: Session, here: Round) -> Select[int]:
    """Return notebooks with which something was done, or of which the numbers are wrong."""
    if here.clicks is None:
        return (
            select(Notebook.id)
            .where(Notebook.id > here.after)
            .order_by(Notebook.id)
            .limit(TOGETHER)
        )
    summary, likes = NotebookSummary, func.coalesce(NotebookSummary.stars, 0)
    there = (
        select(func.count())
        .where(stars.c.notebook_id == summary.notebook_id)
        .correlate(summary)
        .scalar_subquery()
    )
    yesterday = now().date() - timedelta(days=1)
    touched = union(
        select(Click.notebook_id.label("id")).where(
            Click.id > here.clicks, Click.notebook_id > here.after
        ),
        select(ExecutionHistory.notebook_id).where(ExecutionHistory.day >= yesterday),
        select(summary.notebook_id).where(likes != there),
        select(Notebook.id)
        .outerjoin(summary, summary.notebook_id == Notebook.id)
        .where(summary.id.is_(None)),
    ).subquery()
    return (
        select(touched.c.id).where(touched.c.id > here.after).order_by(touched.c.id).limit(TOGETHER)
    )


def _trending(session: Session, here: Round) -> Select[int]:
    summary = NotebookSummary
    return (
        select(summary.notebook_id)
        .where(summary.notebook_id > here.after, summary.trendiness >= LEAST_TREND)
        .order_by(summary.notebook_id)
        .limit(TOGETHER)
    )
