"""Sizes, moments and numbers in words, as people read them."""

from __future__ import annotations

from datetime import datetime, timezone


def moment(value: datetime | str) -> datetime:
    """Return a moment that may have come as JSON."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value.replace("Z", "+00:00"))  # Python 3.10 knows no "Z"


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
