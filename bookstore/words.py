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
    amount = float(size_bytes)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def when(moment: datetime) -> str:
    """Return a moment in this machine's time."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 version`` or ``3 versions``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size_in_words(size_bytes: int) -> str:
    """Return ``"12.3 MB"`` and the like."""
    if size_bytes < 1000:
        return "1 byte" if size_bytes == 1 else f"{size_bytes} bytes"
    size, unit = size_bytes / 1000, "kB"
    for larger in ("MB", "GB"):
        if size >= 999.95:
            size, unit = size / 1000, larger
    return f"{size:.1f} {unit}"


def moment_in_words(moment: datetime) -> str:
    """Return ``"5 March 2026, 14:07 UTC"`` and the like."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"
