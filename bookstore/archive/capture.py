"""Record what files hold: the part of the archiver that turns files and folders into saves.

Knows: a contents manager's files, the recorder.  Must not know: HTTP, which operation asks.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from tornado.web import HTTPError

from ..concurrency.path_locks import TreeLock
from ..errors import OutboxUnavailable
from ..files.folders import FolderFiles, files_at
from ..files.last_seen import SeenFiles, Signature, changed_at, read_signed, signature_of
from ..keys.api_paths import normal_path, rebased
from ..keys.workspace import RESERVED_FOLDER
from ..notebooks.models import content_type_of, model_bytes
from ..notebooks.resemblance import Content
from ..notebooks.text_notebooks import without_header
from ..outbox.recorder import Recorded
from ..reasons import Intent
from ..records import Provenance, Save, utc_now
from ..s3_paths import to_unicode
from ..settings.users import server_username
from .archived_files import ArchivedFiles
from .identity import current_author, is_of_shared_document

OUTSIDE = Intent("outside")

LOOKED_AT_BYTES = 256 * 2**20
"""A larger file is not read into memory because somebody looks at it: only before it is
overwritten."""

_TOGETHER = 64
_TOGETHER_BYTES = 16 * 2**20
"""So much of a folder is read into memory and recorded in one transaction."""


class Change(NamedTuple):
    """What an operation does to one file."""

    path: str
    """Where the file is now."""
    intent: Intent
    moved_from: str | None = None
    only_if_changed: bool = False


class _Read(NamedTuple):
    path: str
    save: Save
    signature: Signature | None
    """None for a manager without files."""


class RecordingMixin(ArchivedFiles):
    """What an archiving contents manager needs to record files, and to notice changed ones.

    Nothing here makes an operation of the user fail or waits for the store.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._saving = TreeLock()
        self._seen = SeenFiles()
        self._noticing: set[str] = set()  # paths
        self.bookstore.outbox.when_lost.append(self._look_again)

    # -- edits made outside the editor ---------------------------------------------------------

    async def capture_outside(self, path: str) -> bool:
        """Record what something else wrote to the file at *path*; return whether there was any.

        Costs one look at the file's status where it is as it was when it was read last.  Safe for
        any path: what is missing, not archived, or no file of this manager's is left alone.
        """
        name = normal_path(path)
        if self.bookstore.recorder.held or not await self.is_archived(name):
            return False  # while saves are held, the file is seen to later: it stays where it is
        return await self._capture(name, current_author(), max_bytes=LOOKED_AT_BYTES)

    def _notice(self, path: str) -> None:
        """Have :meth:`capture_outside` happen beside the request under way."""
        if path in self._noticing or self.os_path_of(path) is None:
            return
        self._noticing.add(path)
        self.bookstore.background.start(self._noticed(path, current_author()))

    async def _noticed(self, path: str, author: str) -> None:
        try:
            if not self.bookstore.recorder.held and await self.is_archived(path):
                await self._capture(path, author, max_bytes=LOOKED_AT_BYTES)
        finally:
            self._noticing.discard(path)

    def _look_again(self) -> None:
        # The outbox may have lost saves: what the files hold now is compared with the store.
        self.bookstore.background.start(
            self._capture_all(self._seen.forget_all(), current_author())
        )

    async def _capture_all(self, paths: list[str], author: str) -> None:
        for path in paths:
            await self._capture(path, author, max_bytes=LOOKED_AT_BYTES)

    async def _capture(self, path: str, author: str, *, max_bytes: int | None = None) -> bool:
        async with self._saving.hold(path):
            return await self._capture_held(path, author, max_bytes)

    async def _capture_held(self, path: str, author: str, max_bytes: int | None = None) -> bool:
        try:
            return await self._record_outside(path, author, max_bytes)
        except FileNotFoundError:  # gone since it was looked at
            return False
        except Exception as error:  # a manager may raise anything, and nobody asked for this
            self.log.warning("%s: what something else wrote is not archived: %s", path, error)
            return False

    async def _record_outside(self, path: str, author: str, max_bytes: int | None) -> bool:
        signature = self._signature(path)
        if signature is None or self._seen.is_as(path, signature):
            return False
        if max_bytes is not None and signature.size_bytes > max_bytes:
            return False
        if signature.size_bytes > self.bookstore.settings.outbox_max_bytes:
            self.log.warning("%s was changed from outside and is too large to archive", path)
            self._seen.remember(path, signature, utc_now())
            return False
        read = await self._read(Change(path, OUTSIDE, only_if_changed=True), author)
        if await self._is_recorded(read.save):
            recorded = Recorded()
        else:
            recorded = await self._record([read.save])
        self._remember([read])
        return bool(recorded.queued)

    def _signature(self, path: str) -> Signature | None:
        # Without a thread: Jupyter looks at the same file's status on the event loop as well.
        os_path = self.os_path_of(path)
        return signature_of(os_path) if os_path else None

    def _is_as_seen(self, path: str) -> bool:
        """Is the file at *path* as it was when it was read last?"""
        signature = self._signature(path)
        return signature is not None and self._seen.is_as(path, signature)

    async def _is_recorded(self, save: Save) -> bool:
        """Is *save* what this outbox recorded last?  Then not even the store is asked."""
        try:
            return await self.bookstore.outbox.heads.holds(save.key, save.provenance.sha256)
        except OutboxUnavailable:
            return False

    # -- recording -----------------------------------------------------------------------------

    async def _record_move(self, old: str, new: str) -> None:
        self._seen.forget(old)
        changes, gone = [], []
        files = (await self._below_or_told(new)).files
        archived = await self.archived_among([rebased(file, new, old) for file in files])
        for file in files:
            was = rebased(file, new, old)
            is_kept_for_its_past = was in archived and not self._is_named(was)
            if self._is_named(file) or is_kept_for_its_past:
                moved_from = was if was in archived else None
                changes.append(Change(file, Intent("rename", self._key(was)), moved_from))
            elif was in archived:
                gone.append(self._delete_of(was))
        is_move = bool(gone) or any(change.moved_from for change in changes)
        note = [self._move_of(old, new)] if is_move else []
        await self._record_changes(changes, before=note, after=gone)

    async def _record_changes(
        self, changes: Iterable[Change], *, before: Sequence[Save] = (), after: Sequence[Save] = ()
    ) -> Recorded:
        """Record what the files of *changes* hold now, *before* and *after* with the first and the
        last of them; among the lost are those that cannot be read and have to be."""
        recorded = Recorded()
        batch: list[Save] = [*before]
        reads: list[_Read] = []
        for change in changes:
            author = current_author()
            read = await self._read_or_tell(change, author)
            if read is None:
                if change.only_if_changed:
                    unread = self._save_of(change.path, b"", change.intent, author)
                    recorded = recorded.and_of(Recorded(lost=(unread,)))
                continue
            reads.append(read)
            batch.append(read.save)
            if change.moved_from is not None:
                batch.append(self._delete_of(change.moved_from))
            if len(batch) >= _TOGETHER or sum(len(s.body) for s in batch) >= _TOGETHER_BYTES:
                recorded = recorded.and_of(await self._record(batch))
                self._remember(reads)
                batch, reads = [], []
        recorded = recorded.and_of(await self._record([*batch, *after]))
        self._remember(reads)
        return recorded

    async def _record(self, saves: Sequence[Save]) -> Recorded:
        # What is about to be replaced cannot be read again later, so it has no reread.
        reread = None if any(save.only_if_changed for save in saves) else self._reread
        return await self.bookstore.recorder.record(saves, reread=reread) if saves else Recorded()

    def _remember(self, reads: Iterable[_Read]) -> None:
        for path, _, signature in reads:
            if signature is not None:
                self._seen.remember(path, signature, utc_now())

    async def _archive_first(self, path: str, done: str, *, every: bool = False) -> list[str]:
        """Archive what is at *path*, which is about to be *done*; return the files.

        *every*: also those that were not archived until now.  Raises where one cannot be archived,
        or where it cannot be known which there are.
        """
        below = await self._below(path)
        archived = below.files if every else await self.archived_among(below.files)
        files = [file for file in below.files if file in archived]
        before = [Change(file, OUTSIDE, only_if_changed=True) for file in files]
        recorded = await self._record_changes(before)
        if left := [*below.unread, *(save.path for save in recorded.lost)]:
            raise HTTPError(507, f"Not {done}: {left[0]} could not be archived first.")
        return files

    # -- reading -------------------------------------------------------------------------------

    async def _read_or_tell(self, change: Change, author: str) -> _Read | None:
        """Return what a file holds now; None, told, when it cannot be read."""
        try:
            return await self._read(change, author)
        except Exception:  # a manager may raise anything, and its save is done already
            self.log.exception("%s cannot be read to archive it", change.path)
            if not change.only_if_changed:
                unread = self._save_of(change.path, b"", change.intent, author)
                self.bookstore.recorder.hold_unread(unread, self._reread)
            return None

    async def _read(self, change: Change, author: str) -> _Read:
        body, signature = await self._saved_bytes(change.path)
        is_outside = change.intent.kind == "outside"
        if is_outside:
            author = server_username()  # whoever it was could write here
        intent = await self._intent_of(change, body, author)
        save = await asyncio.to_thread(self._save_of, change.path, body, intent, author)
        provenance = save.provenance
        if is_outside and signature is not None:
            moment = changed_at(signature, self._seen.of(change.path), provenance.saved_at)
            provenance = replace(provenance, saved_at=moment)
        save = replace(save, provenance=provenance, only_if_changed=change.only_if_changed)
        return _Read(change.path, save, signature)

    async def _intent_of(self, change: Change, body: bytes, author: str) -> Intent:
        """Return why *body* was saved: an ordinary save may be one that was announced."""
        announcements = self.bookstore.announcements
        announced = announcements.of(change.path) if change.intent.kind == "save" else None
        if announced is None:
            return change.intent
        cells = await without_header(self, body, change.path)
        content = await asyncio.to_thread(Content.of, cells)
        if not await asyncio.to_thread(announced.is_kept_by, content, author):
            return change.intent
        announcements.withdraw(change.path, announced)
        return announced.intent

    async def _saved_bytes(self, path: str) -> tuple[bytes, Signature | None]:
        if os_path := self.os_path_of(path):
            return await asyncio.to_thread(read_signed, os_path)
        return await asyncio.to_thread(model_bytes, await self.get(path, content=True)), None

    async def _reread(self, save: Save) -> bytes | None:
        async with self._saving.hold(save.path):  # not while it is half written
            try:
                return (await self._saved_bytes(save.path))[0]
            except Exception as error:  # as above; the recorder tells the user
                self.log.error("%s cannot be read to archive it: %s", save.path, error)
                return None

    # -- saves ---------------------------------------------------------------------------------

    def _save_of(self, path: str, body: bytes, intent: Intent, author: str) -> Save:
        return Save(
            path=to_unicode(path),
            key=self._key(path),
            operation="put",
            provenance=Provenance.of(body, author=author, kind=intent.kind, source=intent.source),
            content_type=content_type_of(path),
            body=body,
            is_shared=is_of_shared_document(),
        )

    def _delete_of(self, path: str) -> Save:
        provenance = Provenance.of(b"", author=current_author(), kind="delete")
        return Save(
            path=to_unicode(path),
            key=self._key(path),
            operation="delete",
            provenance=replace(provenance, sha256=""),
        )

    def _move_of(self, old: str, new: str) -> Save:
        """Return the document that says where the file or folder *old* went."""
        move = {"moved_to": to_unicode(new), "at": utc_now().isoformat(timespec="microseconds")}
        body = json.dumps(move, ensure_ascii=False).encode()
        return Save(
            path=f"{RESERVED_FOLDER}/moves/{to_unicode(old)}.json",
            key=self.bookstore.workspace.reserved_key("moves", old),
            operation="put",
            provenance=Provenance.of(body, author=current_author(), kind="rename"),
            content_type="application/json",
            body=body,
        )

    # -- paths ---------------------------------------------------------------------------------

    async def _below(self, path: str) -> FolderFiles:
        """The API path of the file at *path*, or of every file in the folder there."""
        os_path = self.os_path_of(path)
        if os_path is None:
            return FolderFiles([path], [])
        found = await asyncio.to_thread(files_at, os_path)
        return FolderFiles(*([normal_path(f"{path}/{file}") for file in part] for part in found))

    async def _below_or_told(self, path: str) -> FolderFiles:
        """As above; tell of folders that cannot be read, where nothing is lost by that."""
        below = await self._below(path)
        for unread in below.unread:
            self.log.warning("%s cannot be read, so what is in it is not archived", unread)
        return below
