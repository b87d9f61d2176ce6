"""Make sure that the newest version of a key is what was delivered last.

A request that was given up may be carried out later than newer ones.  So every key of which an
answer is missing is looked at once nothing waits for it any more, and what is covered up by a
late arrival is delivered again.

Knows: the outbox's unsettled keys, ObjectStore.  Must not know: HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Literal

from ..concurrency.background import guarded
from ..concurrency.path_locks import PathLocks
from ..errors import NotFound, OutboxUnavailable, StoreError, StoreUnavailable
from ..outbox import Outbox, Unsettled
from ..records import ObjectVersion
from ..store.base import ObjectStore
from .hand_over import delivery_timeout, settle_delay

AT_A_TIME = 4
LOOK_S = 1.0
"""How often the outbox is asked which keys are to be looked at."""
MOST_OF_TIME = 0.05
"""Asking may take no larger part of the time: after a crash in a long outage it takes a while."""
UNAVAILABLE_PAUSE_S = 5.0
REFUSED_PAUSE_S = 60.0

Verdict = Literal["in order", "put again", "delete again", "not ours"]


def verdict_on(unsettled: Unsettled, newest: ObjectVersion | None) -> Verdict:
    """Say what to do about a key whose newest version is *newest*; None: a delete marker, or
    nothing at all.

    Only what we gave up ourselves is covered up again: a version that someone else made stays.
    """
    if unsettled.operation is None:
        return "not ours"
    if newest is None:
        if unsettled.operation == "delete":
            return "in order"
        return "put again" if "delete" in unsettled.given_up.values() else "not ours"
    save_id = (newest.metadata or {}).get("save-id")
    if unsettled.operation == "put" and save_id == unsettled.save_id:
        return "in order"
    if save_id not in unsettled.given_up:
        return "not ours"
    return "put again" if unsettled.operation == "put" else "delete again"


class Settler:
    """Looks at a few unsettled keys at a time; gives way to deliveries."""

    def __init__(
        self,
        outbox: Outbox,
        store: ObjectStore,
        path_locks: PathLocks,
        *,
        timeout_s: float,
        log: logging.Logger,
    ) -> None:
        self._outbox = outbox
        self._store = store
        self._path_locks = path_locks
        self._timeout_s = timeout_s
        self._log = log
        self._round: asyncio.Task[None] | None = None
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._next_look_at = 0.0  # of the monotonic clock

    def look(self) -> None:
        """Begin to look at unsettled keys, unless it is under way or was done just now."""
        now = time.monotonic()
        if now >= self._next_look_at and (self._round is None or self._round.done()):
            self._next_look_at = now + LOOK_S
            self._round = asyncio.get_running_loop().create_task(self._look_at_due())

    def give_way(self, key: str) -> None:
        """Stop looking at *key*, for which something is to be delivered now."""
        if check := self._checks.get(key):
            check.cancel()

    async def stop(self) -> None:
        """Stop looking; what is not settled is looked at when this process or another goes on."""
        tasks = [*self._checks.values(), *([self._round] if self._round else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- looking -------------------------------------------------------------------------------

    async def _look_at_due(self) -> None:
        began_at = time.monotonic()
        try:
            keys = await self._outbox.unsettled.due(limit=AT_A_TIME)
        except OutboxUnavailable as error:  # deliveries meet it as well, and say so
            self._log.debug("What has to be settled is not known: %s", error.message)
            return
        now = time.monotonic()
        self._next_look_at = max(self._next_look_at, now + (now - began_at) / MOST_OF_TIME)
        create_task = asyncio.get_running_loop().create_task
        self._checks = {key: create_task(self._look_at(key)) for key in keys}
        try:
            await asyncio.gather(*self._checks.values(), return_exceptions=True)
        finally:
            self._checks = {}

    async def _look_at(self, key: str) -> None:
        with guarded(f"Looking at {key}", self._log) as guard:
            try:
                async with self._path_locks.hold(key):
                    await self._settle_in_time(key)
            except OutboxUnavailable as error:
                self._log.debug("%s is settled later: %s", key, error.message)
            except (StoreUnavailable, asyncio.TimeoutError):
                await self._put_off(key, UNAVAILABLE_PAUSE_S, "the store does not answer")
            except StoreError as error:
                await self._put_off(key, REFUSED_PAUSE_S, error.message)
        if guard.error is not None:
            await self._put_off(key, REFUSED_PAUSE_S, "an unexpected failure")

    async def _settle_in_time(self, key: str) -> None:
        unsettled = await self._outbox.unsettled.of(key)
        if unsettled is not None:
            timeout_s = delivery_timeout(2 * unsettled.size_bytes, 2 * self._timeout_s)
            await asyncio.wait_for(self._settle(unsettled), timeout_s)

    async def _put_off(self, key: str, delay_s: float, reason: str) -> None:
        self._log.debug("%s is settled later: %s", key, reason)
        self._next_look_at = time.monotonic() + delay_s  # nor do the others fare better
        try:
            await self._outbox.unsettled.put_off(key, delay_s=delay_s)
        except OutboxUnavailable as error:
            self._log.debug("%s stays as it was: %s", key, error.message)

    # -- settling one key ----------------------------------------------------------------------

    async def _settle(self, unsettled: Unsettled) -> None:
        try:
            newest = await self._store.head(unsettled.key)
        except NotFound:
            newest = None
        verdict = verdict_on(unsettled, newest)
        if verdict == "in order":
            delay_s = settle_delay(self._timeout_s)
            await self._outbox.unsettled.confirm(unsettled.key, again_in_s=delay_s)
        elif verdict == "not ours":
            await self._outbox.unsettled.dismiss(unsettled.key)
        elif verdict == "put again":
            await self._put_again(unsettled)
        else:
            await self._begin_repair(unsettled)
            await self._store.delete(unsettled.key)

    async def _put_again(self, unsettled: Unsettled) -> None:
        try:
            stored = await self._store.get(unsettled.key, version_id=unsettled.version_id)
        except NotFound:
            stored = None
        metadata = (stored and stored.version.metadata) or {}
        if stored is None or metadata.get("save-id") != unsettled.save_id:
            self._log.error("%s: the store lost what was delivered last", unsettled.key)
            await self._outbox.unsettled.dismiss(unsettled.key)
            return
        await self._begin_repair(unsettled)
        version = await self._store.put(
            unsettled.key, stored.body, metadata=metadata, content_type=stored.version.content_type
        )
        await self._outbox.unsettled.end_repair(unsettled, version)

    async def _begin_repair(self, unsettled: Unsettled) -> None:
        self._log.warning(
            "%s: a delivery that was given up landed late; what is newer is delivered again",
            unsettled.key,
        )
        timeout_s = delivery_timeout(unsettled.size_bytes, self._timeout_s)
        await self._outbox.unsettled.begin_repair(unsettled, settle_after_s=settle_delay(timeout_s))
