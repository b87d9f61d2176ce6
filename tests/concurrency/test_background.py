"""Work beside the requests ends, fails loudly, and is waited for."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar

import pytest

from bookstore.concurrency.background import Background, guarded

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


async def test_a_bug_ends_what_is_guarded_and_is_in_the_log_and_what_was_expected_gets_through(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = logging.getLogger("bookstore.test")
    with guarded("Counting", log, but=(KeyError,)) as guard:
        raise ZeroDivisionError
    assert isinstance(guard.error, ZeroDivisionError)
    assert "Counting failed in an unexpected way" in caplog.text
    with pytest.raises(KeyError), guarded("Counting", log, but=(KeyError,)):
        raise KeyError
    with pytest.raises(asyncio.CancelledError), guarded("Counting", log):
        raise asyncio.CancelledError


async def test_what_others_raise_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("bookstore.test")
    with guarded("Nobody knows", log, level=logging.WARNING) as guard:
        raise ZeroDivisionError("odd")
    assert isinstance(guard.error, ZeroDivisionError)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "Nobody knows: odd")
    assert record.exc_info is None
