"""Swift's version IDs, which are the moments at which versions were made.

Knows: their form.  Must not know: requests.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

NULL_VERSION = "null"
"""What was there before the container kept versions."""

_TIMESTAMP = re.compile(r"(\d{1,10})\.(\d{5})")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment_of(version_id: str) -> datetime | None:
    """Return when a version was made, by the store's clock; None for an ID of another form."""
    if (found := _TIMESTAMP.fullmatch(version_id)) is None:
        return None
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=10 * int(found[2]))


def just_newer(version_id: str) -> str | None:
    """Return the ID that a version made the moment after would have."""
    if (found := _TIMESTAMP.fullmatch(version_id)) is None:
        return None
    seconds, ticks = divmod(int(found[1]) * 100_000 + int(found[2]) + 1, 100_000)
    return f"{seconds:010d}.{ticks:05d}"
