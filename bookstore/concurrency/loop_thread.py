"""One background thread with an event loop of its own, for clients that must not use the caller's.

Knows: threads, event loops.  Must not know: what runs in them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from ..errors import StoreUnavailable

T = TypeVar("T")


class LoopThread:
    """Runs coroutines in one daemon thread, started at the first call, ended by ``close``.

    May be used from any event loop and any thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: Future[None] = Future()
        self._closed = False

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what ``await work()`` gives in the thread; cancelling this cancels that.

        Raises :class:`~bookstore.errors.StoreUnavailable` once the thread has been closed.
        """
        with self._lock:
            if self._closed:
                raise StoreUnavailable("The store has been closed.")
            loop = self._loop = self._loop or self._start()
            future = asyncio.run_coroutine_threadsafe(self._until_closed(work), loop)
        return await asyncio.wrap_future(future)

    async def close(self, last: Callable[[], Awaitable[None]]) -> None:
        """Cancel what runs, await ``last()`` in the thread and end it.  Safe to call twice."""
        with self._lock:
            loop, is_first = self._loop, not self._closed
            self._closed = True
            if loop is None:
                return
            if is_first:
                asyncio.run_coroutine_threadsafe(self._end(loop, last), loop)
        # Shielded: being cancelled must not cancel the thread's own news of its end.
        await asyncio.shield(asyncio.wrap_future(self._ended))

    def _start(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        # A daemon: a server that dies without closing its store must be able to die.
        threading.Thread(target=self._main, args=(loop,), name=self._name, daemon=True).start()
        return loop

    def _main(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()
            self._ended.set_result(None)

    async def _until_closed(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            return await work()
        except asyncio.CancelledError:
            if self._closed:  # the caller did not cancel this; it must not look so
                raise StoreUnavailable("The store was closed meanwhile.") from None
            raise

    @staticmethod
    async def _end(loop: asyncio.AbstractEventLoop, last: Callable[[], Awaitable[None]]) -> None:
        try:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await last()
            await loop.shutdown_asyncgens()
        finally:
            loop.stop()
