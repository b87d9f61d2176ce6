"""Notebooks on a page, off the event loop, each portion once.

Knows: the workshop, asyncio.  Must not know: stores, handlers.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TypeAlias

from .diff import Compared
from .jobs import Job, Result
from .limits import FIRST_CELLS
from .rendered import Options, Rendered
from .workshop import DEADLINE_S, RenderingFailed, Workshop

_OURS = 2
"""One more when the same notebook comes out differently."""
VERSION = "-".join(
    [
        str(_OURS),
        *map(version, ("latex2mathml", "markdown-it-py", "mdit-py-plugins", "nh3", "Pygments")),
    ]
)
"""Of everything that decides what comes out: part of a cached answer's name."""
RETRY_S = 600.0
"""What took too long is not tried again before."""
_FIRST = slice(0, FIRST_CELLS)
_DEFAULT = Options()
_Key: TypeAlias = "tuple[object, ...]"
_Kept: TypeAlias = "Result | RenderingFailed"


class Renderer:
    """Renders notebooks, and compares them, in at most *processes* processes at a time.

    One for each server, closed when that ends.  What was rendered is kept, *cache_bytes* of it,
    under the SHA-256 of the body and the cells: a revision is rendered once, whoever asks, and
    those who ask for what is being made wait for the same.  Nothing runs on the event loop.

    A job that takes longer than *deadline_s* is ended, with its process, and tried once more with
    everything as it is written (:attr:`Rendered.careful`).  If that takes too long, too, or ends
    the process, :class:`RenderingFailed` is raised: a page shows its message and hint, and offers
    the download.  Both are remembered for :data:`RETRY_S`, so that whoever reloads such a page
    takes no more time from others.
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
        result = await self._done(job)
        assert isinstance(result, Rendered)  # noqa: S101  # of one body
        return result

    async def render_markdown(self, source: str) -> str:
        """Return a short text in Markdown, as the description of a notebook, as HTML that is safe.

        Raises :class:`RenderingFailed`.
        """
        body = source.encode(errors="replace")
        return (await self._done(Job(bodies=(body,), is_text=True, options=self._options))).html

    async def compare(self, base: bytes, remote: bytes) -> Compared:
        """Return what changed between two notebooks, cell by cell, as HTML that is safe.

        Raises what :meth:`render` does.
        """
        result = await self._done(Job(bodies=(base, remote), options=self._options))
        assert isinstance(result, Compared)  # noqa: S101  # of two bodies
        return result

    def close(self) -> None:
        """End the processes; what is still asked for is refused."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._workshop.close()

    def _key(self, bodies: tuple[bytes, ...], cells: slice, *, is_text: bool = False) -> _Key:
        hashes = [hashlib.sha256(body).hexdigest() for body in bodies]
        return (*hashes, is_text, cells.start, cells.stop, self._options)

    async def _done(self, job: Job) -> Result:
        key = await asyncio.to_thread(  # they may be long
            self._key, job.bodies, slice(job.start, job.stop), is_text=job.is_text
        )
        if isinstance(kept := self._cache.get(key), RenderingFailed):
            raise RenderingFailed(str(kept))
        if kept is not None:
            return kept
        if key not in self._running:
            loop = asyncio.get_running_loop()
            making = loop.run_in_executor(self._threads, self._workshop.do, job)
            self._running[key] = making
            making.add_done_callback(lambda made: self._keep(key, made))
        return await asyncio.shield(self._running[key])

    def _keep(self, key: _Key, made: asyncio.Future[Result]) -> None:
        del self._running[key]
        if made.cancelled():
            return
        error = made.exception()
        if error is None:
            self._cache.put(key, made.result())
        elif isinstance(error, RenderingFailed):
            self._cache.put(key, error)


class _Cache:
    """The newest results, as many as there is room for; those of a notebook that took too long, as
    it may on a busy machine, for a while."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._kept: OrderedDict[_Key, tuple[_Kept, float]] = OrderedDict()

    def get(self, key: _Key) -> _Kept | None:
        found, until = self._kept.get(key, (None, 0.0))
        if found is None or time.monotonic() >= until:
            return None
        self._kept.move_to_end(key)
        return found

    def put(self, key: _Key, result: _Kept) -> None:
        self._drop(key)
        took_too_long = isinstance(result, RenderingFailed) or getattr(result, "careful", False)
        until = time.monotonic() + RETRY_S if took_too_long else math.inf
        self._kept[key] = (result, until)
        self._left -= _size(result)
        while self._left < 0:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        if key in self._kept:
            self._left += _size(self._kept.pop(key)[0])


def _size(result: _Kept) -> int:
    """Return about how many bytes *result* takes."""
    if isinstance(result, RenderingFailed):
        return 500
    outline = result.outline if isinstance(result, Rendered) else ()
    return len(result.html) + sum(200 + 2 * len(heading.text) for heading in outline) + 500
