"""Units of work on the gallery's database, each in a transaction, never on the event loop.

A unit is a function of a session.  It is committed when it returns and rolled back when it raises;
it may be run again from its start, so it touches nothing but the session.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from .engine import READS_ONLY, EngineOptions, make_engine
from .errors import DatabaseBusy, FateUnknown
from .translate import Kind, in_our_words, kind_of
from .urls import place

T = TypeVar("T")
Work = Callable[[Session], T]

ATTEMPTS = 4
_PAUSE_S = 0.02
_AGAIN = {Kind.CONFLICT, Kind.LOST}


class Database:
    """The gallery's database: at most as many connections as it has threads.

    Isolation is READ COMMITTED in PostgreSQL and MySQL: whoever decides by what a row says before
    changing it reads the row ``with_for_update()``.  SQLite has one writer at a time.
    """

    def __init__(self, url: str, options: EngineOptions | None = None) -> None:
        self.options = options or EngineOptions()
        self.engine = make_engine(url, self.options)
        self._reader = self.engine.execution_options(**{READS_ONLY: True})
        self._threads = ThreadPoolExecutor(
            self.options.connections or 1, thread_name_prefix="bookstore-gallery"
        )

    @property
    def place(self) -> str:
        """What the database is called in messages."""
        return place(self.engine.url)

    async def run(self, work: Work[T], *, read_only: bool = False) -> T:
        """Return what *work* returns, run on a thread of the database's; see :meth:`run_here`.

        Cancelling this does not stop what runs.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: self.run_here(work, read_only=read_only)
        )

    def run_here(self, work: Work[T], *, read_only: bool = False) -> T:
        """Return what *work* returns, after its changes were committed.

        It is run again after a deadlock, a serialisation failure or a lost connection: whenever it
        is certain that nothing was written.  What it returns is detached: it holds what was loaded.
        Raises :class:`~.errors.DatabaseError`, or what *work* raises.
        """
        for left in reversed(range(ATTEMPTS)):
            try:
                return self._attempt(work, read_only)
            except DBAPIError as error:
                kind = kind_of(error)
                if not left or kind not in _AGAIN:
                    ours = in_our_words(kind, self.engine.url, self.options.statement_limit_s)
                    if ours is None:
                        raise
                    raise ours from error
                time.sleep(random.uniform(0, _PAUSE_S * 2 ** (ATTEMPTS - left)))  # noqa: S311
            except PoolTimeout as error:
                raise DatabaseBusy(f"All connections to {self.place} are in use.") from error
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, work: Work[T], read_only: bool) -> T:
        engine = self._reader if read_only else self.engine
        with Session(engine, expire_on_commit=False) as session:
            result = work(session)
            session.flush()
            try:
                session.commit()
            except DBAPIError as error:
                if kind_of(error) is Kind.LOST and not read_only:
                    raise FateUnknown(
                        f"The connection to {self.place} was lost while a change was committed."
                    ) from error
                raise
            return result

    async def close(self) -> None:
        """Wait for the units that run, and let go of all connections.  Safe to call twice."""
        await asyncio.to_thread(self._threads.shutdown)
        self.engine.dispose()
