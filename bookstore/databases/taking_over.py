"""What is in files that were moved aside goes on in the one that took their place.

Which these are, and how far each is, stands in the new file from its first moment: a process that
dies leaves it to the next.

Knows: sqlite3, the users of a file.  Must not know: threads, what is kept in it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ..concurrency.background import guarded
from . import asides
from .asides import MovedAside, Rescued, Why
from .parts import BROKEN, Part, attempt

_log = logging.getLogger("bookstore.databases")


class TakingOver:
    """Moves what is in the place of *file* aside, and takes it over into a new one."""

    def __init__(self, file: Path, parts: Sequence[Part], schema: str) -> None:
        self.last: MovedAside | None = None
        """What was moved aside last."""
        self.is_unfinished = False
        """Is some of it still to be taken over?"""
        self._file = file
        self._parts = parts
        self._schema = schema
        self._begun: list[MovedAside] = []

    @property
    def is_begun(self) -> bool:
        """Was something moved aside that the new file does not know of yet?"""
        return bool(self._begun)

    def move(self, why: Why) -> bool:
        """Move what is there aside; False when that cannot be done."""
        try:
            before = asides.last_moved(self._file) if why == "gone" else None
            self.last = asides.move_aside(self._file, why, self._schema)
        except OSError as error:
            _log.error("%s cannot be moved aside: %s", self._file.name, error.strerror)
            return False
        self._begun = [before, self.last] if before else [self.last]
        return True

    def note(self, db: sqlite3.Connection) -> None:
        """Write down in the new file what is to be taken over."""
        for moved in self._begun:
            for part in self._parts:
                asides.note(db, moved, part.holds)

    def begin(self, db: sqlite3.Connection) -> None:
        """Take the first part over, in a transaction, now that the new file is open."""
        db.execute("BEGIN IMMEDIATE")
        self.note(db)
        self.take_over_some(db)
        db.execute("COMMIT")
        self._begun = []

    def take_over_some(self, db: sqlite3.Connection) -> bool:
        """Take some more over; tell whether more is left."""
        for moved in asides.unfinished(db, self._file):
            known = {each.holds: each for each in moved.rescued}
            ours = [(part, known[part.holds]) for part in self._parts if part.holds in known]
            rescued = [self._some_of(db, moved, part, before) for part, before in ours]
            self.last = moved._replace(rescued=tuple(rescued))
        self.is_unfinished = asides.is_unfinished(db)
        return self.is_unfinished

    def _some_of(
        self, db: sqlite3.Connection, moved: MovedAside, part: Part, before: Rescued
    ) -> Rescued:
        place = before.place
        if place is None:
            return before
        now = before._replace(place=None)
        # An error of SQLite's means that there is no room for it now: it is tried again.
        with guarded(f"Reading {moved.file.name}", _log, but=BROKEN):
            result, problem = attempt(db, lambda db: part.rescue(db, moved.file, place))
            if problem is not None:
                raise problem
            taken, left, following = result
            now = Rescued(part.holds, before.taken + taken, before.left + left, following)
        asides.note_progress(db, moved.file.name, now)
        return now
