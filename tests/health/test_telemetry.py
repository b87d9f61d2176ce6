"""What happens to saves can be followed: Jupyter events and Prometheus metrics."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from notebooks import model
from support import until
from traitlets.config import Config

from bookstore.health import telemetry as telemetry_module
from bookstore.health.telemetry import EVENT_SCHEMA_ID

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def jp_server_config() -> Config:
    return Config({"ServerApp": {"jpserver_extensions": {"bookstore": True}}})


async def save(fetch: Fetch) -> None:
    await fetch("api", "contents", "a.ipynb", method="PUT", body=json.dumps(model()))


async def test_a_front_end_can_follow_a_save_through_jupyter_events(
    jp_fetch: Fetch, jp_serverapp: ServerApp
) -> None:
    seen: list[dict[str, Any]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        seen.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT_SCHEMA_ID, listener=listen)
    await save(jp_fetch)
    await jp_serverapp.contents_manager.bookstore.uploader.drain(deadline_s=30)
    await jp_serverapp.event_logger.gather_listeners()
    assert [event["action"] for event in seen] == ["queued", "archived"]
    assert {event["path"] for event in seen} == {"a.ipynb"}
    assert seen[0]["save_id"] == seen[1]["save_id"]
    assert seen[1]["version_id"]
    assert [event["depth"] for event in seen] == [1, 0]


async def test_the_metrics_route_counts_saves(jp_fetch: Fetch, jp_serverapp: ServerApp) -> None:
    async def metric(name: str) -> float:
        text = (await jp_fetch("metrics")).body.decode()
        values = [line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(values[0]) if values else 0.0

    queued = await metric('bookstore_saves_total{action="queued"}')
    await save(jp_fetch)
    await jp_serverapp.contents_manager.bookstore.uploader.drain(deadline_s=30)
    assert await metric('bookstore_saves_total{action="queued"}') == queued + 1
    assert await metric('bookstore_saves_total{action="archived"}') >= 1
    assert await metric("bookstore_outbox_depth") == 0
    assert await metric("bookstore_outbox_oldest_seconds") == 0
    assert await metric("bookstore_store_seconds_count") >= 1


async def test_figures_follow_what_another_server_delivers(
    jp_serverapp: ServerApp, jp_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outbox that somebody else empties is not shown as full for ever."""
    monkeypatch.setattr(telemetry_module, "_REFRESH_S", 0.01)
    bookstore = jp_serverapp.contents_manager.bookstore
    await bookstore.uploader.stop()
    await save(jp_fetch)
    assert telemetry_module.OUTBOX_DEPTH._value.get() == 1
    [entry] = await bookstore.outbox.entries()
    await bookstore.outbox.remove(entry)
    await until(lambda: telemetry_module.OUTBOX_DEPTH._value.get() == 0)
