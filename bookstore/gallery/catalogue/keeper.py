"""Keeps a gallery: again and again, what was interrupted is finished and what is new is taken in.

Whoever hosts the gallery starts it.  Several processes on one database take turns.

Knows: the catalogue.  Must not know: who hosts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
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


class Keeper(BackgroundTask):
    """Keeps a gallery while it is hosted, from :meth:`start` to :meth:`stop`.

    Stopped, or killed, in the midst of it, what is left is for the next run, here or elsewhere.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        every: timedelta = timedelta(minutes=5),
        lent_for: timedelta = timedelta(minutes=2),
        log: logging.Logger | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._pause_s = every.total_seconds()
        self._log = log or logging.getLogger("bookstore.gallery")
        # Whoever comes a little early comes again so much later.
        self._turn = Turn(name=JOB, holder=uuid4().hex, every=every * 0.9, lent_for=lent_for)

    async def _run(self) -> None:
        while True:
            with guarded("Keeping the gallery", self._log):
                try:
                    await self.run_once()
                except BookstoreError as error:
                    self._log.warning("The gallery was not kept: %s", error.message)
            await asyncio.sleep(self._pause_s)

    async def run_once(self) -> bool:
        """Keep the gallery, if it is this process's turn; return whether it was.

        Raises what the database raises; what the store did not let be done is told in the log.
        """
        database = self._catalogue.database
        if not await database.run(partial(self._turn.take, at=now())):
            return False
        work, lost = start_in_background(self._keep()), start_in_background(self._lost())
        problems, is_done = ["It was interrupted."], False
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
            if is_done := work.done():
                problems = work.result()
        finally:
            for task in (work, lost):
                task.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)
            told = "\n".join(problems[:_MOST_TOLD])
            end = partial(self._turn.end, at=now(), problem=told, is_done=is_done)
            await database.run(end)
        for problem in problems[:_MOST_TOLD]:
            self._log.warning("Keeping the gallery: %s", problem)
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

    async def _lost(self) -> None:
        """Return once it is another one's turn: this process stood still, and somebody went on."""
        is_mine = True
        while is_mine:
            await asyncio.sleep(self._turn.lent_for.total_seconds() / 3)
            with contextlib.suppress(DatabaseError):  # the next time, if there is one
                is_mine = await self._catalogue.database.run(partial(self._turn.renew, at=now()))
