"""Start work that belongs to no request, and wait for its end when the server stops."""

from __future__ import annotations

import abc
import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")

_log = logging.getLogger("bookstore.concurrency.background")


def start_in_background(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Run *work* on the running event loop, in a context of its own.

    A task otherwise inherits the context of whoever happens to start it: the request's handler,
    the paths it holds, the reason of its save, for as long as the task lives.
    """
    return Context().run(asyncio.get_running_loop().create_task, work)


async def rest(
    pause_s: float, *, until: asyncio.Event, or_when: Callable[[], bool], every_s: float
) -> None:
    """Wait for *until*, which is set after *pause_s* seconds at the latest, or when *or_when*,
    asked every *every_s* seconds, says so."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + pause_s

    timer = loop.call_later(min(pause_s, every_s), lambda: look())

    def look() -> None:
        # A plain timer: it is all that an idle server does, second after second.
        nonlocal timer
        left_s = ends_at - loop.time()
        if left_s <= 0 or or_when():
            until.set()
        else:
            timer = loop.call_later(min(left_s, every_s), look)

    try:
        await until.wait()
    finally:
        timer.cancel()


class Guarded:
    """What became of what was done under :func:`guarded`."""

    error: Exception | None = None
    """What it failed with, None where it did not."""


@contextlib.contextmanager
def guarded(
    what: str,
    log: logging.Logger,
    *,
    but: tuple[type[Exception], ...] = (),
    level: int | None = None,
) -> Iterator[Guarded]:
    """Let no bug in *what* end a loop, or stop what has nothing to do with it: the log tells it.

    What is expected to fail is handled inside; only *but* gets through.  Where others may raise
    anything, a contents manager or another package, that is no bug of ours: *what* then says in a
    sentence what comes of it, and is told on *level*.
    """
    guard = Guarded()
    try:
        yield guard
    except but:
        raise
    except Exception as error:  # whatever it is: that is what this is for
        guard.error = error
        if level is None:
            log.exception("%s failed in an unexpected way", what)
        else:
            log.log(level, "%s: %s", what, error)


class BackgroundTask(abc.ABC):
    """Runs from :meth:`start` to :meth:`stop`, beside everything else."""

    _running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to run on the present event loop.  Safe to call twice."""
        if self._running is None:
            self._running = start_in_background(self._run())

    async def stop(self) -> None:
        """Stop wherever it is, and return once it has.  Safe to call twice."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    @abc.abstractmethod
    async def _run(self) -> None: ...


class Background:
    """Small pieces of work beside the requests, none of which is left behind."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        """Run *work* beside everything else; should it fail, the log says so."""
        task: asyncio.Task[Any] = start_in_background(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def finish(self, *, timeout_s: float) -> None:
        """Wait for what is under way, then cancel what takes longer than *timeout_s*."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in (left := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("Work in the background failed in an unexpected way", exc_info=error)


async def see_through(work: Coroutine[Any, Any, object]) -> None:
    """Wait for *work* even when whoever asked for it is gone: what it is about is done already."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
