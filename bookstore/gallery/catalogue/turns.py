"""Whose turn it is to do what only one of several processes is to do at a time.

A turn is lent for a while and renewed by whoever has it, so that one whose process died comes to
another one.  It spares work; what is done in it has to be safe without it, since clocks differ and
processes stand still.

Knows: the tables.  Must not know: what is done.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..database.models import Job


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A job as one process does it."""

    name: str
    holder: str
    """The process."""
    every: timedelta
    """How long after it began somebody does it again, at the earliest."""
    lent_for: timedelta

    def take(self, session: Session, at: datetime) -> bool:
        """Return whether to do it now: nobody else does, or began it just before."""
        job = self._job(session)
        # Clocks differ a little.  What is much later still than that is no reason to wait for it:
        # a clock was put back.
        latest = at + self.lent_for
        is_lent = job.held_until is not None and at < job.held_until <= latest + self.lent_for
        was_done = job.began_at is not None and at - self.every < job.began_at <= latest
        if (is_lent and job.holder != self.holder) or was_done:
            return False
        job.holder, job.began_at, job.held_until = self.holder, at, at + self.lent_for
        return True

    def renew(self, session: Session, at: datetime) -> bool:
        """Return whether it is still this one's turn, and lend it for a while more."""
        job = self._job(session)
        if job.holder == self.holder:
            job.held_until = at + self.lent_for
        return job.holder == self.holder

    def end(self, session: Session, at: datetime, problem: str, *, is_done: bool = True) -> None:
        """Let somebody else have it; *problem* says, in words, what was left undone.

        What was not done to its end waits for nobody: the next one who comes does it.
        """
        job = self._job(session)
        if job.holder == self.holder:
            job.holder, job.held_until = None, None
            job.ended_at, job.problem = at, problem or None
            if not is_done:
                job.began_at = None

    def _job(self, session: Session) -> Job:
        """Return its row, at which nobody else looks until the transaction ends."""
        job = session.get(Job, self.name, with_for_update=True)
        if job is not None:
            return job
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.add(Job(name=self.name))  # unless somebody else does at this moment
        return session.get_one(Job, self.name, with_for_update=True)
