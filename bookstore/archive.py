"""Archive every save: a mixin for contents managers, and Jupyter's own manager with it.

Knows: Jupyter's contents API, the recorder.  Must not know: HTTP, how anything is delivered.

Saves are captured at the manager, not at the HTTP handler, because real-time collaboration and
other extensions call the manager directly.
"""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError

from .identity import current_author, key_username
from .intent import Intent, current_intent, saving_as
from .notebook_bytes import content_type_of, model_bytes
from .path_locks import TreeLock
from .records import ArchiveRecord, Provenance, Save
from .s3_paths import to_unicode
from .wiring import Bookstore, bookstore_for

__all__ = ["ArchiveRecord", "ArchivingMixin", "BookstoreContentsArchiver"]

Model: TypeAlias = "dict[str, Any]"

_TOGETHER = 64
_TOGETHER_BYTES = 16 * 2**20
"""So much of a folder is read into memory and recorded in one transaction."""


class _Change(NamedTuple):
    """What an operation does to one file."""

    path: str
    """Where the file is now."""
    intent: Intent
    moved_from: str | None = None
    only_if_changed: bool = False


class ArchivingMixin(AsyncContentsManager):
    """Records what an asynchronous contents manager saves, moves, copies and deletes.

    Put it before the manager: ``class MyManager(ArchivingMixin, TheirManager): ...``.  What is
    archived are the bytes on disk after the save, read back once, off the event loop; managers
    without files on disk have their saved model written as Jupyter would.  Nothing here makes a
    save fail or waits for the store.
    """

    archives_to_bookstore = True
    """How others recognise a manager that archives."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.get is AsyncContentsManager.get:
            raise TypeError(
                f"{cls.__name__}: ArchivingMixin comes before an asynchronous contents manager, "
                "one derived from AsyncContentsManager"
            )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        server = self.parent if self.parent is not None else self
        self.bookstore: Bookstore = bookstore_for(server, root_dir=self.root_dir)
        self._saving = TreeLock()

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
        path = _normal(record.filepath)
        save = await asyncio.to_thread(
            self._save_of, path, record.content.encode(), current_intent(), self._who()
        )
        saved_at = datetime.fromtimestamp(record.queued_time, timezone.utc)
        await self._record([replace(save, provenance=replace(save.provenance, saved_at=saved_at))])

    # -- what the contents API does ------------------------------------------------------------

    async def save(self, model: Model, path: str = "") -> Model:
        """Save as the manager does, then record the bytes that are now on disk."""
        name = _normal(path)
        if model.get("type") != "notebook" and not self._is_archived(name):
            saved: Model = await super().save(model, path)
            return saved
        async with self._saving.hold(name):
            saved = await super().save(model, path)
            is_complete = model.get("chunk") in (None, -1)  # an upload's last chunk is -1
            if is_complete and saved["type"] != "directory":
                await _finish(self._record_changes([_Change(name, current_intent())]))
        return saved

    async def rename(self, old_path: str, new_path: str) -> None:
        """Rename; history follows: content at the new key, a delete marker at the old one."""
        old, new = _normal(old_path), _normal(new_path)
        async with self._saving.hold(old, new):
            await super().rename(old_path, new_path)
            if old != new:
                await _finish(self._record_move(old, new))

    async def delete(self, path: str) -> None:
        """Delete; what was there is archived first, if it is not yet, and can be restored.

        Where that is impossible nothing is deleted.
        """
        name = _normal(path)
        async with self._saving.hold(name):
            doomed = await self._archived_below(name) if name else []
            before = [_Change(file, Intent("outside"), only_if_changed=True) for file in doomed]
            if lost := await self._record_changes(before):
                raise HTTPError(507, f"Not deleted: {lost[0]} could not be archived first.")
            await super().delete(path)
            await _finish(self._record([self._delete_of(file) for file in doomed]))

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copy; the copy's first version knows where it comes from."""
        source = _normal(from_path)
        with saving_as("copy", source=self._key(source)):
            copied: Model = await super().copy(from_path, to_path)
        if copied["type"] == "directory":
            target = _normal(copied["path"])
            async with self._saving.hold(target):
                files = await self._archived_below(target)
                await _finish(
                    self._record_changes(
                        [
                            _Change(file, Intent("copy", self._key(_rebase(file, target, source))))
                            for file in files
                        ]
                    )
                )
        return copied

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Restore a checkpoint; what it replaces is archived first, what it brings afterwards."""
        name = _normal(path)
        if not self._is_archived(name):
            await super().restore_checkpoint(checkpoint_id, path)
            return
        async with self._saving.hold(name):
            before = _Change(name, Intent("outside"), only_if_changed=True)
            if await self._archived_below(name) and await self._record_changes([before]):
                raise HTTPError(507, f"Not restored: {name} could not be archived first.")
            with saving_as("restore", source=self._key(name)):
                await super().restore_checkpoint(checkpoint_id, path)
            restored = _Change(name, Intent("restore", self._key(name)), only_if_changed=True)
            await _finish(self._record_changes([restored]))

    # -- recording -----------------------------------------------------------------------------

    async def _record_move(self, old: str, new: str) -> None:
        changes, gone = [], []
        for file in await asyncio.to_thread(self._files_below, new):
            was = _rebase(file, new, old)
            if self._is_archived(file):
                moved_from = was if self._is_archived(was) else None
                changes.append(_Change(file, Intent("rename", self._key(was)), moved_from))
            elif self._is_archived(was):
                gone.append(self._delete_of(was))
        await self._record_changes(changes)
        await self._record(gone)

    async def _record_changes(self, changes: Iterable[_Change]) -> list[str]:
        """Record what the files of *changes* hold now; return the paths that never can be."""
        lost: list[str] = []
        batch: list[Save] = []
        for change in changes:
            save = await self._read(change)
            if save is None:
                if change.only_if_changed:
                    lost.append(change.path)
                continue
            batch.append(save)
            if change.moved_from is not None:
                batch.append(self._delete_of(change.moved_from))
            if len(batch) >= _TOGETHER or sum(len(s.body) for s in batch) >= _TOGETHER_BYTES:
                lost += await self._record(batch)
                batch = []
        return lost + await self._record(batch)

    async def _record(self, saves: Sequence[Save]) -> list[str]:
        # What is about to be deleted cannot be read again later, so it has no reread.
        reread = None if any(save.only_if_changed for save in saves) else self._reread
        lost = await self.bookstore.recorder.record(saves, reread=reread) if saves else []
        return [save.path for save in lost]

    async def _read(self, change: _Change) -> Save | None:
        """Return what a file holds now as a save; None, told, when it cannot be read."""
        try:
            body = await self._saved_bytes(change.path)
        except Exception:  # a manager may raise anything, and its save is done already
            self.log.exception("%s cannot be read to archive it", change.path)
            if not change.only_if_changed:
                unread = self._save_of(change.path, b"", change.intent, self._who())
                self.bookstore.recorder.hold_unread(unread, self._reread)
            return None
        save = await asyncio.to_thread(self._save_of, change.path, body, change.intent, self._who())
        return replace(save, only_if_changed=change.only_if_changed)

    async def _saved_bytes(self, path: str) -> bytes:
        if os_path := self._os_path(path):
            return await asyncio.to_thread(os_path.read_bytes)
        return await asyncio.to_thread(model_bytes, await self.get(path, content=True))

    async def _reread(self, save: Save) -> bytes | None:
        async with self._saving.hold(save.path):  # not while it is half written
            try:
                return await self._saved_bytes(save.path)
            except Exception as error:  # as above; the recorder tells the user
                self.log.error("%s cannot be read to archive it: %s", save.path, error)
                return None

    def _save_of(self, path: str, body: bytes, intent: Intent, who: tuple[str, str]) -> Save:
        author, username = who
        return Save(
            path=to_unicode(path),
            key=self.bookstore.settings.workspace_key(path, username),
            operation="put",
            provenance=Provenance.of(body, author=author, kind=intent.kind, source=intent.source),
            content_type=content_type_of(path),
            body=body,
        )

    def _delete_of(self, path: str) -> Save:
        provenance = Provenance.of(b"", author=current_author(), kind="delete")
        return Save(
            path=to_unicode(path),
            key=self._key(path),
            operation="delete",
            provenance=replace(provenance, sha256=""),
        )

    # -- paths ---------------------------------------------------------------------------------

    def _key(self, path: str) -> str:
        return self.bookstore.settings.workspace_key(path, key_username())

    def _who(self) -> tuple[str, str]:
        return current_author(), key_username()

    def _is_archived(self, path: str) -> bool:
        return self.bookstore.settings.archives(path)

    def _os_path(self, path: str) -> Path | None:
        """The file of *path*; None for a manager that keeps none."""
        find = getattr(self, "_get_os_path", None)
        return Path(find(path)) if find else None

    async def _archived_below(self, path: str) -> list[str]:
        files = await asyncio.to_thread(self._files_below, path)
        return [file for file in files if self._is_archived(file)]

    def _files_below(self, path: str) -> list[str]:
        """The API path of the file at *path*, or of every file in the folder there.  Blocks."""
        os_path = self._os_path(path)
        if os_path is None:
            return [path]
        if os_path.is_dir():
            return [f"{path}/{below}" for below in _walk(os_path)]
        return [path] if os_path.is_file() else []


class BookstoreContentsArchiver(ArchivingMixin, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's own contents manager, every save of which becomes a version."""


async def _finish(recording: Coroutine[Any, Any, object]) -> None:
    """Wait for *recording* even when whoever asked for the save is gone: it is on disk already."""
    task = asyncio.ensure_future(recording)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _normal(path: str) -> str:
    """Return the one spelling of an API path: ``a//b/../c.ipynb`` is ``a/c.ipynb``."""
    return posixpath.normpath(path.strip("/")) if path.strip("/") else ""


def _rebase(path: str, below: str, onto: str) -> str:
    """Return *path*, which is *below* or in it, as the same path in *onto*."""
    return onto + path.removeprefix(below)


def _walk(folder: Path) -> Iterator[str]:
    """Yield the ``/``-separated paths of the files below *folder*, hidden folders left out."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(root).relative_to(folder).as_posix()
        for name in sorted(files):
            if (Path(root) / name).is_file():  # a pipe would never end
                yield name if inside == "." else f"{inside}/{name}"
