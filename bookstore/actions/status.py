"""Status: what is not yet archived, and why."""

from __future__ import annotations

import asyncio
from typing import Any

from ..delivery.condition import StoreCondition
from ..errors import OutboxUnavailable
from ..health.features import problems
from ..outbox import Outbox
from ..records import OutboxEntry, OutboxTotals, StoreCheck
from ..wiring import Bookstore

ENTRIES = 100
MOST_ENTRIES = 1000
OUTBOX_PATIENCE_S = 2.0
"""So long the status waits for the outbox's disk, to say at least that it does not answer."""


async def status(
    bookstore: Bookstore, archiver: dict[str, Any], *, limit: int = ENTRIES
) -> dict[str, Any]:
    """Tell from what a server knows already: this answers at once, whatever the store does.

    *archiver*: whether the server's saves are archived, from
    :func:`~bookstore.health.features.archiver_state`.
    """
    condition = bookstore.uploader.condition  # first: what it tells of, the outbox has by now
    waiting, unknown = await _waiting(bookstore.outbox, limit=limit)
    found = await asyncio.to_thread(problems, bookstore, archiver)
    if unknown and not any(unknown in problem for problem in found):
        found.append(unknown)
    told = [*filter(None, [condition.last_error]), *found]
    return _told(bookstore, condition, waiting, told) | {"archiver": archiver}


async def status_by_asking(
    bookstore: Bookstore, check: StoreCheck, *, limit: int = ENTRIES
) -> dict[str, Any]:
    """Tell the same where no server runs: *check* is what the store answers now."""
    waiting, unknown = _outbox_facts(OutboxTotals(), []), ""
    if bookstore.outbox.is_there():  # looking shall not make one
        waiting, unknown = await _waiting(bookstore.outbox, limit=limit)
    errors = [entry["last_error"] for entry in waiting["entries"] if entry["last_error"]]
    condition = StoreCondition(reachable=check.reachable, last_error=errors[0] if errors else "")
    problems = [*check.problems, *filter(None, [unknown, bookstore.outbox.problem])]
    return _told(bookstore, condition, waiting, problems)


def _told(
    bookstore: Bookstore, condition: StoreCondition, waiting: dict[str, Any], problems: list[str]
) -> dict[str, Any]:
    return {
        "store": {
            "kind": bookstore.store.kind,
            "display": bookstore.store.display,
            "reachable": condition.reachable,
            "since": condition.since,
            "last_error": condition.last_error,
            "last_success_at": condition.last_success_at,
        },
        "outbox": {**waiting, "held": bookstore.recorder.held},
        "problems": problems,
    }


async def _waiting(outbox: Outbox, *, limit: int) -> tuple[dict[str, Any], str]:
    """Return what waits in *outbox*, and why that is not known; "" where it is."""
    try:
        totals, entries = await asyncio.wait_for(
            asyncio.gather(outbox.totals(), outbox.entries(limit=limit)), OUTBOX_PATIENCE_S
        )
    except OutboxUnavailable as error:
        return _outbox_facts(None, []), f"{error.message} {error.hint}"
    except asyncio.TimeoutError:
        return _outbox_facts(None, []), "The outbox cannot be used: its disk takes too long."
    return _outbox_facts(totals, entries), ""


def _outbox_facts(totals: OutboxTotals | None, entries: list[OutboxEntry]) -> dict[str, Any]:
    return {
        "depth": totals.depth if totals else None,
        "bytes": totals.size_bytes if totals else None,
        "oldest_queued_at": totals.oldest_queued_at if totals else None,
        "entries": [_entry(entry) for entry in entries],
    }


def _entry(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "key": entry.key,
        "operation": entry.operation,
        "save_id": entry.save_id,
        "queued_at": entry.queued_at,
        "size_bytes": entry.size_bytes,
        "attempts": entry.attempts,
        "due_at": entry.due_at,
        "last_error": entry.last_error,
        "refused": entry.refused,
    }
