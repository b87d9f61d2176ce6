"""What was recorded last for each key, whether it still waits or not.

Knows: SQL.  Must not know: stores.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from . import unsettled

_KNOWN = """
SELECT key FROM heads WHERE sha256 != '' AND key IN (SELECT value FROM json_each(?))
"""

_STAND_IN = """
INSERT OR REPLACE INTO stand_ins (key, sha256, save_id)
SELECT key, ?, save_id FROM heads WHERE key = ?
"""
_STAND_IN_OF = """
SELECT s.sha256 FROM heads h JOIN stand_ins s USING (key, save_id) WHERE key = ?
"""


class Heads:
    """The newest saves that went through this outbox.

    *run* runs a function of a connection inside a transaction of the outbox.
    """

    def __init__(self, run: Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]):
        self._run = run

    async def save_id(self, key: str) -> str:
        """Return the save recorded last for *key*; "" after a deletion, or where none is known."""
        row = await self._run(lambda db: find(db, key))
        return row["save_id"] if row is not None and row["sha256"] else ""

    async def known(self, keys: Sequence[str]) -> set[str]:
        """Return those of *keys* that a save was recorded for last, and no deletion."""
        asked = json.dumps(keys)
        found: set[str] = await self._run(
            lambda db: {row["key"] for row in db.execute(_KNOWN, (asked,))}
        )
        return found

    async def holds(self, key: str, sha256: str) -> bool:
        """Were bytes with this *sha256* recorded last for *key*, and is the key settled?"""

        def work(db: sqlite3.Connection) -> bool:
            return sha256 in _known_of(db, key) and not unsettled.is_unsettled(db, key)

        return bool(await self._run(work))

    async def stand_in(self, key: str, sha256: str, *, replaces: str) -> bool:
        """Let :meth:`holds` take bytes with this *sha256* for those recorded last for *key*.

        Only where it holds those with the sha256 *replaces*; says whether.  They are in no version:
        a save of them makes one, and so does what archives them before they go.
        """

        def work(db: sqlite3.Connection) -> bool:
            if replaces not in _known_of(db, key) or unsettled.is_unsettled(db, key):
                return False
            db.execute(_STAND_IN, (sha256, key))
            return True

        return bool(await self._run(work))


def find(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    """Return what was recorded last for *key*."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM heads WHERE key = ?", (key,)).fetchone()
    return row


def _known_of(db: sqlite3.Connection, key: str) -> set[str]:
    """Return the sha256 of what was recorded last for *key*, and of what stands in for it."""
    rows = [find(db, key), db.execute(_STAND_IN_OF, (key,)).fetchone()]
    return {row["sha256"] for row in rows if row is not None}
