"""Counts again what people did with notebooks, into the summaries that lists are sorted by.

Whatever is counted is written as it is now, never added to: it may be counted again at any time.

Knows: the tables.  Must not know: when it is done.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Date, func, select, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..database.models import Click, ExecutionHistory, Notebook, NotebookSummary, stars
from ..discovery.trends import WINDOW_DAYS, trend_of

VIEWED, DOWNLOADED, RAN = "viewed notebook", "downloaded notebook", "ran notebook"
_SECONDS_A_DAY = 86_400


def count(session: Session, notebook_ids: Collection[int], at: datetime) -> list[NotebookSummary]:
    """Count what was done with notebooks; return what is known of them then."""
    summaries = count_stars(session, notebook_ids)
    clicks = _clicks(session, notebook_ids)
    trends = _trends(session, notebook_ids, at)
    for notebook_id, summary in summaries.items():
        done = clicks[notebook_id]
        summary.views, summary.unique_views = done[VIEWED]
        summary.downloads, summary.unique_downloads = done[DOWNLOADED]
        summary.runs, summary.unique_runs = done[RAN]
        summary.trendiness = trends[notebook_id]
    return [*summaries.values()]


def count_stars(session: Session, notebook_ids: Collection[int]) -> dict[int, NotebookSummary]:
    """Count how many people like notebooks; return what is known of them, by their IDs."""
    summaries = _summaries(session, notebook_ids)
    counted = (
        select(stars.c.notebook_id, func.count().label("number"))
        .where(stars.c.notebook_id.in_(notebook_ids))
        .group_by(stars.c.notebook_id)
    )
    likes = {each.notebook_id: each.number for each in session.execute(counted)}
    for notebook_id, summary in summaries.items():
        summary.stars = likes.get(notebook_id, 0)
    return summaries


def _summaries(session: Session, notebook_ids: Collection[int]) -> dict[int, NotebookSummary]:
    """Return the rows of notebooks that are there, made where there was none."""
    wanted = select(NotebookSummary).where(NotebookSummary.notebook_id.in_(notebook_ids))
    found = {row.notebook_id: row for row in session.scalars(wanted)}
    if missing := {*notebook_ids} - found.keys():
        there = select(Notebook.id).where(Notebook.id.in_(missing))
        for notebook_id in session.scalars(there).all():
            with contextlib.suppress(IntegrityError), session.begin_nested():
                session.add(NotebookSummary(notebook_id=notebook_id))  # unless somebody else does
        found = {row.notebook_id: row for row in session.scalars(wanted)}
    return found


def _clicks(
    session: Session, notebook_ids: Collection[int]
) -> defaultdict[int, defaultdict[str, tuple[int, int]]]:
    """Return how often what was done with each, and by how many people."""
    done: defaultdict[int, defaultdict[str, tuple[int, int]]] = defaultdict(
        lambda: defaultdict(lambda: (0, 0))
    )
    counted = (
        select(Click.notebook_id, Click.action, func.count(), func.count(Click.user_id.distinct()))
        .where(Click.notebook_id.in_(notebook_ids), Click.action.in_((VIEWED, DOWNLOADED, RAN)))
        .group_by(Click.notebook_id, Click.action)
    )
    for notebook_id, action, times, people in session.execute(counted):
        done[notebook_id or 0][action] = (times, people)
    return done


def _trends(session: Session, notebook_ids: Collection[int], at: datetime) -> dict[int, float]:
    """Return how much people are at each notebook these days."""
    since = at - timedelta(days=WINDOW_DAYS)
    day = func.date(Click.created_at, type_=Date())
    clicked = select(Click.notebook_id, day.label("day"), Click.user_id).where(
        Click.notebook_id.in_(notebook_ids), Click.created_at >= since
    )
    ran = ExecutionHistory
    executed = select(ran.notebook_id, ran.day, ran.user_id).where(
        ran.notebook_id.in_(notebook_ids), ran.day >= since.date()
    )
    done = union(clicked, executed).subquery()
    counted = select(done.c.notebook_id, done.c.day, func.count()).group_by(
        done.c.notebook_id, done.c.day
    )
    people: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for notebook_id, on, number in session.execute(counted):
        people[notebook_id][_days(on, at)] = number
    new = select(Notebook.id, Notebook.content_updated_at).where(Notebook.id.in_(notebook_ids))
    return {
        notebook_id: trend_of(people[notebook_id], _age(changed_at, at))
        for notebook_id, changed_at in session.execute(new)
    }


def _days(day: date, at: datetime) -> int:
    return (at.date() - day).days


def _age(moment: datetime | None, at: datetime) -> float | None:
    return None if moment is None else (at - moment).total_seconds() / _SECONDS_A_DAY
