"""What was recorded last for each key, whether it still waits or not.

Knows: SQL.  Must not know: stores.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from . import doubts

_KNOWN = """
SELECT key FROM heads WHERE sha256 != '' AND key IN (SELECT value FROM json_each(?))
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
        """Were bytes with this *sha256* recorded last for *key*, with nothing in doubt since?"""

        def work(db: sqlite3.Connection) -> bool:
            row = find(db, key)
            return row is not None and row["sha256"] == sha256 and not doubts.is_unsettled(db, key)

        return bool(await self._run(work))

    async def stand_in(self, key: str, sha256: str, *, replaces: str) -> bool:
        """Let bytes with this *sha256* count as those recorded last for *key*.

        Only where those have the sha256 *replaces*, with nothing in doubt since; says whether.
        """

        def work(db: sqlite3.Connection) -> bool:
            row = find(db, key)
            if row is None or row["sha256"] != replaces or doubts.is_unsettled(db, key):
                return False
            db.execute("UPDATE heads SET sha256 = ? WHERE key = ?", (sha256, key))
            return True

        return bool(await self._run(work))


def find(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    """Return what was recorded last for *key*."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM heads WHERE key = ?", (key,)).fetchone()
    return row
