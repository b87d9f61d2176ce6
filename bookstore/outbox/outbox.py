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
from functools import partial
from pathlib import Path
from typing import Any

from ..databases.bodies import BodyFiles
from ..databases.owned import OwnedDatabase
from ..errors import OutboxUnavailable, SaveLost
from ..files.os_lock import NoFileLocksError, OsLock
from ..records import Kind, ObjectVersion, OutboxEntry, OutboxTotals, Save
from . import moving, tables, unsettled
from .amends import Amends
from .file_state import file_state
from .guarded_database import GuardedDatabase, unusable, without_locks
from .handing_out import Adopt, Round, hand_out_due
from .newest import Heads
from .part import BODIES, part
from .tables import Added, Removed

LONGEST_POSTPONE_S = 60.0
"""No delivery is ever postponed for longer; a time beyond it means that the clock was set back."""


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
        grace_s: float = 0.0,
        skip_unchanged: bool = True,
        database: OwnedDatabase | None = None,
        before: Path | None = None,
    ) -> None:
        """*grace_s*: so long an ordinary save waits at least, and may be amended.

        *database*: a file in *directory* with a :func:`part` for this; one of its own by default.
        *before*: the folder of an outbox that this one follows.
        """
        self.directory = directory
        self._max_bytes = max_bytes
        self._coalesce_s = coalesce_s
        self._grace_s = grace_s
        self._skip_unchanged = skip_unchanged
        self._longest_s = max(LONGEST_POSTPONE_S, coalesce_s)
        self._files = BodyFiles(directory / BODIES)
        self._database = database or OwnedDatabase(
            directory / moving.DATABASE, [part(directory)], tables.FORMAT_NUMBER
        )
        self.disk_setting = "outbox_dir" if database is None else "local_store_dir"
        """The setting that says on which disk this is."""
        self.file = self._database.file
        """Where what waits is, large bodies aside."""
        self.file_state = partial(file_state, self.file)
        self._guarded = GuardedDatabase(self._database, self.disk_setting)
        self._run = self._guarded.run
        self._lock_file = directory / "delivery.lock"
        self._lock = OsLock(self._lock_file)
        self._before = before
        self._is_in_one_step = database is not None  # then nothing is ever half delivered
        self._amends = Amends()
        self._amends.is_leading = self._is_in_one_step
        self.unsettled = unsettled.UnsettledKeys(self._run)
        self.heads = Heads(self._run)
        self.when_lost = self._guarded.when_lost

    @property
    def problem(self) -> str:
        """What happened to the outbox that somebody has to know, in words; "" when nothing did."""
        return self._guarded.problem

    def is_there(self) -> bool:
        """May anything wait?  Asking makes no file."""
        before = self._before is not None and (self._before / moving.DATABASE).exists()
        database = self._database
        return before or database.file.exists() or database.is_to_be_told_of()

    # -- putting in ----------------------------------------------------------------------------

    async def add(self, saves: Sequence[Save]) -> list[Added]:
        """Write *saves* down, all of them or none, and return what became of each.

        When this returns they survive the death of the process and of the machine.  Adding a save
        again changes nothing.  Raises :class:`~bookstore.errors.OutboxFull` when they do not fit
        below the size limit, :class:`~bookstore.errors.SaveTooLarge` when one never will.
        """
        for save in saves:
            tables.check_size(save, max_bytes=self._max_bytes)
        written = await self._write_large(saves)
        # What a failure leaves behind is swept later: the same save may be added once more.
        outcomes = await self._run(lambda db: self._insert_all(db, saves, written), is_adding=True)
        if unused := [save_id for _, found in outcomes for save_id in found]:
            await asyncio.to_thread(self._files.remove, unused)
        return [added for added, _ in outcomes]

    async def _write_large(self, saves: Sequence[Save]) -> set[str]:
        large = {save.provenance.save_id: save.body for save in saves if tables.is_large(save)}
        if not large:
            return set()
        waiting = await self._run(lambda db: tables.waiting_ids(db, large))
        missing = {save_id: body for save_id, body in large.items() if save_id not in waiting}
        try:
            await asyncio.to_thread(self._files.write, missing)
        except OSError as error:
            raise unusable(error.strerror) from error
        return set(missing)

    def _insert_all(
        self, db: sqlite3.Connection, saves: Sequence[Save], written: set[str]
    ) -> list[tuple[Added, list[str]]]:
        inline_bytes = sum(len(save.body) for save in saves if not tables.is_large(save))
        self._guarded.room.require(inline_bytes, reusable_bytes=tables.reusable_bytes(db))
        return [self._insert(db, save, written) for save in saves]

    def _insert(
        self, db: sqlite3.Connection, save: Save, written: set[str]
    ) -> tuple[Added, list[str]]:
        """Insert *save*; return what became of it, and the body files that nobody needs now."""
        save_id = save.provenance.save_id
        if tables.waiting_ids(db, [save_id]) or (tables.is_large(save) and save_id not in written):
            return Added(queued=True, depth=tables.depth(db)), []
        skip = (self._skip_unchanged or save.only_if_changed) and tables.is_unchanged(db, save)
        if skip or tables.is_delivered(db, save):
            return Added(queued=False, depth=tables.depth(db)), [save_id]
        unused: list[str] = []
        queued_at = time.time()
        grace_s = self._grace_s if save.provenance.kind == "save" else 0.0
        not_before = queued_at + (self._coalesce_s or grace_s)
        if replaced := tables.coalescible(db, save, now=queued_at, window_s=self._coalesce_s):
            queued_at, not_before = replaced["queued_at"], replaced["not_before"]
            save = tables.going_on_from(replaced, save)
            tables.delete(db, replaced["save_id"])
            unused = [replaced["save_id"]]
        tables.check_room(db, save, max_bytes=self._max_bytes)
        tables.insert(db, save, queued_at, not_before)
        return Added(queued=True, depth=tables.depth(db)), unused

    async def amend(self, save_id: str, kind: Kind) -> bool:
        """Give a waiting save another kind; False when its delivery has begun, or may have."""
        return await self._run(lambda db: self._amends.amend(db, save_id, kind))

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

    async def agenda(self, *, limit: int) -> tables.Agenda:
        """Return what is to be done, with up to *limit* keys that are due."""
        now = time.time()
        return await self._run(
            lambda db: tables.agenda(db, now=now, longest_s=self._longest_s, limit=limit)
        )

    async def next(self, key: str) -> tables.Waiting | None:
        """Return the oldest entry of *key* and its body; None when none may be delivered now.

        From then on it is not amended any more.
        """

        def work(db: sqlite3.Connection) -> tables.Waiting | None:
            row = db.execute(tables.SELECT_NEXT, (key,)).fetchone()
            now = time.time()
            if not row or not tables.is_due(row["due_at"], now=now, longest_s=self._longest_s):
                return None
            self._amends.begin(row["save_id"])
            return tables.Waiting(tables.to_entry(row), row["body"])

        return await self._run(work)

    async def body(self, entry: OutboxEntry) -> bytes:
        """Return the bytes that *entry* is to deliver.

        Raises :class:`~bookstore.errors.SaveLost` when they are gone for good.
        """
        rows = await self._rows(tables.SELECT_BODY, (entry.save_id,))
        if rows:
            return bytes(rows[0]["body"])
        try:
            return await asyncio.to_thread(self._files.read, entry.save_id)
        except FileNotFoundError as error:
            raise SaveLost("The body of a waiting save is gone from the outbox.") from error
        except OSError as error:
            raise OutboxUnavailable(
                f"The body of a waiting save cannot be read: {error.strerror}."
            ) from error

    # -- taking out ----------------------------------------------------------------------------

    async def hand_out(self, adopt: Adopt, *, limit: int) -> Round:
        """Let *adopt* make versions, in the same file, of what is due of up to *limit* keys.

        An entry becomes a version and leaves the outbox in one transaction, in the order of the
        saves; a power cut may undo that, and then it is done again.
        """
        now = time.time()

        done = await self._run(
            lambda db: hand_out_due(db, adopt, now=now, longest_s=self._longest_s, limit=limit),
            is_lasting=False,
        )
        if unused := [out.entry.save_id for out in done.handed if out.has_unused_file]:
            await asyncio.to_thread(self._files.remove, unused)
        return done

    async def remove(self, entry: OutboxEntry, version: ObjectVersion | None = None) -> Removed:
        """Forget *entry*, which the store now has as *version*."""

        def note(db: sqlite3.Connection) -> None:
            if version is not None:
                unsettled.note_delivered(db, entry, version)

        return await self._take_out(entry, note)

    async def discard(self, entry: OutboxEntry) -> Removed:
        """Take out *entry*, which can never be delivered; the same content counts as new again."""
        return await self._take_out(entry, lambda db: tables.forget_head(db, entry))

    async def _take_out(
        self, entry: OutboxEntry, note: Callable[[sqlite3.Connection], None]
    ) -> Removed:
        def work(db: sqlite3.Connection) -> tuple[tables.Deleted, int]:
            note(db)
            return tables.delete(db, entry.save_id), tables.depth(db)

        deleted, depth = await self._run(work)
        self._amends.end(entry.save_id)
        if deleted.in_file:
            await asyncio.to_thread(self._files.remove, [entry.save_id])
        return Removed(depth, deleted.is_last)

    async def postpone(
        self,
        entry: OutboxEntry,
        *,
        delay_s: float,
        reason: str,
        refused: bool = False,
        settle_after_s: float | None = None,
    ) -> None:
        """Try *entry* again in *delay_s* seconds, a minute at most, and remember why.

        *settle_after_s*: the store may still carry out what it was told; look in so many seconds.
        """
        now = time.time()

        def work(db: sqlite3.Connection) -> None:
            if settle_after_s is not None:
                unsettled.unsettle(
                    db, entry.key, entry.save_id, entry.operation, settle_at=now + settle_after_s
                )
            due_at = now + min(delay_s, LONGEST_POSTPONE_S)
            tables.postpone(db, entry.key, due_at, reason, refused=refused)

        await self._run(work)

    async def make_due(self, *, refused_too: bool = False) -> None:
        """Let every line that failed before be tried now; those refused only when asked to."""
        await self._rows(
            "UPDATE lines SET due_at = 0 WHERE attempts > 0 AND refused <= ?", (refused_too,)
        )

    async def end_windows(self) -> None:
        """Let saves that wait to be coalesced or amended be delivered now."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("UPDATE entries SET not_before = 0 WHERE not_before > 0")
            db.execute("UPDATE lines SET due_at = 0 WHERE attempts = 0")

        await self._run(work)

    async def forget_heads(self) -> None:
        """Forget what was archived before: the bucket is gone, so unchanged saves count again."""
        await self._rows(unsettled.FORGET_HEADS)

    # -- sharing and closing -------------------------------------------------------------------

    def try_lead(self) -> bool:
        """Become the process that delivers, if no other is; a dead one gives its place up.

        Where an entry becomes a version in one step, each process may.
        """
        if self._is_in_one_step:
            return True
        try:
            if self._lock.is_held:
                if self._lock_file.exists():
                    return True
                self.stop_leading()  # a lock on a file that was removed keeps nobody out
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._lock.try_acquire()
        except NoFileLocksError as error:
            raise without_locks(self.disk_setting) from error
        except OSError as error:
            raise unusable(error.strerror) from error

    async def begin_lead(self, *, settle_after_s: float) -> None:
        """Note that this process delivers from now on.

        What one that died before may have tried is looked for in the store before it is put again.
        """
        now = time.time()
        await self._run(
            lambda db: unsettled.unsettle_heads_of_the_dead(
                db, now=now, settle_at=now + settle_after_s
            )
        )
        self._amends.is_leading = True

    async def end_lead(self, given_up: Sequence[OutboxEntry], *, settle_after_s: float) -> None:
        """Note that this process delivers no more; *given_up* were under way."""
        settle_at = time.time() + settle_after_s

        def work(db: sqlite3.Connection) -> None:
            for entry in given_up:
                unsettled.unsettle(
                    db, entry.key, entry.save_id, entry.operation, settle_at=settle_at
                )
            db.execute("DELETE FROM leading")

        self._amends.is_leading = False
        await self._run(work)

    def stop_leading(self) -> None:
        """Let another process deliver."""
        self._amends.is_leading = self._is_in_one_step
        self._lock.release()

    async def sweep(self) -> None:
        """Remove body files that a crash left without an entry.

        None while an outbox lies there that was moved aside: they may be all that is left of its
        saves.
        """
        needed = await self._run(self._database.files_needed)
        if needed is not None:
            await asyncio.to_thread(self._files.sweep, needed)

    async def close(self) -> None:
        """Stop leading and close the file.  Safe to call twice."""
        await asyncio.to_thread(self._database.close)
        self.stop_leading()

    # -- the database --------------------------------------------------------------------------

    async def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        return await self._run(lambda db: db.execute(statement, values).fetchall())

    async def _select(self, clause: str, value: object) -> list[OutboxEntry]:
        return [
            tables.to_entry(row)
            for row in await self._rows(f"{tables.SELECT_ENTRY} {clause}", (value,))
        ]
