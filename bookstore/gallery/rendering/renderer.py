"""Notebooks on a page, off the event loop, each portion once.

Knows: the workshop, asyncio.  Must not know: stores, handlers.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TypeAlias

from .diff import Compared
from .jobs import Job, Result
from .limits import FIRST_CELLS
from .rendered import Options, Rendered
from .workshop import DEADLINE_S, Workshop

_OURS = 2
"""One more when the same notebook comes out differently."""
VERSION = "-".join(
    [
        str(_OURS),
        *map(version, ("latex2mathml", "markdown-it-py", "mdit-py-plugins", "nh3", "Pygments")),
    ]
)
"""Of everything that decides what comes out: part of a cached answer's name."""
_FIRST = slice(0, FIRST_CELLS)
_DEFAULT = Options()
_Key: TypeAlias = "tuple[object, ...]"


class Renderer:
    """Renders notebooks, and compares them, in at most *processes* processes at a time.

    What was rendered is kept, *cache_bytes* of it, under the SHA-256 of the body.  Whoever asks for
    what is being made waits for the same.
    """

    def __init__(
        self,
        *,
        options: Options = _DEFAULT,
        processes: int = 2,
        cache_bytes: int = 64 * 2**20,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._options = options
        self._workshop = Workshop(deadline_s=deadline_s)
        self._threads = ThreadPoolExecutor(processes, "bookstore-rendering")
        self._cache = _Cache(cache_bytes)
        self._running: dict[_Key, asyncio.Future[Result]] = {}

    def etag(self, *bodies: bytes, cells: slice = _FIRST) -> str:
        """Return what changes when an answer does, for an HTTP cache."""
        told = repr((self._key(bodies, cells), VERSION)).encode()
        return f'"{hashlib.sha256(told).hexdigest()[:32]}"'

    async def render(self, body: bytes, *, cells: slice = _FIRST) -> Rendered:
        """Return *cells* of the notebook *body* as HTML that is safe.

        Raises :class:`~bookstore.errors.InvalidNotebook`, :class:`~bookstore.errors.TooLarge` and
        :class:`RenderingFailed`; what is too much otherwise is cut with a sentence.
        """
        job = Job(bodies=(body,), start=cells.start, stop=cells.stop, options=self._options)
        result = await self._done(job, cells)
        assert isinstance(result, Rendered)  # noqa: S101  # of one body
        return result

    async def compare(self, base: bytes, remote: bytes) -> Compared:
        """Return what changed between two notebooks, cell by cell, as HTML that is safe.

        Raises what :meth:`render` does.
        """
        job = Job(bodies=(base, remote), options=self._options)
        result = await self._done(job, _FIRST)
        assert isinstance(result, Compared)  # noqa: S101  # of two bodies
        return result

    def close(self) -> None:
        """End the processes; what is still asked for is refused."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workshop.close()

    def _key(self, bodies: tuple[bytes, ...], cells: slice) -> _Key:
        hashes = [hashlib.sha256(body).hexdigest() for body in bodies]
        return (*hashes, cells.start, cells.stop, self._options)

    async def _done(self, job: Job, cells: slice) -> Result:
        key = await asyncio.to_thread(self._key, job.bodies, cells)  # they may be long
        if (kept := self._cache.get(key)) is not None:
            return kept
        if key not in self._running:
            loop = asyncio.get_running_loop()
            making = loop.run_in_executor(self._threads, self._workshop.do, job)
            self._running[key] = making
            making.add_done_callback(lambda made: self._keep(key, made))
        return await asyncio.shield(self._running[key])

    def _keep(self, key: _Key, made: asyncio.Future[Result]) -> None:
        del self._running[key]
        if not made.cancelled() and made.exception() is None:
            self._cache.put(key, made.result())


class _Cache:
    """The newest results, as many as there is room for."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._kept: OrderedDict[_Key, Result] = OrderedDict()

    def get(self, key: _Key) -> Result | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, key: _Key, result: Result) -> None:
        self._kept[key] = result
        self._left -= _size(result)
        while self._left < 0:
            _, oldest = self._kept.popitem(last=False)
            self._left += _size(oldest)


def _size(result: Result) -> int:
    """Return about how many bytes *result* takes."""
    outline = result.outline if isinstance(result, Rendered) else ()
    return len(result.html) + sum(200 + 2 * len(heading.text) for heading in outline) + 500
