"""Deliver outbox entries to the store, oldest first per key, many keys at once.

Knows: Outbox, ObjectStore.  Must not know: HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

from ..concurrency.background import guarded, rest, start_in_background
from ..concurrency.path_locks import PathLocks
from ..errors import BookstoreError, BucketNotFound, OutboxUnavailable, SaveLost, StoreUnavailable
from ..outbox import LONGEST_POSTPONE_S, FileState, Outbox, Waiting
from ..records import (
    ArchiveAction,
    ArchiveEvent,
    ObjectVersion,
    OutboxEntry,
    OutboxTotals,
    utc_now,
)
from ..store.base import ObjectStore
from .condition import StoreCondition, others_problem
from .hand_over import delivery_timeout, hand_over, settle_delay
from .settling import Settler
from .telling import event_of, left_after, sentence
from .turns import OUTAGE_FAILURES, Turns, refused_delay, retry_delay

REFUSED_DELAY_S = LONGEST_POSTPONE_S
POLL_S = 1.0
"""How often an outbox is looked into, or where nothing waits looked at: was it written to?"""
IDLE_S = 30.0
"""So long an outbox in which nothing waits is not looked into, unless it is written to."""
FOLLOW_S = 2.0
"""How often a process that does not deliver looks whether it should."""
OUTBOX_RETRY_S = 5.0
TURN = 64
"""Entries of one key delivered before other keys get their turn."""
_FAILURES = (BookstoreError, asyncio.TimeoutError)


class Uploader:
    """Empties the outbox into the store.

    Entries of one key are delivered one after the other in the order they were saved; an entry
    leaves the outbox only when the store has said yes.  Delivery is at least once: an entry whose
    answer was lost is looked up by its save ID before it is put again, and what lands late is
    covered up again (:class:`~bookstore.delivery.settling.Settler`).
    """

    def __init__(
        self,
        outbox: Outbox,
        store: ObjectStore,
        *,
        concurrency: int,
        timeout_s: float,
        tell: Callable[[ArchiveEvent], None],
        log: logging.Logger,
        rng: Random | None = None,
        look_at: Callable[[str, bytes], None] = lambda _sha256, _body: None,
    ) -> None:
        """*look_at* is called on a thread with the SHA-256 and body of every version that was
        made: while its body is at hand."""
        self.path_locks = PathLocks()
        """Held, by key, while entries of that key are delivered."""
        self.condition = StoreCondition()
        self.problem = ""
        """What keeps saves from being delivered beside the store, in words; "" when nothing."""
        self.following_since: datetime | None = None
        """Since when another process delivers this outbox; None when it is not another."""
        self._outbox = outbox
        self._store = store
        self._timeout_s = timeout_s
        self._settle_after_s = settle_delay(timeout_s)
        self._tell = tell
        self._look_at = look_at
        self._log = log
        self._rng = rng or Random()  # noqa: S311 - jitter, not secrecy
        self._at_store = asyncio.Semaphore(concurrency)
        self._wakeup = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self._stopping = False
        self._leads = False
        self._seen: FileState | None = None  # the outbox's, if it could be looked into last
        self._others = OutboxTotals()  # what waits while another process delivers
        self._unsure: set[str] = set()  # keys whose oldest entry the store has, but not out yet
        self._given_up: list[OutboxEntry] = []  # under way when deliveries were stopped
        self._settler = Settler(outbox, store, self.path_locks, timeout_s=timeout_s, log=log)
        self._turns = Turns(
            self._deliver_turn,
            concurrency=concurrency,
            when_starting=self._settler.give_way,
            when_ended=self._wakeup.set,
        )

    # -- from outside --------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at the outbox now; starts the uploader at the first call."""
        self._wakeup.set()
        if self._loop_task is None and not self._stopping:
            self._loop_task = start_in_background(self._serve())

    async def drain(self, *, deadline_s: float) -> int | None:
        """Deliver what can be delivered within *deadline_s* seconds; return how many are left,
        None when the outbox does not say.

        Gives up before the deadline when another process delivers, or when all that is left was
        tried and failed.
        """
        return await left_after(self._empty, self._outbox, deadline_s=deadline_s, log=self._log)

    async def _empty(self) -> None:
        await self._outbox.end_windows()
        await self._outbox.make_due(refused_too=True)
        self._turns.failures = 0
        while await self._can_go_on():
            self.wake()
            await asyncio.sleep(0.02)

    async def _can_go_on(self) -> bool:
        if not self._outbox.try_lead() or self._turns.failures >= OUTAGE_FAILURES:
            return False
        return bool(self._turns) or bool((await self._outbox.agenda(limit=1)).due_keys)

    async def stop(self) -> None:
        """Stop delivering for good.  What was under way is tried again at the next start."""
        self._stopping = True  # before Python 3.12, wait_for may swallow a cancellation
        self._wakeup.set()
        tasks = self._turns.stop()
        if self._loop_task is not None:
            self._loop_task.cancel()
            tasks.append(self._loop_task)
        await asyncio.gather(*tasks, self._settler.stop(), return_exceptions=True)
        if self._leads:
            self._leads = False
            try:
                await self._outbox.end_lead(self._given_up, settle_after_s=self._settle_after_s)
            except OutboxUnavailable as error:  # then the next start takes it for a crash
                self._log.error("%s", error.message)

    # -- the loop ------------------------------------------------------------------------------

    async def _serve(self) -> None:
        while not self._stopping:
            self._wakeup.clear()
            state, pause_s = None, OUTBOX_RETRY_S
            with guarded("Looking for what is due", self._log):
                try:
                    before = self._outbox.file_state()
                    pause_s = await self._look(before)
                    state = before
                except OutboxUnavailable as error:
                    self._note_problem(f"Saves are not being delivered. {sentence(error)}")
            self._seen = state
            await rest(pause_s, until=self._wakeup, or_when=self._is_written_to, every_s=POLL_S)

    async def _look(self, state: FileState) -> float:
        """Do what is to be done; return the seconds until another look is worth it."""
        if not await self._lead():
            return await self._follow(state)
        self.problem = self._outbox.problem
        return await self._start_due()

    def _is_written_to(self) -> bool:
        return self._seen is not None and self._outbox.file_state() != self._seen

    async def _lead(self) -> bool:
        if not self._outbox.try_lead():
            return False
        if not self._leads:
            await self._outbox.begin_lead(settle_after_s=self._settle_after_s)
            await self._outbox.sweep()
            self._leads, self.following_since = True, None
        return True

    async def _follow(self, state: FileState) -> float:
        if self.following_since is None:
            self.following_since = utc_now()
            self.condition = StoreCondition()
        self._leads = False
        if state != self._seen:
            self._others = await self._outbox.totals()
        self._note_problem(others_problem(self._others.oldest_queued_at, utc_now()))
        return FOLLOW_S

    def _note_problem(self, problem: str) -> None:
        if problem and not self.problem:
            self._log.error("%s", problem)
        self.problem = problem or self._outbox.problem

    async def _start_due(self) -> float:
        """Start what is due; return the seconds until another look is worth it."""
        wanted = self._turns.wanted
        agenda = await self._outbox.agenda(limit=wanted)
        if wanted:
            self._turns.come_next(agenda.due_keys)
        has_more = self._turns.start()
        if agenda.has_unsettled and self._turns.failures < OUTAGE_FAILURES:
            self._settler.look()
        if has_more:
            return POLL_S  # no room: the end of a delivery goes on
        if agenda.next_due_in_s is None:
            return POLL_S if agenda.has_unsettled else IDLE_S
        if agenda.next_due_in_s <= 0 and self._turns:
            return POLL_S  # what is due is under way
        return min(max(agenda.next_due_in_s, 0.01), POLL_S)

    async def _deliver_turn(self, key: str) -> None:
        try:
            async with self.path_locks.hold(key):
                for _ in range(TURN):
                    waiting = await self._outbox.next(key)
                    if waiting is None or self._stopping or not await self._deliver(waiting):
                        break
                    self._turns.note_progress(key)
        except OutboxUnavailable as error:
            # Whether the entry left is not known, so look it up before putting it again.
            self._unsure.add(key)
            self._log.error("%s", error.message)
            await asyncio.sleep(OUTBOX_RETRY_S)

    # -- one delivery --------------------------------------------------------------------------

    async def _deliver(self, waiting: Waiting) -> bool:
        """Deliver one entry; return whether the next one of its key may follow at once."""
        entry, body = waiting
        if entry.key in self._unsure:
            entry = replace(entry, may_be_there=True)
        failures = self._turns.failures
        async with self._at_store:
            if failures < OUTAGE_FAILURES <= self._turns.failures:
                return False  # the store went down meanwhile: one at a time tries now
            try:
                body = await self._outbox.body(entry) if body is None else body
            except SaveLost as error:
                return await self._discard(entry, error)
            except OutboxUnavailable as error:
                return await self._refused(entry, error)
            timeout_s = delivery_timeout(entry.size_bytes, self._timeout_s)
            started_at = time.monotonic()
            try:
                with guarded(f"Delivering {entry.path}", self._log, but=_FAILURES) as guard:
                    version = await asyncio.wait_for(hand_over(self._store, entry, body), timeout_s)
            except asyncio.CancelledError:
                self._given_up.append(entry)
                raise
            except StoreUnavailable as error:
                return await self._postpone(entry, error.message, timeout_s)
            except BookstoreError as error:  # a refusal, or a key that no store takes
                if isinstance(error, BucketNotFound):
                    await self._outbox.forget_heads()
                return await self._refused(entry, error, reachable=True)
            except asyncio.TimeoutError:
                reason = f"The store did not answer within {timeout_s:.3g} seconds."
                return await self._postpone(entry, reason, timeout_s)
            if guard.error is not None:
                reason = f"Unexpected failure: {type(guard.error).__name__}."
                return await self._postpone(entry, reason, timeout_s)
        return await self._archived(entry, body, version, took_s=time.monotonic() - started_at)

    async def _archived(
        self, entry: OutboxEntry, body: bytes, version: ObjectVersion, *, took_s: float
    ) -> bool:
        left = await self._outbox.remove(entry, version)
        self._unsure.discard(entry.key)
        was_down, self._turns.failures = self._turns.failures >= OUTAGE_FAILURES, 0
        self.condition = self.condition.after_success(utc_now())
        if entry.operation == "put":  # who is told may ask at once what is in it
            with guarded(f"Looking at the version of {entry.path}", self._log):
                await asyncio.to_thread(self._look_at, entry.metadata["sha256"], body)
        self._tell(event_of("archived", entry, left.depth, version=version, took_s=took_s))
        if was_down:
            self._log.info("The store answers again; delivering what waits.")
            await self._outbox.make_due()
            self._wakeup.set()
        return not left.is_last

    async def _postpone(self, entry: OutboxEntry, reason: str, timeout_s: float) -> bool:
        self._turns.failures += 1
        await self._outbox.postpone(
            entry,
            delay_s=retry_delay(entry.attempts, self._rng),
            reason=reason,
            settle_after_s=settle_delay(timeout_s),
        )
        await self._fail("postponed", entry, reason, reachable=False)
        return False

    async def _refused(
        self, entry: OutboxEntry, error: BookstoreError, *, reachable: bool | None = None
    ) -> bool:
        reason = sentence(error)
        delay_s = refused_delay(entry.attempts, longest_s=REFUSED_DELAY_S)
        await self._outbox.postpone(entry, delay_s=delay_s, reason=reason, refused=True)
        await self._fail("refused", entry, reason, reachable=reachable)
        return False

    async def _discard(self, entry: OutboxEntry, error: SaveLost) -> bool:
        left = await self._outbox.discard(entry)
        self._log.error("The save of %s cannot be archived: %s", entry.path, sentence(error))
        self._tell(event_of("refused", entry, left.depth, reason=sentence(error)))
        return not left.is_last

    async def _fail(
        self, action: ArchiveAction, entry: OutboxEntry, reason: str, *, reachable: bool | None
    ) -> None:
        """Tell of a failure once the outbox has it; *reachable* is None when the store had no part
        in it."""
        if reachable is not None:
            self.condition = self.condition.after_failure(
                reason, reachable=reachable, now=utc_now()
            )
        level = logging.DEBUG if reason == entry.last_error else logging.WARNING
        self._log.log(level, "The save of %s waits in the outbox: %s", entry.path, reason)
        self._tell(event_of(action, entry, (await self._outbox.totals()).depth, reason=reason))
