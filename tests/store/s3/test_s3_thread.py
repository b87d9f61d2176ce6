"""The S3 store's own thread: what it keeps off the caller's loop, and how it ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from aiobotocore.session import AioSession
from s3_server import opened, options
from scripted_s3 import HANG, Answer, Request, ScriptedS3, scripted_s3
from test_s3 import kept, put

from bookstore.concurrency.loop_thread import LoopThread
from bookstore.errors import StoreUnavailable
from bookstore.store.s3.store import S3Store

pytestmark = pytest.mark.usefixtures("no_aws_configuration")


def threads() -> list[str]:
    """Return the names of the stores' threads that run now."""
    names = (thread.name for thread in threading.enumerate())
    return [name for name in names if name.startswith("bookstore-s3")]


async def arrived(script: ScriptedS3) -> None:
    """Wait until the server has a request in hand."""
    assert await asyncio.to_thread(script.arrived.wait, 10)


def test_importing_the_store_imports_no_client() -> None:
    """A server that archives elsewhere pays nothing for S3."""
    program = (
        "import bookstore.store.s3.store, sys\n"
        "heavy = {'aiobotocore', 'botocore', 'aiohttp', 'boto3'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.asyncio
async def test_the_client_is_made_once_and_in_the_stores_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Making it takes up to 140 ms, which the caller's loop does not have."""
    made_in: list[str] = []
    create_client: Callable[..., Any] = AioSession.create_client

    def noted(session: AioSession, *args: Any, **kwargs: Any) -> Any:
        made_in.append(threading.current_thread().name)
        return create_client(session, *args, **kwargs)

    monkeypatch.setattr(AioSession, "create_client", noted)
    with scripted_s3(kept) as script:
        async with opened(script.endpoint_url) as store:
            await asyncio.gather(*(put(store, f"{i}.ipynb") for i in range(8)))
    assert made_in == ["bookstore-s3-bucket"]


def test_nothing_is_started_before_the_first_call() -> None:
    """A store that is built and never used has no thread; closing it is nothing."""
    store = S3Store("bucket", options("http://127.0.0.1:1"))
    assert threads() == []
    asyncio.run(store.close())
    assert threads() == []


def test_one_store_serves_several_event_loops() -> None:
    """One after the other, and at the same time from several threads."""
    with scripted_s3(kept) as script:
        store = S3Store("bucket", options(script.endpoint_url))
        assert asyncio.run(put(store)) == "v1"
        assert asyncio.run(put(store)) == "v1"
        ids: list[str] = []
        callers = [
            threading.Thread(target=lambda: ids.append(asyncio.run(put(store)))) for _ in range(4)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        asyncio.run(store.close())
    assert ids == ["v1"] * 4


@pytest.mark.asyncio
async def test_a_cancelled_call_lets_go_of_its_connection() -> None:
    """With one connection in all, the next call goes through."""

    def answer(request: Request) -> Answer:
        return HANG if request.path.endswith("slow.ipynb") else kept(request)

    with scripted_s3(answer) as script:
        async with opened(script.endpoint_url, max_connections=1) as store:
            slow = asyncio.create_task(put(store, "slow.ipynb"))
            await arrived(script)
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            assert await asyncio.wait_for(put(store, "quick.ipynb"), 60) == "v1"


@pytest.mark.asyncio
async def test_closing_ends_the_thread_and_whatever_waits() -> None:
    """A call under way fails as with a store that went away, and is not taken for cancelled."""
    order: list[str] = []
    may_answer = threading.Event()

    def answer(request: Request) -> Answer:
        may_answer.wait(60)
        order.append("answered")
        return kept(request)

    with scripted_s3(answer) as script:
        store = S3Store("bucket", options(script.endpoint_url, read_timeout_s=3600.0))
        waiting = asyncio.create_task(store.get("a.ipynb"))
        await arrived(script)
        assert threads() == ["bookstore-s3-bucket"]
        await asyncio.gather(store.close(), store.close())
        order.append("closed")
        with pytest.raises(StoreUnavailable, match="closed"):
            await waiting
        await store.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.get("a.ipynb")
        assert order == ["closed"]
        may_answer.set()
    await asyncio.to_thread(_join_threads)
    assert threads() == []


@pytest.mark.asyncio
async def test_a_thread_that_closes_tells_even_a_caller_that_gave_up() -> None:
    """Cancelling one who waits for the end does not stop the end."""
    thread = LoopThread("bookstore-s3-test")
    may_end = threading.Event()

    async def last() -> None:
        await asyncio.to_thread(may_end.wait, 10)

    assert await thread.run(_answer) == 42
    closing = asyncio.create_task(thread.close(last))
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    may_end.set()
    await thread.close(last)
    await asyncio.to_thread(_join_threads)
    assert threads() == []


@pytest.mark.asyncio
async def test_what_is_raised_in_the_thread_is_raised_to_the_caller() -> None:
    """A bug is not taken for a store's failure."""
    thread = LoopThread("bookstore-s3-test")

    async def buggy() -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError, match="bug"):
        await thread.run(buggy)
    await thread.close(_nothing)


async def _answer() -> int:
    return 42


async def _nothing() -> None:
    pass


def _join_threads() -> None:
    # The news of the end comes from the thread's last line.
    for thread in threading.enumerate():
        if thread.name.startswith("bookstore-s3"):
            thread.join(60)
