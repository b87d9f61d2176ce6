"""Sizes, moments and numbers in words, as people read and write them."""

from __future__ import annotations

import re
import reprlib
from datetime import datetime, time, timedelta, timezone
from typing import Any

_SHOWN_CHARACTERS = 100
_shortly = reprlib.Repr()
_shortly.maxstring = _SHOWN_CHARACTERS
_LAST = time(23, 59, 59, 999999)
_DAY = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d)|(?P<word>today|yesterday))?"
    r"(?:(?:^|[ T])(?P<time>\d\d?:\d\d(?::\d\d(?:\.\d+)?)?))?(?P<zone>Z|[+-]\d\d:\d\d)?"
)


def moment(value: datetime | str) -> datetime:
    """Return a moment that may have come as JSON."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value.replace("Z", "+00:00"))  # Python 3.10 knows no "Z"


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
        zone = moment(f"{day}T00:00{found['zone']}").tzinfo if found["zone"] else now.tzinfo
    except ValueError:
        return None
    if found["time"] and len(found["time"]) < 6:  # a minute is its end, as a day is
        clock = clock.replace(second=59, microsecond=999999)
    if found["word"] == "yesterday":
        day -= timedelta(days=1)
    return datetime.combine(day, clock, zone)


def size(size_bytes: int) -> str:
    """Return a size as people read it: ``17.3 KB``."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    amount, unit = size_bytes / 1000, "KB"
    for larger in ("MB", "GB", "TB"):
        if amount >= 999.95:  # which one digit behind the point makes 1000.0
            amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}"


def when(moment: datetime) -> str:
    """Return a moment in this machine's time, for whoever sits at it."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 version`` or ``3 versions``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment_in_words(moment: datetime) -> str:
    """Return ``5 March 2026, 14:07 UTC``, for readers of whom nobody knows where they are."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def shown(value: Any) -> str:
    """Return *value* as a message may quote it: short, and printable wherever it came from.

    However large or deeply nested it is, only its beginning is looked at.
    """
    text = repr(value[: _SHOWN_CHARACTERS + 1]) if isinstance(value, str) else _shortly.repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
