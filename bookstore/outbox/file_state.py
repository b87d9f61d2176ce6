"""Has anybody written to a SQLite file?  Told from the outside, which costs next to nothing.

Knows: files.  Must not know: SQL.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_CLOCK_TICK_NS = 2_500_000_000
"""Longer than the coarsest clock that file systems take their times from."""

FileState = tuple[int, ...]
"""Equal to another only if nothing was written between the two."""


def file_state(file: Path) -> FileState:
    """Return the state of *file*, a SQLite file with a write-ahead log.

    As long as two writes could have had the same time, no state equals the one before it.
    """
    facts = (*_facts(file), *_facts(Path(f"{file}-wal")))
    newest_ns = max(facts[::3], default=0)
    if abs(time.time_ns() - newest_ns) < _CLOCK_TICK_NS:
        return (*facts, time.monotonic_ns())
    return facts


def _facts(file: Path) -> tuple[int, int, int]:
    try:
        status = os.stat(file)  # noqa: PTH116 - once a second, all day long
    except OSError:
        return 0, 0, 0
    return status.st_mtime_ns, status.st_size, status.st_ino
