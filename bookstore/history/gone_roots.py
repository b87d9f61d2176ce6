"""Which of the root folders that servers had are there no longer, as one that was moved.

Any of them may be on a disk that does not answer for hours, as one of a machine that is switched
off, and no history and no save is to wait for that.

Knows: folders, the roots that servers had.  Must not know: stores, histories.
"""

from __future__ import annotations

import asyncio
import stat
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..files.noted_roots import remembered_roots

KEPT_S = 60.0
"""So long an answer is believed."""
PATIENCE_S = 1.0
"""So long the disks are waited for, all together."""


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look at all roots."""

    began_at: float
    gone: list[Path] = field(default_factory=list)
    """Those that are known to be gone so far."""
    ended: Future[None] = field(default_factory=Future)


class GoneRoots:
    """Looks at the roots, once a minute at most and only when somebody asks.

    It does so on a thread of its own, of which there is never a second one: what hangs there is
    waited for once, and what is not known by then counts as there.
    """

    def __init__(
        self,
        *,
        roots: Callable[[], Sequence[Path]] = remembered_roots,
        is_gone: Callable[[Path], bool] | None = None,
    ) -> None:
        """*roots* are those looked at, and *is_gone* looks at one, and may take for ever."""
        self._roots = roots
        self._is_gone = is_gone or is_gone_for_good
        self._look: _Look | None = None
        self._lock = threading.Lock()

    async def now(self) -> tuple[Path, ...]:
        """Return the roots that are gone, the one that was used last first."""
        look = self._last_look()
        left_s = look.began_at + PATIENCE_S - time.monotonic()
        if left_s > 0 and not look.ended.done():
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(look.ended), left_s)
        return tuple(look.gone)

    def _last_look(self) -> _Look:
        with self._lock:
            look, now = self._look, time.monotonic()
            if look is None or (look.ended.done() and look.began_at + KEPT_S < now):
                look = _Look(began_at=now)
                look.ended.set_running_or_notify_cancel()  # who waits no longer cancels nothing
                threading.Thread(
                    target=self._go_through, args=(look,), name="bookstore-roots", daemon=True
                ).start()
                self._look = look
            return look

    def _go_through(self, look: _Look) -> None:
        try:
            for root in self._roots():
                if self._is_gone(root):
                    look.gone.append(root)
        finally:
            look.ended.set_result(None)


def is_gone_for_good(root: Path) -> bool:
    """Say whether there is no such folder; a disk that does not tell does not say so."""
    try:
        return not stat.S_ISDIR(root.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
