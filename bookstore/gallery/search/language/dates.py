"""Times as people write them: a day, a month, a year, between two, before, after, days ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,5})([dwmy])")
_COMPARISON = re.compile(r"(>=|<=|>|<)?(.+)", re.DOTALL)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
HOW = (
    "a day, month or year (2026-03-01, 2026-03, 2026), today, yesterday, two of these with .. "
    "between them, one of them after >, >=, < or <=, or how long ago at most (7d, 2w, 3m, 1y)"
)
"""What can be written, for messages."""

Bounds = tuple[datetime | None, datetime | None]


def bounds(text: str, now: datetime) -> Bounds:
    """Return from when, and until before when; None where there is no such end.

    Raises :class:`ValueError` where the text is no time.
    """
    text = text.strip().lower()
    low, dots, high = text.partition("..")
    if dots:
        first, last = _span(low, now)[0] if low else None, _span(high, now)[1] if high else None
        if first is None and last is None:
            raise ValueError("no end")
        is_fixed = _DATE.fullmatch(low) and _DATE.fullmatch(high)
        if is_fixed and first and last and first >= last:
            raise ValueError("it ends before it begins")
        return first, last
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError("nothing")
    sign, rest = found.groups()
    if sign is None and _AGO.fullmatch(rest):
        return _span(rest, now)[0], None
    begin, end = _span(rest, now)
    return {
        None: (begin, end),
        ">": (end, None),
        ">=": (begin, None),
        "<": (None, begin),
        "<=": (None, end),
    }[sign]


def _span(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Return when something begins and when it has ended."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    if text in ("today", "yesterday"):
        begin = today if text == "today" else today - day
        return begin, begin + day
    ago = _AGO.fullmatch(text)
    if ago:
        try:
            moment = now - timedelta(days=int(ago[1]) * _DAYS[ago[2]])
        except OverflowError:
            raise ValueError("too long ago") from None
        return moment, moment
    date = _DATE.fullmatch(text)
    if date is None:
        raise ValueError("no time")
    year, month, of_month = (int(part) if part else None for part in date.groups())
    begin = datetime(year or 0, month or 1, of_month or 1)  # noqa: DTZ001 - as the database's
    try:
        if of_month:
            return begin, begin + day
        if month:
            return begin, (begin + 31 * day).replace(day=1)
        return begin, begin.replace(year=begin.year + 1)
    except OverflowError:
        raise ValueError("too late") from None
