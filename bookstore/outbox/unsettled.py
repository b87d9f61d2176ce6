"""Keys of which it is not sure that the store's newest version is the one delivered last.

A request that was given up may still be carried out, and later than newer ones: then old content,
or a delete marker, lies on top.  Until nothing like that can happen any more, the key is unsettled.

Knows: SQL.  Must not know: stores.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ..records import ObjectVersion, Operation, OutboxEntry

CHECKS = 2
"""So often a key has to be found in order before it is settled."""
_CLOCK_WAS_SET_BACK_S = 3600.0

# unsettled: one row a key; what was delivered last, and when to look.  suspects: what was given up
# and may land late.  leading: a row while a process delivers; a process that died leaves it behind.
SCHEMA = """
CREATE TABLE IF NOT EXISTS unsettled (
    key TEXT PRIMARY KEY,
    settle_at REAL NOT NULL,
    checks INTEGER NOT NULL DEFAULT 0,
    operation TEXT NOT NULL DEFAULT '',
    save_id TEXT NOT NULL DEFAULT '',
    version_id TEXT NOT NULL DEFAULT '',
    size_bytes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unsettled_by_time ON unsettled (settle_at);
CREATE TABLE IF NOT EXISTS suspects (
    key TEXT NOT NULL, save_id TEXT NOT NULL, operation TEXT NOT NULL, PRIMARY KEY (key, save_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leading (since REAL NOT NULL);
"""

FORGET_HEADS = "UPDATE heads SET sha256 = '?', save_id = '' WHERE sha256 != ''"
"""Every next save counts as a new one.  Their keys stay: it is by them that text is known as a
notebook's."""

_UNSETTLE = """
INSERT INTO unsettled (key, settle_at) {which}
ON CONFLICT (key) DO UPDATE SET settle_at = max(settle_at, excluded.settle_at), checks = 0
"""
_GIVE_UP = "INSERT OR REPLACE INTO suspects (key, save_id, operation) VALUES (?, ?, ?)"
_UNSETTLE_ONE = _UNSETTLE.format(which="VALUES (?, ?)")
_UNSETTLE_HEADS = _UNSETTLE.format(which="SELECT key, ? FROM lines WHERE true")
_GIVE_UP_HEADS = """
INSERT OR REPLACE INTO suspects (key, save_id, operation)
SELECT e.key, e.save_id, e.operation
FROM (SELECT min(sequence) AS sequence FROM entries GROUP BY key) JOIN entries e USING (sequence)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What is known about a key that is not settled."""

    key: str
    operation: Operation | None
    """What was delivered last; None when nothing was since it is unsettled."""
    save_id: str
    version_id: str
    size_bytes: int
    given_up: dict[str, Operation]
    """By save ID: what may still be carried out."""


def unsettle(
    db: sqlite3.Connection, key: str, save_id: str, operation: str, *, settle_at: float
) -> None:
    """Remember that the store may carry this save out at any moment."""
    db.execute(_UNSETTLE_ONE, (key, settle_at))
    db.execute(_GIVE_UP, (key, save_id, operation))


def unsettle_heads_of_the_dead(db: sqlite3.Connection, *, now: float, settle_at: float) -> None:
    """Begin to lead; what a process that died while it led may have tried is unsettled."""
    if db.execute("SELECT since FROM leading").fetchone():
        db.execute(_UNSETTLE_HEADS, (settle_at,))
        db.execute(_GIVE_UP_HEADS)
    db.execute("DELETE FROM leading")
    db.execute("INSERT INTO leading VALUES (?)", (now,))


def note_delivered(db: sqlite3.Connection, entry: OutboxEntry, version: ObjectVersion) -> None:
    """Remember, of an unsettled key, that *version* is what has to be the newest."""
    save_id = (version.metadata or {}).get("save-id", entry.save_id)
    db.execute(
        "UPDATE unsettled SET operation = ?, save_id = ?, version_id = ?, size_bytes = ?,"
        " checks = 0 WHERE key = ?",
        (entry.operation, save_id, version.version_id, entry.size_bytes, entry.key),
    )


def is_unsettled(db: sqlite3.Connection, key: str) -> bool:
    """May the newest version of *key* be another than the one delivered last?"""
    return db.execute("SELECT 1 FROM unsettled WHERE key = ?", (key,)).fetchone() is not None


def are_left(db: sqlite3.Connection) -> bool:
    """Is there a key that is not settled?"""
    return db.execute("SELECT 1 FROM unsettled LIMIT 1").fetchone() is not None


class UnsettledKeys:
    """The outbox's unsettled keys, for whoever settles them.

    *run* runs a function of a connection inside a transaction of the outbox.
    """

    def __init__(self, run: Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]):
        self._run = run

    async def due(self, *, limit: int) -> list[str]:
        """Return up to *limit* keys to look at now: nothing waits for them, and it is time."""
        now = time.time()
        rows = await self._run(
            lambda db: db.execute(
                "SELECT key FROM unsettled WHERE (settle_at <= ? OR settle_at > ?)"
                " AND key NOT IN (SELECT key FROM lines) ORDER BY settle_at LIMIT ?",
                (now, now + _CLOCK_WAS_SET_BACK_S, limit),
            ).fetchall()
        )
        return [row["key"] for row in rows]

    async def of(self, key: str) -> Unsettled | None:
        """Return what is known about *key*; None when it is settled, or something waits for it."""

        def work(db: sqlite3.Connection) -> Unsettled | None:
            row = db.execute(
                "SELECT * FROM unsettled WHERE key = ? AND key NOT IN (SELECT key FROM lines)",
                (key,),
            ).fetchone()
            given_up = db.execute("SELECT * FROM suspects WHERE key = ?", (key,)).fetchall()
            return row and Unsettled(
                key=key,
                operation=row["operation"] or None,
                save_id=row["save_id"],
                version_id=row["version_id"],
                size_bytes=row["size_bytes"],
                given_up={each["save_id"]: each["operation"] for each in given_up},
            )

        found: Unsettled | None = await self._run(work)
        return found

    async def confirm(self, key: str, *, again_in_s: float) -> None:
        """Note that *key* was found in order; the last time settles it."""

        def work(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE unsettled SET checks = checks + 1, settle_at = ? WHERE key = ?",
                (time.time() + again_in_s, key),
            )
            if db.execute(
                "SELECT 1 FROM unsettled WHERE key = ? AND checks >= ?", (key, CHECKS)
            ).fetchone():
                _forget(db, key)

        await self._run(work)

    async def put_off(self, key: str, *, delay_s: float) -> None:
        """Look at *key* again in *delay_s* seconds."""
        await self._run(
            lambda db: (
                db.execute(
                    "UPDATE unsettled SET settle_at = ? WHERE key = ?", (time.time() + delay_s, key)
                ).rowcount
            )
        )

    async def dismiss(self, key: str) -> None:
        """Settle *key* although what was delivered last is not its newest version, nor can be."""

        def work(db: sqlite3.Connection) -> None:
            _forget(db, key)
            db.execute(f"{FORGET_HEADS} AND key = ?", (key,))

        await self._run(work)

    async def begin_repair(self, unsettled: Unsettled, *, settle_after_s: float) -> None:
        """Count the repair itself, before it is begun, among what may land late: it may, too."""
        key, save_id, operation = unsettled.key, unsettled.save_id, str(unsettled.operation)
        settle_at = time.time() + settle_after_s
        await self._run(lambda db: unsettle(db, key, save_id, operation, settle_at=settle_at))

    async def end_repair(self, unsettled: Unsettled, version: ObjectVersion) -> None:
        """Remember the version that the repair made."""
        await self._run(
            lambda db: (
                db.execute(
                    "UPDATE unsettled SET version_id = ? WHERE key = ? AND save_id = ?",
                    (version.version_id, unsettled.key, unsettled.save_id),
                ).rowcount
            )
        )


def _forget(db: sqlite3.Connection, key: str) -> None:
    db.execute("DELETE FROM unsettled WHERE key = ?", (key,))
    db.execute("DELETE FROM suspects WHERE key = ?", (key,))
