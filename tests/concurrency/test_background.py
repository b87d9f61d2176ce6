"""Work beside the requests ends, fails loudly, and is waited for."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from bookstore.concurrency.background import Background

pytestmark = pytest.mark.asyncio

WHO: ContextVar[str] = ContextVar("who", default="nobody")


async def test_a_stopping_server_waits_for_it_and_it_belongs_to_no_request() -> None:
    background, done = Background(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(WHO.get())

    WHO.set("a request")
    background.start(work())
    await background.finish(timeout_s=60)
    assert done == ["nobody"]
    await background.finish(timeout_s=0)


async def test_what_takes_too_long_is_cancelled() -> None:
    background, cancelled = Background(), []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    background.start(work())
    await background.finish(timeout_s=0.01)
    assert cancelled == [True]


async def test_a_failure_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ZeroDivisionError

    background = Background()
    background.start(work())
    await background.finish(timeout_s=60)
    assert "failed in an unexpected way" in caplog.text
