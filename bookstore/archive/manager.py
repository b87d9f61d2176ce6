"""Archive every save: a mixin for contents managers, and Jupyter's own manager with it.

Knows: Jupyter's contents API, the recorder.  Must not know: HTTP, how anything is delivered.

Saves are captured at the manager, not at the HTTP handler, because real-time collaboration and
other extensions call the manager directly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from hashlib import sha256
from typing import Any, TypeAlias

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.contents.manager import AsyncContentsManager

from ..concurrency.background import see_through
from ..editors.shared_documents import Edits
from ..errors import OutboxUnavailable
from ..keys.api_paths import normal_path, rebased
from ..keys.workspace import is_reserved
from ..notebooks.resemblance import says_nothing_new
from ..reasons import Intent, current_intent, saving_as
from ..records import ArchiveRecord, utc_now
from .capture import Change
from .checkpointing import Checkpointing
from .early_capture import EarlyRecording
from .identity import current_author, edited_by, is_asked_for_by_request
from .notebook_forms import is_of_notebook, noting_notebooks
from .quick_saving import WITNESS, QuickNotebookSaving

__all__ = ["ArchiveRecord", "ArchivingMixin", "BookstoreContentsArchiver"]

Model: TypeAlias = "dict[str, Any]"

_WHOLE, _FIRST, _LAST = None, 1, -1
"""The ``chunk`` of a save that is no upload in pieces, and of an upload's first and last piece."""


