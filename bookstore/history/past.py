"""The past of one key, read from its newest end.

Knows: the store, the outbox.  Must not know: other keys, labels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from ..errors import BadRequest, VersionNotFound
from ..outbox import Outbox
from ..records import ObjectVersion
from ..store.base import ObjectStore
from .entries import PENDING, Entry
from .metadata_cache import Facts

_PASSED_TOGETHER = 20
_MOST_PASSED = 200
"""So far a save that waited is looked for where it may have been delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the versions of a key its past begins."""

    key: str
    after: str = ""
    """Only what is older than this version ID, which may be that of a save that waited."""
    until: datetime | None = None
    """Only what was saved before: the past of another key, which came from here then."""


def repeats(entry: Entry, older: Entry | None = None) -> bool:
    """Is *entry*, which is tentative, the content of the *older* one once more?"""
    return older is not None and older.kind != "delete" and older.sha256 == entry.sha256


class Past:
    """What waits in the outbox for one key, then what the store has of it, newest first.

    Nothing is asked before it is needed: one listing, and the metadata of those versions that are
    looked at.
    """

    def __init__(self, place: Place, *, store: ObjectStore, outbox: Outbox, facts: Facts) -> None:
        self.key = place.key
        self._store = store
        self._outbox = outbox
        self._facts = facts
        self._begin = place
        self._place = place
        self._described: deque[Entry] = deque()
        self._listed: deque[ObjectVersion] = deque()
        self._listing: AsyncIterator[ObjectVersion] | None = None

    async def first(self, *, wanted: int) -> Entry | None:
        """Return the newest entry that was not taken, None at the end.

        *wanted*: how many may be taken, so that many are described at once.
        """
        await self._start()
        await self._describe(1, wanted)
        while self._described and self._described[0].is_tentative:
            await self._describe(2, wanted)
            if not repeats(*list(self._described)[:2]):
                break
            self._described.popleft()
        return self._described[0] if self._described else None

    async def _describe(self, least: int, wanted: int) -> None:
        """Have *least* entries described, or all that are left; *wanted* at a time."""
        while len(self._described) < least and await self._list(wanted):
            versions = [self._listed.popleft() for _ in range(min(wanted, len(self._listed)))]
            described = await self._facts.describe(versions)
            self._described.extend(map(Entry.of_version, described))

    def take(self) -> Entry:
        """Take the entry that :meth:`first` returned."""
        entry = self._described.popleft()
        self._place = Place(key=self.key, after=entry.version_id)
        return entry

    async def rest(self) -> Place | None:
        """Return where to go on another time; None when everything was taken."""
        await self._start()
        return self._place if self._described or await self._list(1) else None

    # -- listing -------------------------------------------------------------------------------

    async def _start(self) -> None:
        if self._listing is not None:
            return
        begin = self._begin
        waited = begin.after.startswith(PENDING)
        after = "" if waited else begin.after
        # The outbox first: what is delivered in between is in both, never in neither.
        pending = [] if after else await self._outbox.pending(self.key)
        entries = [Entry.of_pending(entry) for entry in reversed(pending)]
        self._listing = self._store.versions(self.key, after=after)
        if waited:
            await self._go_on_below(begin.after, entries)
        elif begin.until is None:
            self._described.extend(entries)
        else:
            self._described.extend(entry for entry in entries if entry.saved_at < begin.until)
            await self._skip_to(begin.until)

    async def _go_on_below(self, version_id: str, waiting: list[Entry]) -> None:
        """Go on below a save that waited when it was told, wherever it is by now."""
        ids = [entry.version_id for entry in waiting]
        if version_id in ids:
            self._described.extend(waiting[ids.index(version_id) + 1 :])
            return
        passed: list[Entry] = []
        while len(passed) < _MOST_PASSED and await self._list(_PASSED_TOGETHER):
            described = await self._facts.describe(self._listed)
            self._listed.clear()
            entries = [Entry.of_version(version) for version in described]
            ids = [f"{PENDING}{entry.save_id}" for entry in entries]
            if version_id in ids:
                self._described.extend(entries[ids.index(version_id) + 1 :])
                return
            passed += entries
        # It became no version.  What was told before is told again: nothing is left out.
        self._described.extend(passed)

    async def _list(self, wanted: int) -> bool:
        """Have *wanted* versions listed, or all that are left; return whether there are any."""
        assert self._listing is not None  # noqa: S101 - _start was called
        try:
            while len(self._listed) < wanted:
                self._listed.append(await anext(self._listing))
        except StopAsyncIteration:
            pass
        except VersionNotFound as error:
            raise BadRequest(
                "The history cannot go on from there: that version is gone.",
                hint="Ask for its first page again.",
            ) from error
        return bool(self._listed)

    async def _skip_to(self, until: datetime) -> None:
        """Pass over what was saved at *until* or later: saves of one key are stored in order."""
        await self._list_before(until)
        versions = list(self._listed)
        first, end = 0, len(versions)
        while first < end:
            middle = (first + end) // 2
            if await self._was_saved_before(versions[middle], until):
                end = middle
            else:
                first = middle + 1
        while first < len(versions) and versions[first].is_delete_marker:
            first += 1  # by the store's clock it was deleted before; but it was there
        self._listed = deque(versions[first:])

    async def _list_before(self, until: datetime) -> None:
        while await self._list(seen := len(self._listed) + 1):
            if len(self._listed) < seen or self._listed[-1].modified_at < until:
                return  # what was stored before was saved before

    async def _was_saved_before(self, version: ObjectVersion, until: datetime) -> bool:
        described = await self._facts.describe([version])
        return all(Entry.of_version(each).saved_at < until for each in described)
