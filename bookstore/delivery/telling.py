"""What every delivery tells: what became of a save, and how much is left when time is up.

Knows: Outbox, ArchiveEvent.  Must not know: stores, how saves become versions.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from ..errors import BookstoreError, OutboxUnavailable
from ..outbox import Outbox
from ..records import ArchiveAction, ArchiveEvent, ObjectVersion, OutboxEntry

LAST_LOOK_S = 0.5
"""How long a drain that ran out of time asks how much is left."""


def event_of(
    action: ArchiveAction,
    entry: OutboxEntry,
    depth: int,
    *,
    version: ObjectVersion | None = None,
    reason: str | None = None,
    took_s: float | None = None,
) -> ArchiveEvent:
    """Return that *action* happened to *entry*, after which *depth* entries are in the outbox."""
    return ArchiveEvent(
        action=action,
        path=entry.path,
        save_id=entry.save_id,
        depth=depth,
        version=version,
        reason=reason,
        took_s=took_s,
    )


def sentence(error: BookstoreError) -> str:
    """Return what *error* says, and what to do about it."""
    return f"{error.message} {error.hint}".strip()


async def left_after(
    emptying: Callable[[], Coroutine[Any, Any, None]],
    outbox: Outbox,
    *,
    deadline_s: float,
    log: logging.Logger,
) -> int | None:
    """Empty *outbox* for *deadline_s* seconds at most; return how much is left in it, None when it
    does not say."""
    try:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(emptying(), deadline_s)
        return (await asyncio.wait_for(outbox.totals(), LAST_LOOK_S)).depth
    except asyncio.TimeoutError:
        log.error("The outbox was not drained: its disk takes too long.")
    except OutboxUnavailable as error:
        log.error("The outbox was not drained: %s", error.message)
    return None