class ArchivingMixin(Checkpointing):
    """Records what an asynchronous contents manager saves, moves, copies and deletes.

    Put it before the manager: ``class MyManager(ArchivingMixin, TheirManager): ...``.  What is
    archived are the bytes on disk after the save: those that :class:`QuickNotebookSaving` is just
    about to put there, else read back once, off the event loop; managers without files on disk have
    their saved model written as Jupyter would.  Nothing here makes a save fail or waits for the
    store.
    """

    archives_to_bookstore = True
    """How others recognise a manager that archives."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if super().get is AsyncContentsManager.get:
            raise TypeError(
                f"{cls.__name__}: ArchivingMixin comes before an asynchronous contents manager, "
                "one derived from AsyncContentsManager"
            )
        # A class before this one may save a notebook as something else.
        cls.save = noting_notebooks(cls.save)  # type: ignore[method-assign]

    # -- the names of the original -------------------------------------------------------------

    @property
    def path_locks(self) -> dict[str, asyncio.Lock]:
        """The lock of each key that is being delivered; they order, and never skip, uploads."""
        return self.bookstore.uploader.path_locks

    @property
    def path_lock_ready(self) -> asyncio.Lock:
        """Held while a lock is put into :attr:`path_locks`."""
        return self.bookstore.uploader.path_locks.ready

    async def archive(self, record: ArchiveRecord) -> None:
        """Record ``record.content`` as a version of the notebook at ``record.filepath``.

        It is in the outbox when this returns, and is delivered in the background.
        """
        path = normal_path(record.filepath)
        save = await asyncio.to_thread(
            self._save_of, path, record.content.encode(), current_intent(), current_author()
        )
        saved_at = datetime.fromtimestamp(record.queued_time, timezone.utc)
        await self._record([replace(save, provenance=replace(save.provenance, saved_at=saved_at))])

    # -- what the contents API does ------------------------------------------------------------

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
        **more: Any,
    ) -> Model:
        """Read as the manager does; what something else wrote to the file is then recorded."""
        if require_hash:  # some managers know of no hash
            more["require_hash"] = True
        model: Model = await super().get(path, content, type, format, **more)
        if content and model["type"] != "directory":
            self._notice(normal_path(path))
        return model

    @noting_notebooks
    async def save(self, model: Model, path: str = "") -> Model:
        """Save as the manager does, then record the bytes that are now on disk.

        What something else wrote to the file since it was read last is recorded before.
        """
        name = normal_path(path)
        if not await self._is_wanted(model, name):
            saved: Model = await super().save(model, path)
            return saved
        with self._noting_files_beside() as beside:
            async with self._saving.hold(name):
                with self._edits_of_shared(name) as edits:
                    saved = await self._save_and_record(model, path, edits)
        for other in beside:
            async with self._saving.hold(other):
                await see_through(self._record_changes([Change(other, current_intent())]))
        return saved

    async def _is_wanted(self, model: Model, path: str) -> bool:
        """Is what *model* is about to write to *path* to be archived?"""
        if model.get("type") == "directory" or is_reserved("", path):  # labels are kept under such
            return False
        if is_of_notebook(model) or current_intent().kind == "restore":
            return True
        return await self.is_archived(path)

    @contextmanager
    def _edits_of_shared(self, path: str) -> Iterator[Edits]:
        """Have a shared document's version be that of all who edited it since it was saved."""
        if is_asked_for_by_request() or current_intent().kind != "save":
            yield Edits()
            return
        with self.bookstore.shared.saving(path) as edits, edited_by(edits.authors):
            yield edits

    async def _save_and_record(self, model: Model, path: str, edits: Edits) -> Model:
        name, chunk = normal_path(path), model.get("chunk", _WHOLE)
        if chunk in (_WHOLE, _FIRST):
            await self._capture(name, current_author())
        is_description = edits.spare_content and self._may_leave_to_next_version(name)
        before = await self._bytes_at(name) if is_description else None
        early = self._early_recording(name) if before is None else None
        token = WITNESS.set(early)
        try:
            saved: Model = await super().save(model, path)
        finally:
            WITNESS.reset(token)
        if chunk in (_WHOLE, _LAST) and saved["type"] != "directory":
            await see_through(self._record_saved(name, early, before))
        return saved

    def _early_recording(self, path: str) -> EarlyRecording | None:
        """Return how the save of *path* is recorded early; None when it has to be done after it.

        That are saves of which more has to be known, that may take the place of another, and those
        that a hook may write to.
        """
        file, intent, author = self.os_path_of(path), current_intent(), current_author()
        is_ordinary = intent.kind == "save" and self.bookstore.announcements.of(path) is None
        may_change = (
            self.bookstore.settings.coalesce_s or self.post_save_hook or self._post_save_hooks
        )
        if file is None or not is_ordinary or may_change:
            return None
        return EarlyRecording(
            file,
            save_of=lambda content: self._save_of(path, content, intent, author),
            record=lambda save: self._record([save]),
        )

    async def _record_saved(
        self, path: str, early: EarlyRecording | None, before: bytes | None
    ) -> None:
        if before is not None and await self._is_left_to_next_version(path, before):
            self._manual.note_save(self._key(path), "")
            return
        recorded = await early.outcome() if early else None
        if early is None or recorded is None or self._is_written_since(path, early):
            recorded = await self._record_changes([Change(path, current_intent())])
        for save in (*recorded.queued, *recorded.unchanged):
            if save.provenance.kind == "save":
                is_new = save in recorded.queued
                self._manual.note_save(save.key, save.provenance.save_id if is_new else "")

    async def _bytes_at(self, path: str) -> bytes | None:
        """Return what the file at *path* holds; None where it cannot be read."""
        try:
            return (await self._saved_bytes(path))[0]
        except Exception:  # a manager may raise anything, and nobody asked for this
            return None

    def _may_leave_to_next_version(self, path: str) -> bool:
        """May a save of *path* that says nothing new make no version?  Not one that is awaited."""
        bookstore = self.bookstore
        return bookstore.settings.skip_unchanged and bookstore.announcements.of(path) is None

    async def _is_left_to_next_version(self, path: str, before: bytes) -> bool:
        """Is the file what it was with *before*, but for what an editor writes when it opens it?

        Then it counts as the newest version's, and whatever is saved next brings it along.
        """
        signature, after = self._signature(path), await self._bytes_at(path)
        if after is None or not await asyncio.to_thread(says_nothing_new, before, after):
            return False
        old, new = [await asyncio.to_thread(sha256, body) for body in (before, after)]
        heads, key = self.bookstore.outbox.heads, self._key(path)
        try:
            is_left = await heads.stand_in(key, new.hexdigest(), replaces=old.hexdigest())
        except OutboxUnavailable:
            return False
        if is_left and signature is not None:
            self._seen.remember(path, signature, utc_now())
        return is_left

    def _is_written_since(self, path: str, early: EarlyRecording) -> bool:
        """Did something write to the file after it was recorded *early*?"""
        try:
            signature = self._signature(path)
        except Exception:  # then it is read, and what is wrong told
            return True
        if signature is not None and signature == early.signature:
            self._seen.remember(path, signature, utc_now())
            return False
        return True

    async def rename(self, old_path: str, new_path: str) -> None:
        """Rename; history follows: content at the new key, a delete marker at the old one."""
        old, new = normal_path(old_path), normal_path(new_path)
        with self._noting_moves(old, new) as moved:
            async with self._saving.hold(old, new):
                await super().rename(old_path, new_path)
                if old != new:
                    await see_through(self._record_move(old, new))
        for other in moved:
            async with self._saving.hold(*other):
                await see_through(self._record_move(*other))

    async def delete(self, path: str) -> None:
        """Delete; what was there is archived first, if it is not yet, and can be restored.

        Where that is impossible nothing is deleted.
        """
        name = normal_path(path)
        async with self._saving.hold(name):
            doomed = await self._archive_first(name, "deleted") if name else []
            await super().delete(path)
            self._seen.forget(name)
            await see_through(self._record([self._delete_of(file) for file in doomed]))

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copy; the copy's first version knows where it comes from."""
        source = normal_path(from_path)
        with saving_as("copy", source=self._key(source)):
            copied: Model = await super().copy(from_path, to_path)
        if copied["type"] == "directory":
            target = normal_path(copied["path"])
            async with self._saving.hold(target):
                files = await self.archived_among((await self._below_or_told(target)).files)
                await see_through(
                    self._record_changes(
                        [
                            Change(file, Intent("copy", self._key(rebased(file, target, source))))
                            for file in sorted(files)
                        ]
                    )
                )
        return copied


class BookstoreContentsArchiver(ArchivingMixin, QuickNotebookSaving, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's own contents manager, every save of which becomes a version."""
