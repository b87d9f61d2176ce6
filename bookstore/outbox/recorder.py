"""Write every save down in the outbox; while that cannot be done, hold it in memory and say so.

Knows: Outbox.  Must not know: stores, HTTP, Jupyter, settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from ..concurrency.background import guarded, start_in_background
from ..errors import OutboxError, OutboxUnavailable, SaveTooLarge
from ..records import ArchiveAction, ArchiveEvent, Save, new_save_id
from . import Outbox

HELD_BYTES = 64 * 2**20
"""Memory that held bodies may take; saves beyond it are read from disk when their turn comes."""

PATIENCE_S = 2.0
"""So long a save may wait for the outbox's disk; then it is held, and the save goes on."""

ANSWER_FIRST_S = 0.4
"""Delivery begins so long after a save: it does not compete with the answer to it, and the request
that tells a manual save from an automatic one comes before it.  A stopping server does not wait."""

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0

Reread = Callable[[Save], Awaitable[bytes | None]]
"""Returns what the notebook of a save holds now, or None when it cannot be read."""


class Recorded(NamedTuple):
    """What became of saves; those that are in neither list are held, to be recorded later."""

    queued: tuple[Save, ...] = ()
    """In the outbox, to become versions."""
    unchanged: tuple[Save, ...] = ()
    """Their bytes are the newest version's already."""
    lost: tuple[Save, ...] = ()
    """Larger than the outbox may be: they can never be recorded."""

    def and_of(self, others: Recorded) -> Recorded:
        """Return what became of these saves and of *others*."""
        return Recorded(*(mine + theirs for mine, theirs in zip(self, others, strict=True)))


class _Held(NamedTuple):
    save: Save
    reread: Reread | None
    """None while the body is in memory."""


