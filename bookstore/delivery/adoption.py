"""Make versions of saves that wait in the embedded store's own file.

There is nothing to send: a save is in the store's file from the moment it is recorded, and becomes
a version in one small transaction, its body untouched.  Any process that shares the file does this
for all.

Knows: Outbox, LocalStore.  Must not know: HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from ..concurrency.background import guarded, rest, start_in_background
from ..concurrency.path_locks import PathLocks
from ..databases.owned import Transaction
from ..databases.readers import NotKnownYetError
from ..errors import OutboxUnavailable, StoreError
from ..outbox import Adopted, FileState, HandedOut, Outbox
from ..records import ArchiveEvent, ObjectVersion, OutboxEntry, utc_now
from ..store.local.store import LocalStore
from .condition import StoreCondition
from .hand_over import in_order, is_in_store
from .telling import event_of, left_after, sentence

AT_ONCE = 256
"""So many keys have their turn in one transaction."""
POLL_S = 1.0
"""How often the file is looked at: was it written to?"""
IDLE_S = 30.0
"""So long an outbox in which nothing waits is not looked into, unless it is written to."""
ROUND_S = 0.25
"""So long lies between two rounds at least, while saves come one after the other."""
RETRY_S = 5.0
PATIENCE_S = 60.0
"""So long the store may take at once to know what there is."""


class Adoption:
    """The embedded store's :class:`~bookstore.delivery.base.Delivery`."""

    def __init__(
        self,
        outbox: Outbox,
        store: LocalStore,
        *,
        tell: Callable[[ArchiveEvent], None],
        log: logging.Logger,
    ) -> None:
        self.path_locks = PathLocks()
        self.condition = StoreCondition()
        self.problem = ""
        self.following_since: datetime | None = None
        self._outbox = outbox
        self._store = store
        self._tell = tell
        self._log = log
        self._wakeup = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._stopping = False
        self._seen: FileState | None = None

    # -- from outside --------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at the outbox now; begins to look by itself at the first call."""
        self._wakeup.set()
        if self._loop_task is None and not self._stopping:
            self._loop_task = start_in_background(self._serve())

    async def drain(self, *, deadline_s: float) -> int | None:
        """Make versions of everything that waits; return how much is left after *deadline_s*
        seconds, None when the outbox does not say."""
        if not self._outbox.is_there():
            return 0
        return await left_after(self._empty, self._outbox, deadline_s=deadline_s, log=self._log)

    async def _empty(self) -> None:
        await self._outbox.end_windows()
        await self._outbox.make_due(refused_too=True)
        while (due_in_s := await self._adopt_due()) is not None and due_in_s <= 0:
            pass

    async def stop(self) -> None:
        """Stop for good.  What waits becomes a version at the next start."""
        self._stopping = True  # before Python 3.12, wait_for may swallow a cancellation
        self._wakeup.set()
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)

    # -- the loop ------------------------------------------------------------------------------

    async def _serve(self) -> None:
        while not self._stopping:
            self._wakeup.clear()
            state, pause_s = None, RETRY_S
            with guarded("Looking for what is due", self._log):
                try:
                    before = self._outbox.file_state()
                    due_in_s = await self._adopt_due()
                    pause_s = IDLE_S if due_in_s is None else min(due_in_s, IDLE_S)
                    state = before
                    self._note_problem("")
                except OutboxUnavailable as error:
                    said = f"Saves are not being delivered. {sentence(error)}"
                    self.condition = self.condition.after_failure(
                        error.message, reachable=False, now=utc_now()
                    )
                    self._note_problem(said)
            self._seen = state
            await asyncio.sleep(ROUND_S)  # who saves ten times a second is looked after in rounds
            pause_s = max(pause_s - ROUND_S, 0.01)
            await rest(pause_s, until=self._wakeup, or_when=self._is_written_to, every_s=POLL_S)

    def _is_written_to(self) -> bool:
        return self._seen is not None and self._outbox.file_state() != self._seen

    def _note_problem(self, problem: str) -> None:
        if problem and not self.problem:
            self._log.error("%s", problem)
        self.problem = problem or self._outbox.problem

    async def _adopt_due(self) -> float | None:
        """Make versions of what is due; return in how many seconds more is, None where nothing
        waits."""
        if not self._outbox.is_there():
            return None
        async with self._turn:
            started_at = time.monotonic()
            try:
                handed, due_in_s = await self._outbox.hand_out(self._adopt, limit=AT_ONCE)
            except NotKnownYetError:  # nothing becomes a version before it is known what there is
                return await self._become_known()
            took_s = time.monotonic() - started_at
            for out in handed:
                self._tell_of(out, took_s)
                await asyncio.sleep(0)  # very many events must not hold up the server
        if any(out.version for out in handed):
            self.condition = self.condition.after_success(utc_now())
            self._store.tidy_soon()
        return due_in_s

    async def _become_known(self) -> float:
        try:
            await self._store.become_known(patience_s=PATIENCE_S)
        except StoreError as error:
            self._log.debug("Saves go on waiting: %s", error.message)
            return RETRY_S
        return 0.0

    def _adopt(self, db: Transaction, entry: OutboxEntry) -> Adopted:
        newest = self._store.newest_within(db, entry.key)
        metadata = (newest and newest.metadata) or {}
        if newest is not None and _is_there(entry, newest):
            return Adopted(newest, is_new=False)
        return Adopted(self._store.adopt(db, entry, in_order(entry, metadata)), is_new=True)

    # -- telling -------------------------------------------------------------------------------

    def _tell_of(self, out: HandedOut, took_s: float) -> None:
        entry, version, refusal, depth, _ = out
        if version is not None:
            self._tell(event_of("archived", entry, depth, version=version, took_s=took_s))
        elif refusal is not None:
            reason = sentence(refusal)
            level = logging.DEBUG if refusal.message == entry.last_error else logging.ERROR
            self._log.log(level, "The save of %s is not archived: %s", entry.path, reason)
            self._tell(event_of("refused", entry, depth, reason=reason))


def _is_there(entry: OutboxEntry, newest: ObjectVersion) -> bool:
    """Is *entry* the newest version already?  An earlier release, which had two files, may have
    died between them."""
    if entry.operation == "put":
        return is_in_store(entry, newest.metadata or {})
    return newest.is_delete_marker and newest.modified_at >= entry.queued_at
