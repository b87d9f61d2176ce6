"""Which version is meant by a word on the command line.

Knows: versions, times.  Must not know: who has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from ..client.versions import Version
from ..errors import BadRequest, NotFound

HOW = (
    "A version is named by its ID or the beginning of it, its label, ~1 for the one before the "
    "newest, ~2 for the one before that …, or a time: 14:00, yesterday 14:00, 2026-11-20, "
    "2026-11-20 14:00."
)

_LAST = time(23, 59, 59, 999999)
_DAY = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d)|(?P<word>today|yesterday))?"
    r"(?:(?:^|[ T])(?P<time>\d\d?:\d\d(?::\d\d(?:\.\d+)?)?))?(?P<zone>Z|[+-]\d\d:\d\d)?"
)


def select(versions: Iterable[Version], word: str, *, now: datetime) -> Version:
    """Return the version that *word* means, among *versions*, newest first.

    Deletions are none that could be shown.  Raises :class:`~bookstore.errors.NotFound`, or
    :class:`~bookstore.errors.BadRequest` when several are meant.
    """
    shown = (version for version in versions if version.kind != "delete")
    if back := re.fullmatch(r"~(\d+)", word):
        return _nth(shown, int(back[1]), word)
    if (moment := moment_in(word, now)) is not None:
        return _at(shown, moment, word)
    return _named(shown, word)


def moment_in(word: str, now: datetime) -> datetime | None:
    """Return the moment that *word* names, in the time zone of *now*; None when it is no time.

    A day is its end: what was there in the evening.
    """
    found = _DAY.fullmatch(word)
    if not found or not (found["date"] or found["word"] or found["time"]):
        return None
    try:
        day = datetime.fromisoformat(found["date"]).date() if found["date"] else now.date()
        clock = time.fromisoformat(found["time"].zfill(5)) if found["time"] else _LAST
    except ValueError:
        return None
    if found["time"] and len(found["time"]) < 6:  # a minute is its end, as a day is
        clock = clock.replace(second=59, microsecond=999999)
    if found["word"] == "yesterday":
        day -= timedelta(days=1)
    if zone := found["zone"]:
        return datetime.fromisoformat(f"{day}T{clock}{zone.replace('Z', '+00:00')}")
    return datetime.combine(day, clock, now.tzinfo)


def _nth(versions: Iterator[Version], back: int, word: str) -> Version:
    found = -1
    for found, version in enumerate(versions):
        if found == back:
            return version
    raise NotFound(f"There is no version {word}; there are {found + 1}.")


def _at(versions: Iterator[Version], moment: datetime, word: str) -> Version:
    for version in versions:
        if version.saved_at <= moment:
            return version
    raise NotFound(f"There was no version yet: {word}.")


def _named(versions: Iterator[Version], word: str) -> Version:
    begin: list[Version] = []
    for version in versions:
        if word in (version.version_id, version.label):
            return version
        if version.version_id.removeprefix("save:").startswith(word.removeprefix("save:")):
            begin.append(version)
    if len(begin) == 1:
        return begin[0]
    if begin:
        raise BadRequest(f"{len(begin)} versions begin with {word}.", hint="Give more of the ID.")
    raise NotFound(f"There is no version {word}.", hint=HOW)
