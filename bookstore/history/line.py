"""The versions of one key as a line that is read from its newest end.

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
from .entries import Entry
from .facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the versions of a key a line begins."""

    key: str
    after: str = ""
    """Only what is older than this version ID."""
    until: datetime | None = None
    """Only what was saved before."""
    is_followed: bool = False
    """It is the past of another key, which came from here while this one was there."""


def repeats(entry: Entry, older: Entry | None = None) -> bool:
    """Is *entry*, which is tentative, the content of the *older* one once more?"""
    return older is not None and older.kind != "delete" and older.sha256 == entry.sha256


class Line:
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
        # A pending one may be delivered before anybody goes on from here: its time stays.
        if entry.is_pending:
            self._place = Place(key=self.key, until=entry.saved_at)
        else:
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
        # The outbox first: what is delivered in between is in both, never in neither.
        pending = [] if begin.after else await self._outbox.pending(self.key)
        self._listing = self._store.versions(self.key, after=begin.after)
        entries = map(Entry.of_pending, reversed(pending))
        if begin.until is None:
            self._described.extend(entries)
        else:
            self._described.extend(entry for entry in entries if entry.saved_at < begin.until)
            await self._skip_to(begin.until)

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
        while self._begin.is_followed and first < len(versions):
            if not versions[first].is_delete_marker:
                break  # by this clock it was deleted before, by that one it was there
            first += 1
        self._listed = deque(versions[first:])

    async def _list_before(self, until: datetime) -> None:
        while await self._list(seen := len(self._listed) + 1):
            if len(self._listed) < seen or self._listed[-1].modified_at < until:
                return  # what was stored before was saved before

    async def _was_saved_before(self, version: ObjectVersion, until: datetime) -> bool:
        described = await self._facts.describe([version])
        return all(Entry.of_version(each).saved_at < until for each in described)
