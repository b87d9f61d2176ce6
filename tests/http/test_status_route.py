"""``GET /api/bookstore/status``: nothing that is not archived is hidden."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from embedded import out_of_use
from http_helpers import Call
from notebooks import model

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.records import ArchiveEvent, OutboxTotals
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

ROUTE = "/api/bookstore/status"


async def save(call: Call, path: str) -> None:
    assert (await call("PUT", f"/api/contents/{path}", json_body=model("1"))).status in (200, 201)


async def save_and_see(call: Call, bookstore: Bookstore, path: str, action: str) -> None:
    """Save *path* and return when its delivery had the outcome *action*."""
    seen = asyncio.Event()

    def listen(event: ArchiveEvent) -> None:
        if event.path == path and event.action == action:
            seen.set()

    bookstore.listeners.append(listen)
    await save(call, path)
    await asyncio.wait_for(seen.wait(), 60)


async def test_nothing_waits_on_a_new_server(call: Call) -> None:
    told = (await call("GET", ROUTE)).json
    assert told["store"]["reachable"] is None
    assert told["store"]["last_error"] == ""
    assert told["outbox"]["depth"] == 0
    assert told["outbox"]["oldest_queued_at"] is None
    assert told["outbox"]["entries"] == []
    assert told["problems"] == []


async def test_a_delivered_save_leaves_the_outbox(call: Call, bookstore: Bookstore) -> None:
    await save_and_see(call, bookstore, "a.ipynb", "archived")
    told = (await call("GET", ROUTE)).json
    assert told["outbox"]["depth"] == 0
    assert told["store"]["reachable"] is True
    assert told["store"]["last_success_at"].startswith("20")


@pytest.mark.parametrize(
    ("error", "action", "refused"),
    [
        (StoreUnavailable("The store is away."), "postponed", False),
        (StoreRefused("The store said no."), "refused", True),
    ],
)
async def test_a_save_that_waits_is_shown_with_the_reason(
    call: Call,
    bookstore: Bookstore,
    store: MemoryStore,
    error: Any,
    action: str,
    refused: bool,
) -> None:
    store.fail_with(error)
    await save_and_see(call, bookstore, "a.ipynb", action)
    told = (await call("GET", ROUTE)).json
    assert told["outbox"]["depth"] == 1
    assert told["outbox"]["bytes"] > 0
    (entry,) = told["outbox"]["entries"]
    assert entry["path"] == "a.ipynb"
    assert entry["key"] == "workspace/a.ipynb"
    assert entry["attempts"] >= 1
    assert entry["refused"] is refused
    assert entry["last_error"].startswith(error.message)
    assert entry["due_at"]
    assert entry["queued_at"] == told["outbox"]["oldest_queued_at"]
    assert len(entry["save_id"]) == 32
    assert entry["last_error"] in told["problems"]


async def test_the_oldest_come_first_and_no_more_than_asked_for(
    call: Call, bookstore: Bookstore, store: MemoryStore
) -> None:
    store.hang()
    for name in ("c", "a", "b"):
        await save(call, f"{name}.ipynb")
    told = (await call("GET", ROUTE, query={"limit": "2"})).json
    assert told["outbox"]["depth"] == 3
    assert [entry["path"] for entry in told["outbox"]["entries"]] == ["c.ipynb", "a.ipynb"]


async def test_a_store_that_hangs_does_not_slow_the_answer(call: Call, store: MemoryStore) -> None:
    store.hang()
    assert (await asyncio.wait_for(call("GET", ROUTE), 60)).status == 200
    assert store.requests == []


async def test_an_outbox_that_cannot_be_read_is_told_and_not_counted_as_empty(
    call: Call, bookstore: Bookstore, store: MemoryStore
) -> None:
    """The worst moment to answer nothing: saves are held in memory only."""
    await save_and_see(call, bookstore, "a.ipynb", "archived")
    with out_of_use(bookstore.outbox.directory):
        await save(call, "a.ipynb")
        told = (await call("GET", ROUTE)).json
    outbox = told["outbox"]
    assert (outbox["depth"], outbox["bytes"], outbox["entries"]) == (None, None, [])
    assert outbox["held"] == 1
    assert told["store"]["last_success_at"]
    assert told["problems"][0].startswith("Saves are not being recorded. The outbox cannot be used")


async def test_an_outbox_whose_disk_hangs_does_not_keep_the_status_waiting(
    call: Call, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> OutboxTotals:
        return await asyncio.Future()

    monkeypatch.setattr("bookstore.actions.status.OUTBOX_PATIENCE_S", 0.1)
    monkeypatch.setattr(bookstore.outbox, "totals", hang)
    told = (await asyncio.wait_for(call("GET", ROUTE), 60)).json
    assert told["outbox"]["depth"] is None
    assert told["problems"] == ["The outbox cannot be used: its disk takes too long."]


@pytest.mark.parametrize("limit", ["0", "1001", "x"])
async def test_a_bad_limit_is_refused_by_its_value(call: Call, limit: str) -> None:
    answer = await call("GET", ROUTE, query={"limit": limit})
    assert answer.is_error(400, "bad_request")
    assert limit in answer.json["message"]
