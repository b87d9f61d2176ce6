"""Record what files hold, and what is done to them; notice what something else writes to them.

A contents manager that archives *has* a :class:`Capture`, and hands it what Jupyter asks for;
:func:`capture_of` gives it to everybody else.

Knows: a contents manager's files, the recorder.  Must not know: HTTP, how anything is delivered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timezone

from tornado.web import HTTPError

from ..concurrency.background import Guarded, guarded, see_through
from ..concurrency.path_locks import TreeLock
from ..editors.reasons import Reason, saving_as
from ..errors import OutboxUnavailable
from ..keys.api_paths import normal_path, rebased
from ..keys.workspace import is_reserved
from ..outbox.recorder import Recorded
from ..records import ArchiveRecord, Save
from ..wiring import Bookstore
from .archived_files import ArchivedFiles, ContentsFiles
from .identity import current_reason
from .notebook_forms import is_beside, note_beside, noting_moves
from .saves import Change, FileReader, Read, deletion_of, move_of, outside, save_of

LOOKED_AT_BYTES = 256 * 2**20
"""A larger file is not read into memory because somebody looks at it: only before it is
overwritten."""

_TOGETHER = 64
_TOGETHER_BYTES = 16 * 2**20
"""So much of a folder is read into memory and recorded in one transaction."""


class Captured:
    """A contents manager that has a :class:`Capture`."""

    capture: Capture


def capture_of(manager: object) -> Capture | None:
    """Return what records the files of *manager*; None for one that does not archive."""
    return manager.capture if isinstance(manager, Captured) else None


class Capture:
    """Records the files of one contents manager.

    Nothing here waits for the store, or makes an operation of the user fail, but for one that
    would destroy what cannot be archived first.
    """

    def __init__(self, manager: ContentsFiles, bookstore: Bookstore, log: logging.Logger) -> None:
        self.bookstore = bookstore
        self.files = ArchivedFiles(manager, bookstore, log)
        self.reader = FileReader(manager, bookstore)
        self.paths = TreeLock()
        """Held while what is there changes."""
        self._log = log
        self._noticing: set[str] = set()  # paths
        bookstore.outbox.when_lost.append(self._look_again)

    def is_changing(self, path: str) -> bool:
        """Does whoever asks do so in the middle of a save, or another change, of *path*?"""
        name = normal_path(path)
        return self.paths.holds(name) or is_beside(name)

    # -- edits made outside the editor ---------------------------------------------------------

    async def notice(self, path: str) -> bool:
        """Record what something else wrote to the file at *path*; return whether there was any.

        Costs one look at the file's status where it is as it was when it was read last.  Safe for
        any path: what is missing, hidden, not archived, or no file of this manager's is left alone.
        """
        name = normal_path(path)
        if self.bookstore.recorder.held or not await self.files.is_archived(name):
            return False  # while saves are held, the file is seen to later: it stays where it is
        return await self.record_outside(name, max_bytes=LOOKED_AT_BYTES)

    def notice_soon(self, path: str) -> None:
        """Have :meth:`notice` happen beside the request under way."""
        if path not in self._noticing:
            self._noticing.add(path)
            self.bookstore.background.start(self._noticed(path))

    async def _noticed(self, path: str) -> None:
        try:
            await self.notice(path)
        finally:
            self._noticing.discard(path)

    def _look_again(self) -> None:
        # The outbox may have lost saves: what the files hold now is compared with the store.
        self.bookstore.background.start(self._look_at(self.reader.seen.forget_all()))

    async def _look_at(self, paths: list[str]) -> None:
        for path in paths:
            await self.record_outside(path, max_bytes=LOOKED_AT_BYTES)

    async def record_outside(self, path: str, *, max_bytes: int | None = None) -> bool:
        """Record what something else wrote to *path*, archived or not, unless it is larger."""
        async with self.paths.hold(path):
            return await self._record_outside(path, max_bytes)

    async def record_beside(self, os_path: str) -> None:
        """Record what something else wrote to a file that a save of another is about to write."""
        path = self.files.path_of(os_path)
        if path is None or is_reserved("", path) or self.paths.holds(path):
            return
        if note_beside(path):
            # Its lock would be waited for for ever where somebody saves them the other way round.
            await self._record_outside(path)

    async def _record_outside(self, path: str, max_bytes: int | None = None) -> bool:
        failure, gone = f"{path}: what something else wrote is not archived", FileNotFoundError
        with guarded(failure, self._log, level=logging.WARNING), suppress(gone):
            return await self._record_if_new(path, max_bytes)
        return False

    async def _record_if_new(self, path: str, max_bytes: int | None) -> bool:
        if self.files.is_hidden(path):
            return False  # whoever may not see it must not be told of it by its history
        signature = self.reader.signature(path)
        if signature is None or self.reader.seen.is_as(path, signature):
            return False
        if max_bytes is not None and signature.size_bytes > max_bytes:
            return False
        if signature.size_bytes > self.bookstore.settings.outbox_max_bytes:
            self._log.warning("%s was changed from outside and is too large to archive", path)
            self.reader.remember(path, signature)
            return False
        read = await self.reader.read(outside(path))
        is_known = await self._is_recorded(read.save)
        recorded = Recorded() if is_known else await self.record([read.save])
        self._remember([read])
        return bool(recorded.queued)

    async def _is_recorded(self, save: Save) -> bool:
        """Is *save* what this outbox recorded last?  Then not even the store is asked."""
        try:
            return await self.bookstore.outbox.heads.holds(save.key, save.provenance.sha256)
        except OutboxUnavailable:
            return False

    # -- what is done to files -----------------------------------------------------------------

    async def rename(
        self, old_path: str, new_path: str, rename: Callable[[str, str], Awaitable[None]]
    ) -> None:
        """Have *rename* done; history follows, also that of the files it moves beside."""
        old, new = normal_path(old_path), normal_path(new_path)
        with noting_moves(old, new) as beside:
            async with self.paths.hold(old, new):
                await rename(old_path, new_path)
                if old != new:
                    await see_through(self._record_move(old, new))
        for move in beside:
            async with self.paths.hold(*move):
                await see_through(self._record_move(*move))

    async def delete(self, path: str, delete: Callable[[str], Awaitable[None]]) -> None:
        """Have *delete* done once what is at *path* is archived; where it cannot be, refuse."""
        name = normal_path(path)
        async with self.paths.hold(name):
            doomed = await self._archive_first(name, "deleted") if name else []
            await delete(path)
            self.reader.seen.forget(name)
            workspace = self.bookstore.workspace
            await see_through(self.record([deletion_of(workspace, file) for file in doomed]))

    async def record_copied(self, source: str, target: str) -> None:
        """Record what is in the folder *target*, which was copied from *source*."""
        key, reason = self.bookstore.workspace.key, current_reason()
        async with self.paths.hold(target):
            files = await self.files.archived_among(await self.files.below_or_told(target))
            of = {file: key(rebased(file, target, source)) for file in sorted(files)}
            changes = [Change(file, reason.but(Reason("copy", of[file]))) for file in of]
            await see_through(self.record_changes(changes))

    @asynccontextmanager
    async def replacing(self, path: str, *, source: str) -> AsyncIterator[None]:
        """Hold *path* while an earlier version takes the place of what is there.

        What is there is archived first; where that is impossible nothing is replaced.  *source* is
        what history says the restored version came from.
        """
        name = normal_path(path)
        async with self.paths.hold(name):
            await self._archive_first(name, "restored", every=True)
            with saving_as("restore", source=source):
                yield
            if not self.reader.is_as_seen(name):  # else it was restored by saving it
                reason = current_reason().but(Reason("restore", source))
                restored = Change(name, reason, only_if_changed=True)
                await see_through(self.record_changes([restored]))

    async def _record_move(self, old: str, new: str) -> None:
        workspace, reason = self.bookstore.workspace, current_reason()
        self.reader.seen.forget(old)
        changes, gone = [], []
        files = await self.files.below_or_told(new)
        archived = await self.files.archived_among([rebased(file, new, old) for file in files])
        for file in files:
            was = rebased(file, new, old)
            is_kept_for_its_past = was in archived and not self.files.is_named(was)
            if self.files.is_named(file) or is_kept_for_its_past:
                moved_from = was if was in archived else None
                renamed = reason.but(Reason("rename", workspace.key(was)))
                changes.append(Change(file, renamed, moved_from))
            elif was in archived:
                gone.append(deletion_of(workspace, was))
        is_move = bool(gone) or any(change.moved_from for change in changes)
        note = [move_of(workspace, old, new)] if is_move else []
        await self.record_changes(changes, before=note, after=gone)

    async def _archive_first(self, path: str, done: str, *, every: bool = False) -> list[str]:
        """Archive what is at *path*, which is about to be *done*; return the files.

        *every*: also those that were not archived until now.  Raises where one cannot be archived,
        or where it cannot be known which there are.
        """
        below = await self.files.below(path)
        archived = below.files if every else await self.files.archived_among(below.files)
        files = [file for file in below.files if file in archived]
        recorded = await self.record_changes([outside(file) for file in files])
        if left := [*below.unread, *(save.path for save in recorded.lost)]:
            raise HTTPError(507, f"Not {done}: {left[0]} could not be archived first.")
        return files

    # -- recording -----------------------------------------------------------------------------

    async def archive(self, record: ArchiveRecord) -> None:
        """Record what *record* says was saved."""
        path, workspace = normal_path(record.filepath), self.bookstore.workspace
        body, reason = record.content.encode(), current_reason()
        save = await asyncio.to_thread(save_of, workspace, path, body, reason)
        saved_at = datetime.fromtimestamp(record.queued_time, timezone.utc)
        await self.record([replace(save, provenance=replace(save.provenance, saved_at=saved_at))])

    async def keep(self, body: bytes, back: Change, reason: Reason) -> None:
        """Record *body*, which somebody has of the file at the path of *back*, and what the file
        holds after it: that stays the newest version.

        Raises :class:`~bookstore.errors.OutboxError` where they cannot be recorded at once: *body*
        is in no file, from which it could be read later.
        """
        async with self.paths.hold(back.path):
            await self._record_outside(back.path)
            kept = await asyncio.to_thread(
                save_of, self.bookstore.workspace, back.path, body, reason
            )
            read = await self._read_or_hold(back)
            reads = [] if isinstance(read, Save) else [read]
            await self.bookstore.recorder.record_now([kept, *(read.save for read in reads)])
            self._remember(reads)

    async def record_changes(
        self, changes: Iterable[Change], *, before: Sequence[Save] = (), after: Sequence[Save] = ()
    ) -> Recorded:
        """Record what the files of *changes* hold now, *before* and *after* with the first and the
        last of them; among the lost are those that cannot be read and have to be."""
        recorded = Recorded()
        batch: list[Save] = [*before]
        reads: list[Read] = []
        for change in changes:
            read = await self._read_or_hold(change)
            if isinstance(read, Save):
                recorded = recorded.and_of(Recorded(lost=(read,) if change.only_if_changed else ()))
                continue
            reads.append(read)
            batch.append(read.save)
            if change.moved_from is not None:
                batch.append(deletion_of(self.bookstore.workspace, change.moved_from))
            if len(batch) >= _TOGETHER or sum(len(s.body) for s in batch) >= _TOGETHER_BYTES:
                recorded = recorded.and_of(await self.record(batch))
                self._remember(reads)
                batch, reads = [], []
        recorded = recorded.and_of(await self.record([*batch, *after]))
        self._remember(reads)
        return recorded

    async def record(self, saves: Sequence[Save]) -> Recorded:
        """Put *saves* into the outbox, or hold them."""
        # What is about to be replaced cannot be read again later, so it has no reread.
        reread = None if any(save.only_if_changed for save in saves) else self._reread
        return await self.bookstore.recorder.record(saves, reread=reread) if saves else Recorded()

    def _remember(self, reads: Iterable[Read]) -> None:
        for path, _, signature in reads:
            self.reader.remember(path, signature)

    async def _read_or_hold(self, change: Change) -> Read | Save:
        """Return what a file holds now; its save without a body, told, when it cannot be read.

        What has to be read at once is not held to be read later.
        """
        with self._reading(change.path):
            return await self.reader.read(change)
        unread = save_of(self.bookstore.workspace, change.path, b"", change.reason)
        if not change.only_if_changed:
            self.bookstore.recorder.hold_unread(unread, self._reread)
        return unread

    async def _reread(self, save: Save) -> bytes | None:
        async with self.paths.hold(save.path):  # not while it is half written
            with self._reading(save.path):
                return (await self.reader.bytes_at(save.path))[0]
        return None

    def _reading(self, path: str) -> AbstractContextManager[Guarded]:
        return guarded(f"{path} cannot be read to archive it", self._log, level=logging.ERROR)