class Recorder:
    """Puts saves into the outbox in the order they come.

    A save is never refused for the outbox's sake: when the outbox is full or its disk fails, the
    save is held in memory, the user is told (:attr:`problem`, an event, the log), and it is
    recorded as soon as the outbox works again.  What is held when the process dies is lost as a
    version; the file itself is not.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        wake: Callable[[], None],
        tell: Callable[[ArchiveEvent], None],
        log: logging.Logger,
    ) -> None:
        self._outbox = outbox
        self._wake = wake
        self._tell = tell
        self._log = log
        self._held: deque[_Held] = deque()
        self._held_bytes = 0
        self._healing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._reason = ""

    @property
    def problem(self) -> str:
        """What keeps saves from being recorded, in words; "" when nothing does."""
        return f"Saves are not being recorded. {self._reason}" if self._reason else ""

    @property
    def held(self) -> int:
        """How many saves are held in memory, not yet in the outbox."""
        return len(self._held)

    async def record(self, saves: Sequence[Save], *, reread: Reread | None = None) -> Recorded:
        """Record *saves* together; never raises for the outbox's sake.

        *reread* is asked for the body of a save that there was no memory to hold.
        """
        if self._held:
            self._hold(saves, reread, self._reason)
            return Recorded()
        with guarded("Recording a save", self._log) as guard:
            return await self._record_or_hold(saves, reread)
        self._hold(saves, reread, f"Unexpected failure: {type(guard.error).__name__}.")
        return Recorded()

    async def record_now(self, saves: Sequence[Save]) -> Recorded:
        """Record *saves* together, or raise why that cannot be done: they are not held.

        For what is in no file, and still is with whoever asks: they are told that it is not safe.
        """
        if self._held:  # they would come before what was saved earlier
            raise OutboxUnavailable(self.problem)
        return await self._add_patiently(saves)

    def hold_unread(self, save: Save, reread: Reread) -> None:
        """Hold *save*, whose file could not be read just now: it is read when its turn comes."""
        self._hold([save], reread, "A file that was saved could not be read.", unread=True)

    async def close(self) -> None:
        """Try once more to record what is held, then stop trying."""
        self._closing.set()
        if self._healing is not None:
            await self._healing
        for held in self._held:
            self._log.error("The save of %s was never recorded: %s", held.save.path, self._reason)

    # -- recording -----------------------------------------------------------------------------

    async def _record_or_hold(self, saves: Sequence[Save], reread: Reread | None) -> Recorded:
        try:
            return await self._add_patiently(saves)
        except SaveTooLarge as error:
            if len(saves) > 1:
                return await self._record_each(saves, reread)
            self._report(saves, error.message)
            return Recorded(lost=tuple(saves))
        except OutboxError as error:
            self._hold(saves, reread, f"{error.message} {error.hint}".strip())
            return Recorded()

    async def _record_each(self, saves: Sequence[Save], reread: Reread | None) -> Recorded:
        recorded = Recorded()
        for save in saves:
            recorded = recorded.and_of(await self.record([save], reread=reread))
        return recorded

    async def _add_patiently(self, saves: Sequence[Save]) -> Recorded:
        # Adding goes on when patience is over; adding the same save again later changes nothing.
        adding = start_in_background(self._add(saves))
        adding.add_done_callback(_retrieve)
        try:
            return await asyncio.wait_for(asyncio.shield(adding), PATIENCE_S)
        except asyncio.TimeoutError:
            raise OutboxUnavailable("The outbox's disk takes too long.") from None

    async def _add(self, saves: Sequence[Save]) -> Recorded:
        added = await self._outbox.add(saves)
        asyncio.get_running_loop().call_later(ANSWER_FIRST_S, self._wake)
        outcomes = list(zip(saves, added, strict=True))
        for save, outcome in outcomes:
            if outcome.queued:
                self._tell(_event("queued", save, depth=outcome.depth))
                await asyncio.sleep(0)  # a folder's worth of events must not hold up the server
        return Recorded(
            queued=tuple(save for save, outcome in outcomes if outcome.queued),
            unchanged=tuple(save for save, outcome in outcomes if not outcome.queued),
        )

    # -- holding -------------------------------------------------------------------------------

    def _hold(
        self, saves: Sequence[Save], reread: Reread | None, reason: str, *, unread: bool = False
    ) -> None:
        self._reason = reason
        for save in saves:
            fits = self._held_bytes + len(save.body) <= HELD_BYTES and not unread
            if fits or reread is None:
                self._held_bytes += len(save.body)
                self._held.append(_Held(save, None))
            else:
                self._held.append(_Held(replace(save, body=b""), reread))
        self._report(saves, reason)
        if self._healing is None or self._healing.done():
            self._healing = start_in_background(self._heal())

    def _report(self, saves: Sequence[Save], reason: str) -> None:
        for save in saves:
            self._log.error("The save of %s is not recorded: %s", save.path, reason)
            self._tell(_event("refused", save, depth=self.held, reason=reason))

    async def _heal(self) -> None:
        delay_s = FIRST_RETRY_S
        while self._held:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._closing.wait(), delay_s)
            delay_s = min(2 * delay_s, LAST_RETRY_S)
            with guarded("Recording a held save", self._log):
                try:
                    await self._record_held()
                except OutboxError as error:
                    self._log.debug("Saves are still held: %s", error.message)
            if self._closing.is_set():
                return

    async def _record_held(self) -> None:
        while self._held:
            held = self._held[0]
            save = await self._complete(held)
            if save is None:
                self._report([held.save], "The file is gone or cannot be read any more.")
            else:
                await self._record_one(save)
            self._held_bytes -= len(self._held.popleft().save.body)
        if self._reason:
            self._reason = ""
            self._log.info("Saves are being recorded again.")

    async def _record_one(self, save: Save) -> None:
        try:
            await self._add_patiently([save])
        except SaveTooLarge as error:
            self._report([save], error.message)

    @staticmethod
    async def _complete(held: _Held) -> Save | None:
        if held.reread is None or held.save.operation == "delete":
            return held.save
        body = await held.reread(held.save)
        if body is None:
            return None
        # Other bytes are another save: the outbox takes each save ID once.
        provenance = replace(
            held.save.provenance, save_id=new_save_id(), sha256=sha256(body).hexdigest()
        )
        return replace(held.save, body=body, provenance=provenance)


def _retrieve(task: asyncio.Task[Recorded]) -> None:
    # Whoever still waits sees the failure; when nobody does, it is not news.
    if not task.cancelled():
        task.exception()


def _event(
    action: ArchiveAction, save: Save, *, depth: int, reason: str | None = None
) -> ArchiveEvent:
    return ArchiveEvent(
        action=action,
        path=save.path,
        save_id=save.provenance.save_id,
        depth=depth,
        reason=reason,
    )
