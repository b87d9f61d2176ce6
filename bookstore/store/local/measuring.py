"""How much the embedded store holds, how far it is in pieces, and whether its file is sound.

Knows: SQL, the store's tables.  Must not know: threads.
"""

from __future__ import annotations

import sqlite3
import time
from typing import NamedTuple

from . import tables

_STEPS = 10_000
"""Of SQLite's machine, between two looks at the clock."""
_SELECT = f"""
SELECT count(*) AS versions, coalesce(sum(size_bytes), 0) AS size_bytes,
    coalesce(sum(kept = '{tables.CELLS}'), 0) AS in_pieces,
    coalesce(sum(size_bytes) FILTER (WHERE kept = '{tables.CELLS}'), 0) AS in_pieces_bytes,
    coalesce(sum(kept = '{tables.FOLDER}'), 0) AS earlier,
    coalesce(sum(kept LIKE '{tables.ASIDE}%'), 0) AS aside
FROM versions WHERE NOT is_delete_marker
"""  # noqa: S608 - a constant
_SELECT_PIECES = "SELECT coalesce(sum(length(frame)), 0) FROM "


class Measured(NamedTuple):
    """What the store holds; delete markers do not count."""

    versions: int
    size_bytes: int
    """Of all bodies, as they come out."""
    in_pieces: int
    in_pieces_bytes: int
    """Of the bodies in pieces, as they come out."""
    pieces_bytes: int
    """What they take."""
    earlier: int
    """So many are still in the folder of an earlier release."""
    aside: int
    """So many are still in a file that was moved aside."""

    @property
    def left(self) -> int:
        """How many are not in pieces yet."""
        return self.versions - self.in_pieces

    @property
    def left_bytes(self) -> int:
        """How large these are."""
        return self.size_bytes - self.in_pieces_bytes


def measure(db: sqlite3.Connection) -> Measured:
    """Return what the store holds."""
    row = dict(db.execute(_SELECT).fetchone())
    [pieces, manifests] = (
        db.execute(_SELECT_PIECES + table).fetchone()[0] for table in ("pieces", "manifests")
    )
    return Measured(**row, pieces_bytes=pieces + manifests)


def quick_check(db: sqlite3.Connection, timeout_s: float) -> str | None:
    """Return what SQLite finds wrong with the file, "" for nothing; None when that takes longer."""
    ends_at = time.monotonic() + timeout_s
    db.set_progress_handler(lambda: time.monotonic() > ends_at, _STEPS)
    try:
        [said] = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        db.set_progress_handler(None, 0)
    return "" if said == "ok" else str(said)
