"""Deliver outbox entries to the store, oldest first per key, many keys at once.

Knows: Outbox, ObjectStore.  Must not know: HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from .errors import (
    BookstoreError,
    BucketNotFound,
    NotFound,
    OutboxUnavailable,
    StoreUnavailable,
)
from .outbox import Outbox
from .path_locks import PathLocks
from .records import ArchiveAction, ArchiveEvent, ObjectVersion, OutboxEntry, utc_now
from .store.base import ObjectStore

BASE_DELAY_S = 0.5
MAX_DELAY_S = 5.0
"""Short, because one probe at a time is all that a store which is down gets to see."""
REFUSED_DELAY_S = 60.0
OUTAGE_FAILURES = 3
"""So many failures in a row, with no success between, and the store counts as down."""
SLOWEST_BYTES_PER_S = 256 * 1024
POLL_S = 1.0
"""How often the outbox is looked at for entries that other processes added."""
FOLLOW_S = 2.0
"""How often a process that does not deliver looks whether it should."""
OUTBOX_RETRY_S = 5.0
TURN = 64
"""Entries of one key delivered before other keys get their turn."""


def retry_delay(attempts: int, rng: Random) -> float:
    """Seconds before the next attempt: doubling, capped, jittered."""
    ceiling = min(MAX_DELAY_S, BASE_DELAY_S * 2 ** min(attempts, 16))
    return rng.uniform(ceiling / 2, ceiling)


def delivery_timeout(size_bytes: int, timeout_s: float) -> float:
    """Seconds one delivery may take: *timeout_s*, and more for a body that needs it."""
    return timeout_s + size_bytes / SLOWEST_BYTES_PER_S


def deliveries_allowed(*, concurrency: int, active_s: list[float], failures: int) -> int:
    """How many deliveries may start now, beside those active for *active_s* seconds each.

    Up to *concurrency* in all; but a store that is down gets one probe at a time, and another
    only when the last one seems to hang, so that its return is noticed soon.
    """
    if failures < OUTAGE_FAILURES:
        return concurrency - len(active_s)
    probing = any(age_s < MAX_DELAY_S for age_s in active_s)
    return 0 if probing or len(active_s) >= concurrency else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCondition:
    """How deliveries to the store are going."""

    reachable: bool | None = None
    """None until the first delivery."""
    last_error: str = ""
    """Why the last delivery failed; "" after one that worked."""
    since: datetime | None = None
    """Since when it has been this way."""
    last_success_at: datetime | None = None


class Uploader:
    """Empties the outbox into the store.

    Entries of one key are delivered one after the other in the order they were saved; an entry
    leaves the outbox only when the store has said yes.  Delivery is at least once: an entry whose
    answer was lost is looked up by its save ID before it is put again.
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
    ) -> None:
        self.path_locks = PathLocks()
        """Held, by key, while entries of that key are delivered."""
        self.condition = StoreCondition()
        self._outbox = outbox
        self._store = store
        self._concurrency = concurrency
        self._timeout_s = timeout_s
        self._tell = tell
        self._log = log
        self._rng = rng or Random()  # noqa: S311 - jitter, not secrecy
        self._wakeup = asyncio.Event()
        self._loop_task: asyncio.Task[None] | None = None
        self._stopping = False
        self._active: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._failures = 0
        self._inherited: int | None = None  # newest sequence that another process may have put
        self._unsure: set[str] = set()  # keys whose oldest entry may be in the store already

    # -- from outside --------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at the outbox now; starts the uploader at the first call."""
        self._wakeup.set()
        if self._loop_task is None and not self._stopping:
            self._loop_task = asyncio.get_running_loop().create_task(self._serve())

    async def drain(self, *, deadline_s: float) -> int:
        """Deliver what can be delivered within *deadline_s* seconds; return how many are left.

        Gives up before the deadline when another process delivers, or when all that is left was
        tried and failed.
        """
        ends_at = time.monotonic() + deadline_s
        try:
            await self._outbox.end_windows()
            await self._outbox.make_due(refused_too=True)
            self._failures = 0
            while await self._can_go_on() and time.monotonic() < ends_at:
                self.wake()
                await asyncio.sleep(0.02)
            return (await self._outbox.totals()).depth
        except OutboxUnavailable as error:
            self._log.error("The outbox was not drained: %s", error.message)
            return 0

    async def _can_go_on(self) -> bool:
        if not self._outbox.try_lead() or self._failures >= OUTAGE_FAILURES:
            return False
        return bool(self._active) or bool(await self._outbox.due_keys(limit=1))

    async def stop(self) -> None:
        """Stop delivering for good.  What was under way is tried again at the next start."""
        self._stopping = True  # before Python 3.12, wait_for may swallow a cancellation
        tasks = [task for _, task in self._active.values()]
        if self._loop_task is not None:
            tasks.append(self._loop_task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- the loop ------------------------------------------------------------------------------

    async def _serve(self) -> None:
        while not self._stopping:
            self._wakeup.clear()
            try:
                pause_s = await self._start_due() if await self._lead() else FOLLOW_S
            except OutboxUnavailable as error:
                self._log.error("%s", error.message)
                pause_s = OUTBOX_RETRY_S
            except Exception:  # whatever it is, deliveries go on
                self._log.exception("Looking for what is due failed in an unexpected way")
                pause_s = OUTBOX_RETRY_S
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wakeup.wait(), pause_s)

    async def _lead(self) -> bool:
        if not self._outbox.try_lead():
            self._inherited = None
            return False
        if self._inherited is None:
            self._inherited = await self._outbox.newest_sequence()
            await self._outbox.sweep()
        return True

    async def _start_due(self) -> float:
        """Start the deliveries that are due; return the seconds until another look is worth it."""
        keys = await self._outbox.due_keys(limit=self._concurrency + len(self._active))
        now = time.monotonic()
        waiting = [key for key in keys if key not in self._active]
        room = deliveries_allowed(
            concurrency=self._concurrency,
            active_s=[now - started_at for started_at, _ in self._active.values()],
            failures=self._failures,
        )
        for key in waiting[: max(room, 0)]:
            task = asyncio.get_running_loop().create_task(self._deliver_line(key))
            self._active[key] = (now, task)
        if waiting:
            return POLL_S  # no room: the end of a delivery wakes us
        next_due_in_s = await self._outbox.next_due_in_s()
        return POLL_S if next_due_in_s is None else min(max(next_due_in_s, 0.01), POLL_S)

    async def _deliver_line(self, key: str) -> None:
        try:
            async with self.path_locks.hold(key):
                for _ in range(TURN):
                    entry = await self._outbox.head(key)
                    if entry is None or not entry.is_due(utc_now()) or self._stopping:
                        break
                    await self._deliver(entry)
                    now = time.monotonic()
                    self._active[key] = (now, self._active[key][1])
        except OutboxUnavailable as error:
            # Whether the entry left is not known, so look it up before putting it again.
            self._unsure.add(key)
            self._log.error("%s", error.message)
            await asyncio.sleep(OUTBOX_RETRY_S)
        finally:
            del self._active[key]
            self._wakeup.set()

    # -- one delivery --------------------------------------------------------------------------

    async def _deliver(self, entry: OutboxEntry) -> None:
        timeout_s = delivery_timeout(entry.size_bytes, self._timeout_s)
        started_at = time.monotonic()
        try:
            version = await asyncio.wait_for(self._hand_over(entry), timeout_s)
        except StoreUnavailable as error:
            await self._postpone(entry, error.message)
        except BookstoreError as error:  # a refusal, a key no store takes, a body that is gone
            await self._refused(entry, error)
        except asyncio.TimeoutError:
            await self._postpone(entry, f"The store did not answer within {timeout_s:.3g} seconds.")
        except Exception as error:  # a store's bug must not stop the others, nor be silent
            self._log.exception("Delivering %s failed in an unexpected way", entry.path)
            await self._postpone(entry, f"Unexpected failure: {type(error).__name__}.")
        else:
            await self._archived(entry, version, took_s=time.monotonic() - started_at)

    async def _hand_over(self, entry: OutboxEntry) -> ObjectVersion:
        if entry.operation == "delete":
            return await self._store.delete(entry.key)
        if self._may_be_there(entry) and (version := await self._find(entry)):
            return version
        return await self._store.put(
            entry.key,
            await self._outbox.body(entry),
            metadata=entry.metadata,
            content_type=entry.content_type,
        )

    def _may_be_there(self, entry: OutboxEntry) -> bool:
        inherited = self._inherited is not None and entry.sequence <= self._inherited
        return entry.attempts > 0 or inherited or entry.key in self._unsure

    async def _find(self, entry: OutboxEntry) -> ObjectVersion | None:
        """Return the newest version of the key if it already is this entry's."""
        try:
            version = await self._store.head(entry.key)
        except NotFound:
            return None
        return version if (version.metadata or {}).get("save-id") == entry.save_id else None

    async def _archived(self, entry: OutboxEntry, version: ObjectVersion, *, took_s: float) -> None:
        depth = await self._outbox.remove(entry)
        self._unsure.discard(entry.key)
        was_down, self._failures = self._failures >= OUTAGE_FAILURES, 0
        now = utc_now()
        since = self.condition.since if self.condition.reachable else now
        self.condition = StoreCondition(reachable=True, since=since, last_success_at=now)
        self._say("archived", entry, depth, version_id=version.version_id, took_s=took_s)
        if was_down:
            self._log.info("The store answers again; delivering what waits.")
            await self._outbox.make_due()
            self._wakeup.set()

    async def _postpone(self, entry: OutboxEntry, reason: str) -> None:
        self._failures += 1
        self._note_failure(reason, reachable=False)
        delay_s = retry_delay(entry.attempts, self._rng)
        await self._outbox.postpone(entry, delay_s=delay_s, reason=reason)
        await self._fail("postponed", entry, reason)

    async def _refused(self, entry: OutboxEntry, error: BookstoreError) -> None:
        reason = f"{error.message} {error.hint}".strip()
        self._note_failure(reason, reachable=True)
        if isinstance(error, BucketNotFound):
            await self._outbox.forget_heads()
        await self._outbox.postpone(entry, delay_s=REFUSED_DELAY_S, reason=reason, refused=True)
        await self._fail("refused", entry, reason)

    def _note_failure(self, reason: str, *, reachable: bool) -> None:
        same = self.condition.reachable is reachable and self.condition.last_error != ""
        self.condition = replace(
            self.condition,
            reachable=reachable,
            last_error=reason,
            since=self.condition.since if same else utc_now(),
        )

    async def _fail(self, action: ArchiveAction, entry: OutboxEntry, reason: str) -> None:
        level = logging.DEBUG if reason == entry.last_error else logging.WARNING
        self._log.log(level, "The save of %s waits in the outbox: %s", entry.path, reason)
        self._say(action, entry, (await self._outbox.totals()).depth, reason=reason)

    def _say(
        self,
        action: ArchiveAction,
        entry: OutboxEntry,
        depth: int,
        *,
        version_id: str | None = None,
        reason: str | None = None,
        took_s: float | None = None,
    ) -> None:
        self._tell(
            ArchiveEvent(
                action=action,
                path=entry.path,
                save_id=entry.save_id,
                depth=depth,
                version_id=version_id,
                reason=reason,
                took_s=took_s,
            )
        )
