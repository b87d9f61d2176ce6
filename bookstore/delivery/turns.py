"""Which keys are delivered right now, and which come next.

Knows: keys, an event loop, how fast deliveries may follow each other.  Must not know: the outbox,
stores.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from .pacing import deliveries_allowed

LINES_PER_REQUEST = 2
"""So many lines are under way for each request to the store: what comes next is read from the
outbox, and what is done taken out of it, while the store works."""
AHEAD = 4
"""So many times as many keys are known beforehand; asking for each would cost one more commit."""


class Lines:
    """One delivery a key under way, up to so many keys at once, and the keys that are due next.

    *deliver* delivers what is due of one key.  *when_ended* is called after it where nothing more
    is known to be due.
    """

    def __init__(
        self,
        deliver: Callable[[str], Coroutine[Any, Any, None]],
        *,
        concurrency: int,
        when_starting: Callable[[str], None],
        when_ended: Callable[[], None],
    ) -> None:
        self.failures = 0
        """Deliveries that failed in a row, with no success between."""
        self._deliver = deliver
        self._most = LINES_PER_REQUEST * concurrency
        self._when_starting = when_starting
        self._when_ended = when_ended
        self._due: deque[str] = deque()
        self._active: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._is_stopped = False

    def __len__(self) -> int:
        return len(self._active)

    @property
    def wanted(self) -> int:
        """How many keys to ask for, those under way included; 0 while enough are known."""
        return 0 if len(self._due) >= self._most else AHEAD * self._most + len(self._active)

    def come_next(self, keys: Iterable[str]) -> None:
        """Note which keys are due, in this order."""
        self._due = deque(key for key in keys if key not in self._active)

    def start(self) -> bool:
        """Start those that may start now; return whether more are known to be due."""
        now = time.monotonic()
        allowed = deliveries_allowed(
            concurrency=self._most,
            active_s=[now - began_at for began_at, _ in self._active.values()],
            failures=self.failures,
        )
        for _ in range(min(allowed, len(self._due))):
            key = self._due.popleft()
            self._when_starting(key)
            self._active[key] = (now, asyncio.get_running_loop().create_task(self._run(key)))
        return bool(self._due)

    def note_progress(self, key: str) -> None:
        """Note that *key* went on to its next entry: it does not hang."""
        self._active[key] = (time.monotonic(), self._active[key][1])

    def stop(self) -> list[asyncio.Task[None]]:
        """Cancel what is under way and start no more; return what is to be waited for."""
        self._is_stopped = True
        tasks = [task for _, task in self._active.values()]
        for task in tasks:
            task.cancel()
        return tasks

    async def _run(self, key: str) -> None:
        try:
            await self._deliver(key)
        finally:
            del self._active[key]
            if self._is_stopped or not self.start():
                self._when_ended()
