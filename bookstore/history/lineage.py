"""A history that goes on where the notebook came from: the pasts of several keys, merged by time.

Knows: pasts.  Must not know: stores, labels.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..errors import BadRequest
from ..keys.workspace import Workspace
from ..s3_paths import MAX_KEY_BYTES, is_unicode
from .entries import Entry
from .past import Past, Place

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


class Lineage:
    """The pasts in a history; more join when a version turns out to come from elsewhere."""

    def __init__(
        self, start: Cursor, *, workspace: Workspace, open_past: Callable[[Place], Past]
    ) -> None:
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
            self._seen.append(entry.save_id or entry.version_id)
            taken.append(entry)
            self.follow(entry)
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

    def follow(self, entry: Entry) -> None:
        """Let the past of the key that *entry* came from join, where it came from one."""
        key = entry.followed_key
        known = {*self._ended, *(past.key for past in self._pasts)}
        place = Place(key=key, until=entry.saved_at)
        if key not in known and _is_possible(place, self._workspace):
            self._pasts.append(self._open(place))

    async def _newest(self, wanted: int) -> Past | None:
        heads = [(await past.first(wanted=wanted), past) for past in self._pasts]
        there = [(entry.saved_at, past) for entry, past in heads if entry is not None]
        return max(there, key=lambda each: each[0])[1] if there else None


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
    return workspace.holds(place.key) and not {".", ".."} & {*place.key.split("/")}


def _bad_cursor() -> BadRequest:
    return BadRequest("before must be what the page before answered as next.")
