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

from .errors import OutboxError, SaveTooLarge
from .outbox import Outbox
from .records import ArchiveAction, ArchiveEvent, Save

HELD_BYTES = 64 * 2**20
"""Memory that held bodies may take; saves beyond it are read from disk when their turn comes."""

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 30.0

Reread = Callable[[Save], Awaitable[bytes | None]]
"""Returns what the notebook of a save holds now, or None when it is gone."""


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
        self.problem = ""
        """What keeps saves from being recorded, in words; "" when nothing does."""
        self._outbox = outbox
        self._wake = wake
        self._tell = tell
        self._log = log
        self._held: deque[_Held] = deque()
        self._held_bytes = 0
        self._healing: asyncio.Task[None] | None = None

    @property
    def held(self) -> int:
        """How many saves are held in memory, not yet in the outbox."""
        return len(self._held)

    async def record(self, saves: Sequence[Save], *, reread: Reread | None = None) -> None:
        """Record *saves* together; never raises for the outbox's sake.

        *reread* is asked for the body of a save that there was no memory to hold.
        """
        if self._held:
            self._hold(saves, reread)
            return
        try:
            await self._add(saves)
        except SaveTooLarge as error:
            self._report(error, saves)
        except OutboxError as error:
            self.problem = f"Saves are not being recorded. {error.message} {error.hint}".strip()
            self._hold(saves, reread)
            self._report(error, saves)

    async def close(self) -> None:
        """Try once more to record what is held, then stop trying."""
        if self._healing is not None:
            self._healing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._healing
        with contextlib.suppress(OutboxError):
            await self._record_held()
        if self._held:
            self._log.error("%d saves were never recorded: %s", self.held, self.problem)

    async def _add(self, saves: Sequence[Save]) -> None:
        added = await self._outbox.add(saves)
        for save, outcome in zip(saves, added, strict=True):
            if outcome.queued:
                self._tell(_event("queued", save, depth=outcome.depth))
        self._wake()

    def _hold(self, saves: Sequence[Save], reread: Reread | None) -> None:
        for save in saves:
            if reread is None or self._held_bytes + len(save.body) <= HELD_BYTES:
                self._held_bytes += len(save.body)
                self._held.append(_Held(save, None))
            else:
                self._held.append(_Held(replace(save, body=b""), reread))
        if self._healing is None or self._healing.done():
            self._healing = asyncio.get_running_loop().create_task(self._heal())

    def _report(self, error: OutboxError, saves: Sequence[Save]) -> None:
        for save in saves:
            self._log.error("The save of %s was not recorded: %s", save.path, error.message)
            self._tell(_event("refused", save, depth=self.held, reason=error.message))

    async def _heal(self) -> None:
        delay_s = FIRST_RETRY_S
        while self._held:
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, LAST_RETRY_S)
            with contextlib.suppress(OutboxError):
                await self._record_held()

    async def _record_held(self) -> None:
        while self._held:
            save = await self._complete(self._held[0])
            if save is not None:
                try:
                    await self._add([save])
                except SaveTooLarge as error:
                    self._report(error, [save])
            self._held_bytes -= len(self._held.popleft().save.body)
        if self.problem:
            self.problem = ""
            self._log.info("Saves are being recorded again.")

    @staticmethod
    async def _complete(held: _Held) -> Save | None:
        if held.reread is None or held.save.operation == "delete":
            return held.save
        body = await held.reread(held.save)
        if body is None:
            return None
        provenance = replace(held.save.provenance, sha256=sha256(body).hexdigest())
        return replace(held.save, body=body, provenance=provenance)


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
