"""Saves that are announced: someone says beforehand that a version comes back into an editor.

A restore in an open editor is two steps: the editor gets the version's content, then saves it as
it saves everything.  The announcement is what makes that save a restore.  Others may save the same
file in between, and in a shared document their edits may be merged into what comes back, so a save
is the announced one only

- when its content is the version's, whoever saves it; or
- when whoever announced it is among those who made it, and its content is nearer to the version
  than to what was there before: then it is the version with somebody's edits in it.

Any other save is an ordinary one, and the announcement goes on waiting until it is too old.

Knows: API paths, contents, names; time, as an argument.  Must not know: who announces, who saves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..authors import includes
from ..keys.api_paths import normal_path
from ..notebooks.resemblance import Content
from .reasons import Reason

VALID_S = 60.0
"""So long an announcement waits for its save."""
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a save that is to come will be, and how it is recognised."""

    reason: Reason
    """Its author is who announced it."""
    version: Content
    """What is to be saved."""
    before: Content
    """What was there when it was announced."""

    def is_kept_by(self, saved: Content, author: str) -> bool:
        """Is it this that *author* saved, as *saved*?  Takes a moment for large ones, as well."""
        if saved.digest == self.version.digest:
            return True
        return includes(author, self.reason.author) and saved.is_nearer(self.version, self.before)


class Announcements:
    """The saves that are announced, one for each path."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._announced: dict[str, tuple[float, Announcement]] = {}  # by path, the oldest first

    def __len__(self) -> int:
        return len(self._announced)

    def announce(self, path: str, announcement: Announcement) -> None:
        """Wait a minute for the save of *path* that *announcement* is about.

        A later announcement for the path takes the place of an earlier one.
        """
        name = normal_path(path)
        self._announced.pop(name, None)
        self._announced[name] = (self._clock(), announcement)
        self._forget_old()

    def of(self, path: str) -> Announcement | None:
        """Return what is announced for *path*; None when nothing is, or too long ago."""
        self._forget_old()
        announced = self._announced.get(normal_path(path))
        return announced and announced[1]

    async def reason_of(
        self, path: str, saved: bytes | Mapping[str, Any], reason: Reason
    ) -> Reason:
        """Return why *saved* is saved, for *reason* or as it was announced: then that has come."""
        announced = self.of(path) if reason.kind == "save" else None
        if announced is None:
            return reason
        content = await asyncio.to_thread(Content.of, saved)
        if not await asyncio.to_thread(announced.is_kept_by, content, reason.author):
            return reason
        self.withdraw(path, announced)
        return reason.but(announced.reason)

    def withdraw(self, path: str, announcement: Announcement) -> None:
        """Wait no longer for *announcement*: its save of *path* has come.

        One that took its place meanwhile stays.
        """
        if self.of(path) is announcement:
            del self._announced[normal_path(path)]

    def _forget_old(self) -> None:
        while self._announced:
            oldest = next(iter(self._announced))
            is_old = self._clock() - self._announced[oldest][0] > VALID_S
            if not is_old and len(self._announced) <= MOST:
                return
            del self._announced[oldest]
