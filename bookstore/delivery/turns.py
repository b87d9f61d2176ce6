"""Which keys are delivered right now, which come next, and how fast they follow while they fail.

Knows: keys, an event loop.  Must not know: the outbox, stores.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from random import Random
from typing import Any

BASE_DELAY_S = 0.5
MAX_DELAY_S = 5.0
"""Short, because one probe at a time is all that a store which is down gets to see."""
FIRST_REFUSED_DELAY_S = 2.0
OUTAGE_FAILURES = 3
"""So many failures in a row, with no success between, and the store counts as down."""
KEYS_PER_REQUEST = 2
"""So many keys are under way for each request to the store: what comes next is read from the
outbox, and what is done taken out of it, while the store works."""
AHEAD = 4
"""So many times as many keys are known beforehand; asking for each would cost one more commit."""


class Turns:
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
        self._most = KEYS_PER_REQUEST * concurrency
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


def retry_delay(attempts: int, rng: Random) -> float:
    """Seconds before the next attempt: doubling, capped, jittered."""
    ceiling = min(MAX_DELAY_S, BASE_DELAY_S * 2 ** min(attempts, 16))
    return rng.uniform(ceiling / 2, ceiling)


def refused_delay(attempts: int, *, longest_s: float) -> float:
    """Seconds before the next attempt after a refusal: doubling, since whoever renews credentials
    or a bucket may be about to be done with it."""
    return min(longest_s, FIRST_REFUSED_DELAY_S * 2.0 ** min(attempts, 16))


def deliveries_allowed(*, concurrency: int, active_s: list[float], failures: int) -> int:
    """How many deliveries may start now, beside those active for *active_s* seconds each.

    Up to *concurrency* in all; but a store that is down gets one probe at a time, and another
    only when the last one seems to hang, so that its return is noticed soon.
    """
    if failures < OUTAGE_FAILURES:
        return concurrency - len(active_s)
    probing = any(age_s < MAX_DELAY_S for age_s in active_s)
    return 0 if probing or len(active_s) >= concurrency else 1
