"""Watch the files of open notebooks: each state that something else writes becomes a version.

Otherwise what a script writes is noticed when somebody opens or saves the notebook, and what it
wrote in between is lost.  Files are looked at in turns, which works on every disk, also where
the system tells of no changes; a state is settled that is the same in two turns.

Knows: capture, what files look like.  Must not know: how a version is recorded, HTTP.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..concurrency.background import BackgroundTask
from ..files.last_seen import Signature
from .capture import Capture

MOST = 100
"""Open notebooks that are watched, those that were opened or changed last."""
FOR_S = 1800.0
"""So long after it was opened, saved or changed a notebook is watched."""


class _Looked(NamedTuple):
    until: float
    signature: Signature | None
    """What it looked like in the last turn, where that was another state than what is recorded."""


class Watcher(BackgroundTask):
    """Looks at the files of open notebooks every *every_s* seconds, while there are any."""

    def __init__(
        self, capture: Capture, *, every_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._capture = capture
        self._every_s = every_s
        self._clock = clock
        self._open: OrderedDict[str, _Looked] = OrderedDict()

    def note_open(self, path: str) -> None:
        """Note that the notebook at *path* is open, and look at it from now on."""
        if self._every_s <= 0:
            return
        self._keep(path, None)
        if self._running is None or self._running.done():
            self._running = None
            self.start()

    async def look(self) -> None:
        """Look at each once; record what is settled."""
        for path, looked in [*self._open.items()]:
            if self._clock() > looked.until:
                self._open.pop(path, None)
        for path, signature in (await asyncio.to_thread(self._changed, [*self._open])).items():
            before = self._open.get(path)
            is_settled = before is not None and before.signature == signature
            if not is_settled or await self._capture.notice(path):
                self._keep(path, signature)  # else nothing happens to it: its time runs on

    def _changed(self, paths: Sequence[str]) -> dict[str, Signature]:
        """Return what those files look like that are not as they were seen last.  Blocks: a disk
        may be far away."""
        reader = self._capture.reader
        looks = ((path, reader.signature(path)) for path in paths if not reader.is_as_seen(path))
        return {path: signature for path, signature in looks if signature is not None}

    def _keep(self, path: str, signature: Signature | None) -> None:
        self._open.pop(path, None)
        self._open[path] = _Looked(self._clock() + FOR_S, signature)
        while len(self._open) > MOST:
            self._open.popitem(last=False)

    async def _run(self) -> None:
        while self._open:
            await asyncio.sleep(self._every_s)
            await self.look()
