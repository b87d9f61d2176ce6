"""What may still be changed about a save that waits: nothing, once its delivery has begun.

The store gets the metadata that the uploader read.  So whoever reads an entry to deliver it ends
its changes in the same step, on the one thread that owns the database; and a process changes
entries only while it is the one that delivers, since nobody else reads them then.

Knows: SQL.  Must not know: stores.
"""

from __future__ import annotations

import json
import sqlite3

from ..records import Kind

AMENDABLE = ("save", "outside", "manual")
"""Kinds that may become ``manual``; what was restored, cloned or renamed stays that."""


class Amends:
    """Which waiting saves may be changed.

    ``begin`` and ``amend`` run on the thread that owns the database, so never at the same time.
    """

    def __init__(self) -> None:
        self.is_leading = False
        """Does this process deliver, and is what one before it may have tried known?"""
        self._begun: set[str] = set()  # save IDs

    def begin(self, save_id: str) -> None:
        """Note that a save is read to be delivered."""
        self._begun.add(save_id)

    def end(self, save_id: str) -> None:
        """Note that a save is out of the outbox."""
        self._begun.discard(save_id)

    def amend(self, db: sqlite3.Connection, save_id: str, kind: Kind) -> bool:
        """Give a waiting save another kind; return False when it is too late for that."""
        if not self.is_leading or save_id in self._begun:
            return False
        row = db.execute(_FIND, (save_id, save_id)).fetchone()
        if row is None:
            return False
        metadata = json.loads(row["metadata"])
        if metadata["kind"] not in AMENDABLE:
            return False
        changed = json.dumps(metadata | {"kind": kind})
        db.execute("UPDATE entries SET metadata = ? WHERE save_id = ?", (changed, save_id))
        return True


_FIND = """
SELECT metadata FROM entries
WHERE save_id = ? AND operation = 'put'
    AND NOT EXISTS (SELECT 1 FROM suspects WHERE suspects.save_id = ?)
"""
