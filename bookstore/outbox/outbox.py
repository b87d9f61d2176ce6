"""The durable outbox: saves that the store does not have yet, first in, first out per key.

Knows: one SQLite file and the large bodies beside it.  Must not know: stores, HTTP, Jupyter,
settings.

One folder may be shared by several processes: all may add, one delivers (:meth:`Outbox.try_lead`).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from filelock import FileLock, Timeout

from ..errors import BookstoreError, OutboxUnavailable
from ..records import MAX_POSTPONE, OutboxEntry, OutboxTotals, Save
from . import tables
from .body_files import BodyFiles
from .owned_sqlite import OwnedDatabase

T = TypeVar("T")

_LONGEST_S = MAX_POSTPONE.total_seconds()


class Added(NamedTuple):
    """What became of one save."""

    queued: bool
    """False when its bytes equal the newest content recorded for its key."""
    depth: int
    """Entries in the outbox afterwards."""


class Outbox:
    """Saves that wait for the store, on disk before :meth:`add` returns.

    Raises :class:`~bookstore.errors.OutboxUnavailable` from every method when the disk does not
    work; the next call tries again.
    """

    def __init__(
        self,
        directory: Path,
        *,
        max_bytes: int,
        coalesce_s: float = 0.0,
        skip_unchanged: bool = True,
    ) -> None:
        self.directory = directory
        self._max_bytes = max_bytes
        self._coalesce_s = coalesce_s
        self._skip_unchanged = skip_unchanged
        self._database = OwnedDatabase(directory / "outbox.sqlite3", tables.SCHEMA)
        self._files = BodyFiles(directory / "bodies")
        self._lock = FileLock(directory / "delivery.lock", thread_local=False)

    @property
    def moved_aside(self) -> str:
        """The name that a damaged outbox was moved to, or ""."""
        return self._database.moved_aside.name if self._database.moved_aside else ""

    # -- putting in ----------------------------------------------------------------------------

    async def add(self, saves: Sequence[Save]) -> list[Added]:
        """Write *saves* down, all of them or none, and return what became of each.

        When this returns they survive the death of the process and of the machine.  Raises
        :class:`~bookstore.errors.OutboxFull` when they do not fit below the size limit.
        """
        large = {save.provenance.save_id: save.body for save in saves if tables.is_large(save)}
        if large:
            await asyncio.to_thread(self._files.write, large)
        unused: list[str] = []
        try:
            # A cancelled caller's files stay: its entries may be in, else the files are swept.
            added = await self._run(lambda db: [self._insert(db, save, unused) for save in saves])
        except BookstoreError:
            unused = list(large)
            raise
        finally:
            if unused:
                await asyncio.to_thread(self._files.remove, unused)
        return added

    def _insert(self, db: sqlite3.Connection, save: Save, unused: list[str]) -> Added:
        if (self._skip_unchanged or save.only_if_changed) and tables.is_unchanged(db, save):
            unused.append(save.provenance.save_id)
            return Added(queued=False, depth=tables.totals(db).depth)
        queued_at = time.time()
        not_before = queued_at + self._coalesce_s
        if replaced := tables.coalescible(db, save, now=queued_at, window_s=self._coalesce_s):
            queued_at, not_before = replaced["queued_at"], replaced["not_before"]
            tables.delete(db, replaced["sequence"])
            unused.append(replaced["save_id"])
        tables.check_room(db, save, max_bytes=self._max_bytes)
        tables.insert(db, save, queued_at, not_before)
        return Added(queued=True, depth=tables.totals(db).depth)

    # -- looking -------------------------------------------------------------------------------

    async def totals(self) -> OutboxTotals:
        """Return how much waits; costs the same however much that is."""
        return await self._run(tables.totals)

    async def entries(self, *, limit: int = 100) -> list[OutboxEntry]:
        """Return the oldest *limit* entries, oldest first."""
        return await self._select("ORDER BY e.sequence LIMIT ?", limit)

    async def pending(self, key: str) -> list[OutboxEntry]:
        """Return everything that waits for *key*, oldest first."""
        return await self._select("WHERE e.key = ? ORDER BY e.sequence", key)

    async def head(self, key: str) -> OutboxEntry | None:
        """Return the oldest entry of *key*, or None when nothing waits for it."""
        found = await self._select("WHERE e.key = ? ORDER BY e.sequence LIMIT 1", key)
        return found[0] if found else None

    async def due_keys(self, *, limit: int) -> list[str]:
        """Return up to *limit* keys whose oldest entry may be delivered now, longest due first."""
        now = time.time()
        rows = await self._rows(
            "SELECT key FROM lines WHERE due_at <= ? OR due_at > ? ORDER BY due_at LIMIT ?",
            (now, now + _LONGEST_S, limit),
        )
        return [row["key"] for row in rows]

    async def next_due_in_s(self) -> float | None:
        """Return the seconds until the next line is due, 0 or less if one is; None if empty."""
        [row] = await self._rows("SELECT min(due_at) AS due_at FROM lines")
        return None if row["due_at"] is None else float(row["due_at"]) - time.time()

    async def newest_sequence(self) -> int:
        """Return the sequence of the newest entry ever added, 0 if there was none."""
        rows = await self._rows("SELECT seq FROM sqlite_sequence WHERE name = 'entries'")
        return int(rows[0]["seq"]) if rows else 0

    async def body(self, entry: OutboxEntry) -> bytes:
        """Return the bytes that *entry* is to deliver."""
        rows = await self._rows("SELECT body FROM bodies WHERE sequence = ?", (entry.sequence,))
        if rows:
            return bytes(rows[0]["body"])
        return await asyncio.to_thread(self._files.read, entry.save_id)

    # -- taking out ----------------------------------------------------------------------------

    async def remove(self, entry: OutboxEntry) -> int:
        """Forget *entry*, which the store now has, and return how many entries are left."""

        def work(db: sqlite3.Connection) -> tuple[bool, int]:
            return tables.delete(db, entry.sequence), tables.totals(db).depth

        in_file, depth = await self._run(work)
        if in_file:
            await asyncio.to_thread(self._files.remove, [entry.save_id])
        return depth

    async def postpone(
        self, entry: OutboxEntry, *, delay_s: float, reason: str, refused: bool = False
    ) -> None:
        """Try *entry* again in *delay_s* seconds, an hour at most, and remember why."""
        await self._execute(
            "UPDATE lines SET due_at = ?, attempts = attempts + 1, last_error = ?, refused = ?"
            " WHERE key = ?",
            (time.time() + min(delay_s, _LONGEST_S), reason, refused, entry.key),
        )

    async def make_due(self, *, refused_too: bool = False) -> None:
        """Let every line that failed before be tried now; those refused only when asked to."""
        await self._execute(
            "UPDATE lines SET due_at = 0 WHERE attempts > 0 AND refused <= ?", (refused_too,)
        )

    async def end_windows(self) -> None:
        """Let saves that wait for more to coalesce with be delivered now."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("UPDATE entries SET not_before = 0 WHERE not_before > 0")
            db.execute("UPDATE lines SET due_at = 0 WHERE attempts = 0")

        await self._run(work)

    async def forget_heads(self) -> None:
        """Forget what was archived before: the bucket is gone, so unchanged saves count again."""
        await self._execute("DELETE FROM heads")

    # -- sharing and closing -------------------------------------------------------------------

    def try_lead(self) -> bool:
        """Become the process that delivers, if no other is; a dead one gives its place up."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._lock.is_locked:
                self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise OutboxUnavailable(f"The outbox cannot be used: {error.strerror}.") from error
        return True

    def stop_leading(self) -> None:
        """Let another process deliver."""
        self._lock.release(force=True)

    async def sweep(self) -> None:
        """Remove body files that a crash left without an entry.

        None while a damaged outbox lies there: they may be all that is left of its saves.
        """
        rows = await self._rows("SELECT save_id FROM entries WHERE in_file")
        await asyncio.to_thread(self._sweep, {row["save_id"] for row in rows})

    def _sweep(self, wanted: set[str]) -> None:
        if not any(self.directory.glob("*.damaged-*")):
            self._files.sweep(wanted)

    async def close(self) -> None:
        """Stop leading and close the file.  Safe to call twice."""
        await asyncio.to_thread(self._database.close)
        self.stop_leading()

    # -- the database --------------------------------------------------------------------------

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.wrap_future(self._database.run(work))

    async def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return await self._run(lambda db: db.execute(statement, values).fetchall())

    async def _execute(self, statement: str, values: Sequence[Any] = ()) -> None:
        await self._rows(statement, values)

    async def _select(self, clause: str, value: object) -> list[OutboxEntry]:
        return [
            tables.to_entry(row)
            for row in await self._rows(f"{tables.SELECT_ENTRY} {clause}", (value,))
        ]
