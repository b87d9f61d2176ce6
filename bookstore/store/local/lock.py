"""Wait for another thread or process, but not for long, and not for what nobody wants any more.

Knows: locks on files.  Must not know: what they protect.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ...errors import StoreUnavailable
from ...files.os_lock import OsLock

PATIENCE_S = 10.0
"""Less than a delivery may take, so that the reason is told and not only that time ran out."""
_SLICE_S = 0.1
_POLL_S = 0.005
_STUCK = "Another process uses the embedded store and does not let go of it."
_HINT = (
    "Saves wait in the outbox. If this goes on, look for another server of yours that hangs or "
    "was suspended, and end it or let it go on."
)


def wait_for(take: Callable[[], bool], check_wanted: Callable[[], None], *, ends_at: float) -> None:
    """Call *take* until it says yes, or raise StoreUnavailable at *ends_at*.

    *check_wanted* is called in between, several times a second, and raises to give up.
    """
    while True:
        check_wanted()
        if take():
            return
        if time.monotonic() >= ends_at:
            raise StoreUnavailable(_STUCK, hint=_HINT)
        time.sleep(_POLL_S)


@contextlib.contextmanager
def hold(mutex: threading.Lock, check_wanted: Callable[[], None]) -> Iterator[None]:
    """Keep other threads of this process out; waits as :func:`wait_for` does."""
    wait_for(
        lambda: mutex.acquire(timeout=_SLICE_S),
        check_wanted,
        ends_at=time.monotonic() + PATIENCE_S,
    )
    try:
        check_wanted()
        yield
    finally:
        mutex.release()


class SharedLock:
    """Keeps other threads and other processes out, by a lock on *file*."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mutex = threading.Lock()  # threads hand over at once; processes have to ask again
        self._os_lock = OsLock(file)

    @contextlib.contextmanager
    def hold(self, check_wanted: Callable[[], None]) -> Iterator[None]:
        """Be alone within the block; waits as :func:`wait_for` does."""
        ends_at = time.monotonic() + PATIENCE_S
        with hold(self._mutex, check_wanted):
            wait_for(self._os_lock.try_acquire, check_wanted, ends_at=ends_at)
            try:
                check_wanted()
                yield
            finally:
                self._os_lock.release()

    def try_out(self) -> None:
        """Raise OSError where there are no locks; waits for nobody, for a lock held is a lock."""
        lock = OsLock(self._file)
        lock.try_acquire()
        lock.release()
