"""Take versions over from a file that was moved aside, as far as they can be read.

Knows: the store's tables, and where large bodies are.  Must not know: why it was moved.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ...databases.bodies import put_in
from ...errors import StoreRefused
from . import tables
from .tables import Row

ReadBody = Callable[[sqlite3.Connection, Row], bytes]


def take_over(db: sqlite3.Connection, aside: Path, read: ReadBody) -> tuple[int, int]:
    """Put the versions that can be read in the file *aside* into *db*, at the same places.

    Returns how many these are, and how many more it holds traces of.
    """
    with closing(_opened(aside)) as source:
        places = _places(source)
        taken = sum(_take_one(db, source, sequence, read) for sequence in places)
    return taken, len(places) - taken


def _opened(aside: Path) -> sqlite3.Connection:
    try:
        source = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:  # then there is nothing in it
        source = sqlite3.connect(":memory:")
    source.row_factory = sqlite3.Row
    return source


def _places(source: sqlite3.Connection) -> list[int]:
    """Return what can be found, from either end: damage hides what is behind it."""
    found: set[int] = set()
    for order in ("ASC", "DESC"):
        query = f"SELECT sequence FROM versions NOT INDEXED ORDER BY sequence {order}"  # noqa: S608
        with contextlib.suppress(sqlite3.Error):
            found.update(row["sequence"] for row in source.execute(query))
    return sorted(found)


def _take_one(
    db: sqlite3.Connection, source: sqlite3.Connection, sequence: int, read: ReadBody
) -> bool:
    try:
        row = tables.at(source, sequence)
        if row is None:
            return False
        kept = row.kept
        body = b"" if row.version.is_delete_marker else read(source, row)
    except (sqlite3.Error, StoreRefused, LookupError, ValueError, TypeError):
        return False
    if kept in (tables.CELLS, tables.ROW):  # others are in files of their own, which are there
        put_in(db, sequence, body)
        kept = tables.ROW
    tables.insert(db, row.version, kept, sequence)
    return True
