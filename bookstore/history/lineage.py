"""A history that goes on where the notebook came from: the pasts of several keys, merged by time.

Knows: pasts.  Must not know: stores, labels.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from ..errors import BadRequest
from ..keys.elsewhere import Elsewhere
from ..keys.workspace import Workspace
from ..s3_paths import MAX_KEY_BYTES, is_unicode
from .entries import Entry
from .past import Past, Place, repeats

SameFile: TypeAlias = "Callable[[str], Awaitable[Sequence[str]]]"
"""Returns a key and the other keys of the same notebook."""

_REMEMBERED = 4
"""Saves of a page's end that the next page knows, since a repeated delivery stands close by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended."""

    places: tuple[Place, ...]
    """Where each past goes on."""
    ended: tuple[str, ...] = ()
    """Keys whose past was taken to their end."""
    seen: tuple[str, ...] = ()
    """The last save IDs."""

    def to_text(self) -> str:
        """Return this as a word that goes into a URL."""
        places = [[place.key, place.after, _text_of(place.until)] for place in self.places]
        text = json.dumps([places, self.ended, self.seen], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str, *, workspace: Workspace) -> Cursor:
        """Return what :meth:`to_text` wrote, or raise BadRequest.

        Whoever sends a cursor may have written it: it leads nowhere outside of *workspace*.
        """
        try:
            places, ended, seen = json.loads(base64.urlsafe_b64decode(f"{text}==="))
            cursor = cls(
                places=tuple(
                    Place(key=str(key), after=str(after), until=_time_of(until))
                    for key, after, until in places
                ),
                ended=tuple(map(str, ended)),
                seen=tuple(map(str, seen)),
            )
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise _bad_cursor() from error
        if not all(_is_possible(place, workspace) for place in cursor.places):
            raise _bad_cursor()
        return cursor


async def only_itself(key: str) -> Sequence[str]:
    """Return *key*, where a notebook has no other."""
    return (key,)


class Lineage:
    """The pasts in a history; more join when a version turns out to come from elsewhere."""

    def __init__(
        self,
        start: Cursor,
        *,
        workspace: Workspace,
        open_past: Callable[[Place], Past],
        same_file: SameFile,
    ) -> None:
        self._same_file = same_file
        self._workspace = workspace
        self._open = open_past
        self._ended = list(start.ended)
        self._seen = list(start.seen)
        self._pasts = [open_past(place) for place in start.places]

    async def take(self, limit: int) -> list[Entry]:
        """Return the newest *limit* entries that were not taken, each save once."""
        taken: list[Entry] = []
        while len(taken) < limit:
            past = await self._newest(limit - len(taken))
            if past is None:
                break
            entry = past.take()
            if entry.save_id and entry.save_id in self._seen:
                continue  # delivered twice
            if await self._was_saved(entry, taken[-1:]):
                continue
            self._seen.append(entry.save_id or entry.version_id)
            taken.append(entry)
            await self.follow(entry)
        if taken and len(self._pasts) > 1:  # the next page does not know where this one ends
            while past := await self._newest(1):
                if not repeats_a_save(await past.first(wanted=1), taken[-1]):
                    break
                past.take()
        return taken

    async def rest(self) -> Cursor | None:
        """Return where the next page begins; None when there is none."""
        rests = [(past.key, await past.rest()) for past in self._pasts]
        places = tuple(place for _, place in rests if place is not None)
        if not places:
            return None
        ended = [key for key, place in rests if place is None]
        return Cursor(
            places=places,
            ended=(*self._ended, *ended),
            seen=tuple(self._seen[-_REMEMBERED:]),
        )

    async def follow(self, entry: Entry) -> None:
        """Let the past of the key that *entry* came from join, where it came from one."""
        if not _is_possible(Place(key=entry.followed_key), self._workspace):
            return
        known = {*self._ended, *(past.key for past in self._pasts)}
        for key in await self._same_file(entry.followed_key):
            if key not in known:
                self._pasts.append(self._open(Place(key=key, until=entry.saved_at)))

    async def _was_saved(self, entry: Entry, newer: Sequence[Entry]) -> bool:
        """Does *entry* repeat a save that stands beside it?"""
        if entry.kind != "outside" or len(self._pasts) == 1:
            return False
        past = await self._newest(1)
        older = await past.first(wanted=1) if past else None
        return any(repeats_a_save(entry, each) for each in (*newer, older))

    async def _newest(self, wanted: int) -> Past | None:
        heads = [(await past.first(wanted=wanted), past) for past in self._pasts]
        there = [(entry.saved_at, past) for entry, past in heads if entry is not None]
        return max(there, key=lambda each: each[0])[1] if there else None


def repeats_a_save(entry: Entry | None, neighbour: Entry | None) -> bool:
    """Is *entry*, which something else is said to have written, what was saved under another key?

    Whoever sees to one key of a notebook finds in its file what was saved under the other.
    """
    if entry is None or neighbour is None or entry.kind != "outside":
        return False
    return neighbour.key != entry.key and repeats(entry, neighbour)


def _text_of(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def _time_of(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment


def _is_possible(place: Place, workspace: Workspace) -> bool:
    """May *place*, which somebody may have made up, be where a history goes on?"""
    is_text = all(is_unicode(text) for text in (place.key, place.after))
    if not is_text or len(place.key.encode()) > MAX_KEY_BYTES:
        return False
    there = Elsewhere.of_key(place.key, workspace)
    is_one = there.what == "notebooks" if there else workspace.holds(place.key)
    return is_one and not {".", ".."} & {*place.key.split("/")}


def _bad_cursor() -> BadRequest:
    return BadRequest("before must be what the page before answered as next.")
