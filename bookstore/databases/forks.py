"""SQLite files that were open when this process was forked from another: they are not for us.

SQLite believes that it has locks which only the process has that took them.  Going on with them, or
opening such a file anew, could damage it.

Knows: processes.  Must not know: what is done with a file.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .asides import Identity

_open: Counter[Identity] = Counter()
_inherited: set[Identity] = set()
_forks = 0


def count() -> int:
    """Return how often this process was forked from another, all along its line."""
    return _forks


def refused() -> sqlite3.Error:
    """Return what is raised where a file is not for this process."""
    return sqlite3.ProgrammingError(
        "it was open in the process that this one was forked from; start a process anew for it, "
        "as `spawn` does"
    )


def note_open(file: Identity) -> None:
    """Note that this process opens *file*; raise what :func:`refused` returns where it must not."""
    if file in _inherited:
        raise refused()
    _open[file] += 1


def note_closed(file: Identity) -> None:
    """Note that this process closed *file* once."""
    _open[file] -= 1


def _forked() -> None:
    global _forks
    _forks += 1
    _inherited.update(file for file, times in _open.items() if times > 0)
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
