"""Forgets what changed long ago: who follows and comes later than that looks at everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..catalogue import Catalogue
from ..catalogue.keeper import Duty
from ..database.models import Change, Job, now
from ..search.following import FORGET_CHANGES

REMEMBERED = timedelta(days=7)
TOGETHER = 1000


def forgetting_changes(catalogue: Catalogue) -> Duty:
    """Return what keeps the feed of changes short."""

    async def forget() -> list[str]:
        before = now() - REMEMBERED
        while await catalogue.database.run(partial(forget_some, before)):
            pass
        return []

    return Duty(name=FORGET_CHANGES, every=timedelta(days=1), do=forget)


def forget_some(before: datetime, session: Session) -> int:
    """Delete changes that are older; return how many.

    The newest of all stays: by it those who follow see that they have seen everything.
    """
    newest = session.scalar(select(func.max(Change.id))) or 0
    old = select(Change.id).where(Change.created_at < before, Change.id < newest)
    ids = [*session.scalars(old.order_by(Change.id).limit(TOGETHER))]
    if ids:
        session.execute(delete(Change).where(Change.id.in_(ids)))
        job = session.get_one(Job, FORGET_CHANGES)
        job.position = str(max(int(job.position or 0), ids[-1]))
    return len(ids)
