"""What the store said lately, so that it need not be asked for what did not change.

Knows: versions.  Must not know: stores.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ..records import ObjectVersion, StoredObject

_LARGEST_SHARE = 4
"""One file takes at most this part of the room."""
MOST_FACTS = 10_000
_ASKED_AGAIN = 3
"""Of what was not asked for since so many times that it is believed nobody asks any more."""


class Cache:
    """Facts of files that are believed for a while, and bodies for as long as there is room.

    A body is only given for a version that the store was asked about.  What this server changes is
    forgotten at once, also where an older answer comes in later.
    """

    def __init__(self, *, believed_s: float, most_bytes: int) -> None:
        self.clock: Callable[[], float] = time.monotonic
        self._believed_s = believed_s
        self._most_bytes = most_bytes
        self._facts: OrderedDict[str, tuple[float, ObjectVersion]] = OrderedDict()
        self._bodies: OrderedDict[str, StoredObject] = OrderedDict()
        self._folders: OrderedDict[str, datetime] = OrderedDict()
        self._made: OrderedDict[str, ObjectVersion] = OrderedDict()
        self.size_bytes = 0
        """Of the bodies."""
        self.changes = 0
        """So often was something changed here: an answer to a question from before is no news."""

    def facts(self, path: str) -> ObjectVersion | None:
        """Return what is still believed of *path*."""
        asked_at, version = self._facts.get(path, (float("-inf"), None))
        return version if self.clock() - asked_at < self._believed_s else None

    def note(self, path: str, version: ObjectVersion | None, *, changes: int) -> None:
        """Note the answer to a question that was asked after so many *changes*."""
        self._facts.pop(path, None)
        if version is not None and changes == self.changes:
            self._facts[path] = self.clock(), version
            if len(self._facts) > MOST_FACTS:
                self._facts.popitem(last=False)

    def is_outdated_among_others(self, path: str) -> bool:
        """Is what is known of *path* believed no more, and is another file of its folder asked for
        as well?"""
        if path not in self._facts or self.facts(path) is not None:
            return False
        folder, since = path.rpartition("/")[0], self.clock() - _ASKED_AGAIN * self._believed_s
        return any(
            other != path and asked_at > since and other.rpartition("/")[0] == folder
            for other, (asked_at, _) in self._facts.items()
        )

    def confirm(self, path: str, listed: ObjectVersion, *, changes: int) -> None:
        """Believe what is known of *path* anew if it is what was *listed* after so many changes."""
        _, known = self._facts.get(path, (0.0, None))
        if known and (known.etag, known.size_bytes) == (listed.etag, listed.size_bytes):
            self.note(path, known, changes=changes)

    def note_made(self, path: str, version: ObjectVersion) -> None:
        """Note that this server made *version*, and told when."""
        self._made[path] = version
        self._made.move_to_end(path)
        if len(self._made) > MOST_FACTS:
            self._made.popitem(last=False)

    def as_told(self, path: str, version: ObjectVersion) -> ObjectVersion:
        """Return *version* with the time that was told when it was made here.

        A store says when it answered, and later when the version was made, which may be another
        second: an editor would take that for somebody else's change, and reload.
        """
        made = self._made.get(path)
        if made is None or made.version_id != version.version_id:
            return version
        return replace(version, modified_at=made.modified_at)

    def folder_time(self, path: str) -> datetime | None:
        """Return when something in a folder was changed last, as far as that was seen."""
        return self._folders.get(path)

    def note_folder(self, path: str, modified_at: datetime) -> None:
        """Note that something directly in a folder was changed then."""
        before = self._folders.pop(path, modified_at)
        self._folders[path] = max(before, modified_at)
        if len(self._folders) > MOST_FACTS:
            self._folders.popitem(last=False)

    def body(self, path: str) -> StoredObject | None:
        """Return what was read of *path* last, whether or not that is what is there."""
        if path in self._bodies:
            self._bodies.move_to_end(path)
        return self._bodies.get(path)

    def keep(self, path: str, stored: StoredObject) -> None:
        """Keep what was read of *path*."""
        self._drop(path)
        if len(stored.body) * _LARGEST_SHARE > self._most_bytes:
            return
        self._bodies[path] = stored
        self.size_bytes += len(stored.body)
        while self.size_bytes > self._most_bytes:
            self._drop(next(iter(self._bodies)))

    def changed(self, path: str) -> None:
        """Note that this server changed, or may have changed, what is at *path*."""
        self.changes += 1
        self._facts.pop(path, None)
        self._drop(path)

    def _drop(self, path: str) -> None:
        if stored := self._bodies.pop(path, None):
            self.size_bytes -= len(stored.body)
