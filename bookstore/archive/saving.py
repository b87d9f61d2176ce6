"""What a save records: the bytes that it writes, and before them what something else wrote.

Knows: what is captured, who edits together.  Must not know: HTTP, how a file is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256

from ..concurrency.background import guarded, see_through
from ..concurrency.context_values import having
from ..editors.shared_documents import Edits
from ..errors import OutboxUnavailable
from ..keys.api_paths import normal_path
from ..keys.workspace import is_reserved
from ..notebooks.resemblance import says_nothing_new
from .archived_files import Model
from .capture import Capture
from .early_capture import EarlyRecording
from .identity import by_editors, current_reason
from .manual_saves import ManualSaves
from .notebook_forms import is_of_notebook, noting_files_beside
from .quick_saving import WITNESS
from .saves import Change, save_of

_WHOLE, _FIRST, _LAST = None, 1, -1
"""The ``chunk`` of a save that is no upload in pieces, and of an upload's first and last piece."""


class Saving:
    """Has saves done, and records them."""

    def __init__(self, capture: Capture, log: logging.Logger) -> None:
        bookstore = self._bookstore = capture.bookstore
        self._capture = capture
        self._log = log
        self._manual = ManualSaves(bookstore.outbox, bookstore.history, bookstore.background, log)

    async def save(
        self,
        model: Model,
        path: str,
        write: Callable[[Model, str], Awaitable[Model]],
        *,
        is_final: bool,
    ) -> Model:
        """Have *write* done, then record the bytes that are now on disk.

        What something else wrote to the file since it was read last is recorded before.
        *is_final*: nothing else writes to the file in the course of *write*.
        """
        name, paths = normal_path(path), self._capture.paths
        if not await self._is_wanted(model, name):
            return await write(model, path)
        with noting_files_beside() as beside:
            async with paths.hold(name):
                with by_editors(self._bookstore.shared, name) as edits:
                    writing, chunk = partial(write, model, path), model.get("chunk", _WHOLE)
                    saved = await self._record_around(writing, name, chunk, edits, is_final)
        for other in beside:
            async with paths.hold(other):
                changes = [Change(other, current_reason())]
                await see_through(self._capture.record_changes(changes))
        return saved

    def note_rename(self, old_path: str, new_path: str) -> None:
        """Note that a file was renamed: the checkpoint that belongs to its last save may follow."""
        key = self._bookstore.workspace.key
        self._manual.note_rename(key(normal_path(old_path)), key(normal_path(new_path)))

    async def note_checkpoint(self, path: str) -> None:
        """Note that somebody asks for a checkpoint of *path*, and so asked for its last save."""
        name = normal_path(path)
        if not self._capture.is_changing(name) and await self._capture.files.is_archived(name):
            async with self._capture.paths.hold(name):  # a save that is under way comes first
                await self._manual.note_checkpoint(self._bookstore.workspace.key(name))

    async def _is_wanted(self, model: Model, path: str) -> bool:
        """Is what *model* is about to write to *path* to be archived?"""
        if model.get("type") == "directory" or is_reserved("", path):  # labels are kept under such
            return False
        if is_of_notebook(model) or current_reason().kind == "restore":
            return True
        return await self._capture.files.is_archived(path)

    async def _record_around(
        self,
        write: Callable[[], Awaitable[Model]],
        path: str,
        chunk: int | None,
        edits: Edits,
        is_final: bool,
    ) -> Model:
        if chunk in (_WHOLE, _FIRST):
            await self._capture.record_outside(path)
        is_description = edits.spare_content and self._may_leave_to_next_version(path)
        before = await self._bytes_at(path) if is_description else None
        early = self._early_recording(path) if is_final and before is None else None
        with having(WITNESS, early):
            saved = await write()
        if chunk in (_WHOLE, _LAST) and saved["type"] != "directory":
            await see_through(self._record_saved(path, early, before))
        return saved

    def _early_recording(self, path: str) -> EarlyRecording | None:
        """Return how the save of *path* is recorded early; None when it has to be done after it.

        That are saves of which more has to be known, and those that may take the place of another.
        """
        bookstore, reason = self._bookstore, current_reason()
        file = self._capture.files.file_of(path)
        is_ordinary = reason.kind == "save" and bookstore.announcements.of(path) is None
        if file is None or not is_ordinary or bookstore.settings.coalesce_s:
            return None
        save_of_content = partial(save_of, bookstore.workspace, path, reason=reason)
        return EarlyRecording(file, save_of_content, self._capture.record)

    async def _record_saved(
        self, path: str, early: EarlyRecording | None, before: bytes | None
    ) -> None:
        if before is not None and await self._is_left_to_next_version(path, before):
            self._manual.note_save(self._bookstore.workspace.key(path), "")
            return
        recorded = await early.outcome() if early else None
        if early is None or recorded is None or self._is_written_since(path, early):
            recorded = await self._capture.record_changes([Change(path, current_reason())])
        for save in (*recorded.queued, *recorded.unchanged):
            if save.provenance.kind == "save":
                is_new = save in recorded.queued
                self._manual.note_save(save.key, save.provenance.save_id if is_new else "")

    async def _bytes_at(self, path: str) -> bytes | None:
        """Return what the file at *path* holds; None where it cannot be read."""
        with guarded(f"What {path} holds is not compared", self._log, level=logging.DEBUG):
            return (await self._capture.reader.bytes_at(path))[0]
        return None

    def _may_leave_to_next_version(self, path: str) -> bool:
        """May a save of *path* that says nothing new make no version?  Not one that is awaited."""
        bookstore = self._bookstore
        return bookstore.settings.skip_unchanged and bookstore.announcements.of(path) is None

    async def _is_left_to_next_version(self, path: str, before: bytes) -> bool:
        """Is the file what it was with *before*, but for what an editor writes when it opens it?

        Then it counts as the newest version's, and whatever is saved next brings it along.
        """
        reader = self._capture.reader
        signature, after = reader.signature(path), await self._bytes_at(path)
        if after is None or not await asyncio.to_thread(says_nothing_new, before, after):
            return False
        old, new = [await asyncio.to_thread(sha256, body) for body in (before, after)]
        heads, key = self._bookstore.outbox.heads, self._bookstore.workspace.key(path)
        try:
            is_left = await heads.stand_in(key, new.hexdigest(), replaces=old.hexdigest())
        except OutboxUnavailable:
            return False
        if is_left:
            reader.remember(path, signature)
        return is_left

    def _is_written_since(self, path: str, early: EarlyRecording) -> bool:
        """Did something write to the file after it was recorded *early*?"""
        failure = f"Whether {path} was written to since is not known"  # then it is read
        with guarded(failure, self._log, level=logging.DEBUG):
            signature = self._capture.reader.signature(path)
            if signature is not None and signature == early.signature:
                self._capture.reader.remember(path, signature)
                return False
        return True
