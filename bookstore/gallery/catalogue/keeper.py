"""Keeps a gallery: again and again, what was interrupted is finished and what is new is taken in.

Whoever hosts the gallery starts it, and says what else there is to do.  Several processes on one
database take turns, at each duty by itself.

Knows: the catalogue.  Must not know: who hosts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import uuid4

from ...concurrency.background import BackgroundTask, guarded, start_in_background
from ...errors import BookstoreError
from ..database.errors import DatabaseError
from ..database.models import now
from .catalogue import Catalogue
from .reconciling import reconcile
from .staging import age_off_stages
from .synchronising import synchronise
from .turns import Turn

JOB = "keep"
_MOST_TOLD = 10


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something that is done again and again, by one process at a time."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[list[str]]]
    """Does it, and returns what was left undone, in words.  It may be cancelled at any step."""


class Keeper(BackgroundTask):
    """Keeps a gallery while it is hosted, from :meth:`start` to :meth:`stop`.

    Stopped, or killed, in the midst of it, what is left is for the next run, here or elsewhere.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        besides: Iterable[Duty] = (),
        every: timedelta = timedelta(minutes=5),
        lent_for: timedelta = timedelta(minutes=2),
        log: logging.Logger | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._pause_s = every.total_seconds()
        self._log = log or logging.getLogger("bookstore.gallery")
        self._duties = [Duty(name=JOB, every=every, do=self._keep), *besides]
        self._holder, self._lent_for = uuid4().hex, lent_for

    async def _run(self) -> None:
        while True:
            await self.run_once()
            await asyncio.sleep(self._pause_s)

    async def run_once(self) -> bool:
        """Do what it is this process's turn to do; return whether there was anything.

        What fails keeps nothing else from being done, and is told in the log.
        """
        done = False
        for duty in self._duties:
            with guarded(f"Keeping the gallery ({duty.name})", self._log):
                try:
                    done |= await self._in_turn(duty)
                except BookstoreError as error:
                    self._log.warning("Keeping the gallery (%s): %s", duty.name, error.message)
        return done

    async def _in_turn(self, duty: Duty) -> bool:
        """Do it, if it is this process's turn; return whether it was."""
        database = self._catalogue.database
        # Whoever comes a little early comes again so much later.
        every = duty.every * 0.9
        turn = Turn(name=duty.name, holder=self._holder, every=every, lent_for=self._lent_for)
        if not await database.run(partial(turn.take, at=now())):
            return False
        work, lost = start_in_background(_done(duty)), start_in_background(self._lost(turn))
        problems, is_done = ["It was interrupted."], False
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                problems, is_done = work.result(), True
        except BookstoreError as error:
            problems = [error.message]
            raise
        finally:
            for task in (work, lost):
                task.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)
            told = "\n".join(problems[:_MOST_TOLD])
            end = partial(turn.end, at=now(), problem=told, is_done=is_done)
            await database.run(end)
        for problem in problems[:_MOST_TOLD]:
            self._log.warning("Keeping the gallery (%s): %s", duty.name, problem)
        return True

    async def _keep(self) -> list[str]:
        problems: list[str] = []
        for step in (self._finish_what_was_begun, self._take_in):
            try:
                problems += await step()
            except BookstoreError as error:
                problems.append(error.message)
        return problems

    async def _finish_what_was_begun(self) -> list[str]:
        await age_off_stages(self._catalogue)
        done = await reconcile(self._catalogue)
        if done.finished or done.taken_back or done.marked:
            self._log.info(
                "What was interrupted: %d finished, %d taken back, %d marked as deleted",
                done.finished,
                done.taken_back,
                done.marked,
            )
        return done.problems

    async def _take_in(self) -> list[str]:
        done = await synchronise(self._catalogue)
        if done.taken_in or done.restored or done.deleted:
            self._log.info(
                "Of what others published: %d taken in, %d restored, %d deleted",
                done.taken_in,
                done.restored,
                done.deleted,
            )
        return [*done.refused, *done.problems]

    async def _lost(self, turn: Turn) -> None:
        """Return once it is another one's turn: this process stood still, and somebody went on."""
        is_mine = True
        while is_mine:
            await asyncio.sleep(turn.lent_for.total_seconds() / 3)
            with contextlib.suppress(DatabaseError):  # the next time, if there is one
                is_mine = await self._catalogue.database.run(partial(turn.renew, at=now()))


async def _done(duty: Duty) -> list[str]:
    return await duty.do()
