"""Saves that are announced: someone says beforehand what the next save of a path will be.

A restore in an open editor is two steps: the editor gets the version's content, then saves it as
it saves everything.  The announcement is what makes that save a restore.

Knows: API paths, time, as an argument.  Must not know: who announces, who saves.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .api_paths import normal_path
from .intent import Intent

VALID_S = 60.0
"""So long an announcement waits for its save."""
MOST = 1000


class Announcements:
    """What the next save of a path is, for those paths of which somebody said so."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._announced: dict[str, tuple[float, Intent]] = {}  # by path, the oldest first

    def __len__(self) -> int:
        return len(self._announced)

    def announce(self, path: str, intent: Intent) -> None:
        """Say that the next save of *path*, if it comes within a minute, is made for *intent*.

        A later announcement for the path takes the place of an earlier one.
        """
        name = normal_path(path)
        self._announced.pop(name, None)
        self._announced[name] = (self._clock(), intent)
        if len(self._announced) > MOST:
            del self._announced[next(iter(self._announced))]

    def is_announced(self, path: str) -> bool:
        """Is there an announcement for *path*, if maybe one from too long ago?"""
        return normal_path(path) in self._announced

    def take(self, path: str) -> Intent | None:
        """Return what was announced for *path*, once; None when nothing was, or too long ago."""
        announced = self._announced.pop(normal_path(path), None)
        if announced is None or self._clock() - announced[0] > VALID_S:
            return None
        return announced[1]
