"""The outbox's part of the SQLite file that it is in, alone or with others.

Knows: the outbox's tables, SQL.  Must not know: stores, event loops.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

from ..databases.bodies import BodyFiles
from ..databases.parts import Part
from . import moving, tables, unsettled
from .rescue import take_over

BODIES = "bodies"
"""The folder of large bodies, beside the database."""
RESERVE = "reserve"
"""The file of no use that is removed when the disk is full."""


def part(directory: Path, *, before: Path | None = None) -> Part:
    """Return the tables of an outbox in *directory*, for the file that they are to be in.

    *before*: the folder of an outbox of its own, which that one follows; what waits there goes on
    waiting here.
    """
    files = BodyFiles(directory / BODIES)

    def rescue(db: sqlite3.Connection, aside: Path, _: int) -> tuple[int, int, None]:
        taken, left = take_over(db, aside, files.read)  # few wait
        return taken, left, None

    schema = unsettled.SCHEMA + tables.SCHEMA + moving.SCHEMA
    made = Part(schema, rescue, files=tables.files_of, traces=(RESERVE,))
    if before is None:
        return made
    return made._replace(begin=partial(moving.move_in, before=before, files=files))
