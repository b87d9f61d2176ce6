"""Archive every save: a mixin for contents managers, and Jupyter's own manager with it.

Knows: Jupyter's contents API, the recorder.  Must not know: HTTP, how anything is delivered.

Saves are captured at the manager, not at the HTTP handler, because real-time collaboration and
other extensions call the manager directly.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError

from .identity import current_author, key_username
from .intent import Intent, current_intent, saving_as
from .notebook_bytes import content_type_of, model_bytes
from .path_locks import PathLocks
from .records import ArchiveRecord, Provenance, Save
from .wiring import Bookstore, bookstore_for

__all__ = ["ArchiveRecord", "ArchivingMixin", "BookstoreContentsArchiver"]

Model: TypeAlias = "dict[str, Any]"

_TOGETHER = 32
"""So many files of a folder are read into memory and recorded in one transaction."""


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
        self._saving = PathLocks()

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
        save = await asyncio.to_thread(
            self._save_of, record.filepath, record.content.encode(), current_intent(), self._who()
        )
        saved_at = datetime.fromtimestamp(record.queued_time, timezone.utc)
        await self._record([replace(save, provenance=replace(save.provenance, saved_at=saved_at))])

    # -- what the contents API does ------------------------------------------------------------

    async def save(self, model: Model, path: str = "") -> Model:
        """Save as the manager does, then record the bytes that are now on disk."""
        path = path.strip("/")
        if model.get("type") != "notebook" and not self._is_archived(path):
            saved: Model = await super().save(model, path)
            return saved
        async with self._saving.hold(path):
            saved = await super().save(model, path)
            is_complete = model.get("chunk") in (None, -1)  # an upload's last chunk is -1
            if is_complete and saved["type"] != "directory":
                await _finish(self._record_files([path], current_intent()))
        return saved

    async def rename(self, old_path: str, new_path: str) -> None:
        """Rename; history follows: content at the new key, a delete marker at the old one."""
        old_path, new_path = old_path.strip("/"), new_path.strip("/")
        async with self._holding(old_path, new_path):
            await super().rename(old_path, new_path)
            if old_path != new_path:
                await _finish(self._record_move(old_path, new_path))

    async def delete(self, path: str) -> None:
        """Delete; what was there is archived first, if it is not yet, and can be restored."""
        path = path.strip("/")
        async with self._holding(path):
            doomed = await self._archived_below(path) if path else []
            await self._record_files(doomed, Intent("outside"), only_if_changed=True)
            await super().delete(path)
            await _finish(self._record([self._delete_of(gone) for gone in doomed]))

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copy; the copy's first version knows where it comes from."""
        from_path = from_path.strip("/")
        with saving_as("copy", source=self._key(from_path)):
            copied: Model = await super().copy(from_path, to_path)
        if copied["type"] == "directory":
            to_path = copied["path"].strip("/")
            for path in await self._archived_below(to_path):
                await self._record_files(
                    [path], Intent("copy", self._key(_rebase(path, to_path, from_path)))
                )
        return copied

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Restore a checkpoint; what it replaces is archived first, what it brings afterwards."""
        path = path.strip("/")
        async with self._holding(path):
            paths = [path] if self._is_archived(path) else []
            await self._record_files(paths, Intent("outside"), only_if_changed=True)
            await super().restore_checkpoint(checkpoint_id, path)
            await _finish(self._record_files(paths, Intent("restore", self._key(path))))

    # -- recording -----------------------------------------------------------------------------

    async def _record_move(self, old_path: str, new_path: str) -> None:
        for path in await asyncio.to_thread(self._files_below, new_path):
            was = _rebase(path, new_path, old_path)
            if self._is_archived(path):
                await self._record_files([path], Intent("rename", self._key(was)))
            if self._is_archived(was):
                await self._record([self._delete_of(was)])

    async def _record_files(
        self, paths: Sequence[str], intent: Intent, *, only_if_changed: bool = False
    ) -> None:
        for start in range(0, len(paths), _TOGETHER):
            found = [await self._read(path, intent) for path in paths[start : start + _TOGETHER]]
            await self._record(
                [replace(save, only_if_changed=only_if_changed) for save in found if save]
            )

    async def _record(self, saves: Sequence[Save]) -> None:
        if saves:
            await self.bookstore.recorder.record(saves, reread=self._reread)

    async def _read(self, path: str, intent: Intent) -> Save | None:
        """Return what the file at *path* holds now as a save, or None, told, if it cannot be."""
        try:
            body = await self._saved_bytes(path)
        except (OSError, HTTPError) as error:
            self.log.error("%s was saved but could not be read to archive it: %s", path, error)
            return None
        return await asyncio.to_thread(self._save_of, path, body, intent, self._who())

    async def _saved_bytes(self, path: str) -> bytes:
        if os_path := self._os_path(path):
            return await asyncio.to_thread(os_path.read_bytes)
        return await asyncio.to_thread(model_bytes, await self.get(path, content=True))

    async def _reread(self, save: Save) -> bytes | None:
        try:
            return await self._saved_bytes(save.path)
        except (OSError, HTTPError):
            return None

    def _save_of(self, path: str, body: bytes, intent: Intent, who: tuple[str, str]) -> Save:
        author, username = who
        return Save(
            path=path,
            key=self.bookstore.settings.workspace_key(path, username),
            operation="put",
            provenance=Provenance.of(body, author=author, kind=intent.kind, source=intent.source),
            content_type=content_type_of(path),
            body=body,
        )

    def _delete_of(self, path: str) -> Save:
        provenance = Provenance.of(b"", author=current_author(), kind="delete")
        return Save(
            path=path,
            key=self._key(path),
            operation="delete",
            provenance=replace(provenance, sha256=""),
        )

    # -- paths ---------------------------------------------------------------------------------

    def _key(self, path: str) -> str:
        return self.bookstore.settings.workspace_key(path.strip("/"), key_username())

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
        return [path] if os_path.exists() else []

    @asynccontextmanager
    async def _holding(self, *paths: str) -> AsyncIterator[None]:
        """Let no save of *paths* come between.  Sorted, so that nobody waits for ever."""
        async with AsyncExitStack() as held:
            for path in sorted(set(paths)):
                await held.enter_async_context(self._saving.hold(path))
            yield


class BookstoreContentsArchiver(ArchivingMixin, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's own contents manager, every save of which becomes a version."""


async def _finish(recording: Awaitable[None]) -> None:
    # What is on disk has to be recorded, even when whoever asked for the save is gone.
    await asyncio.shield(asyncio.ensure_future(recording))


def _rebase(path: str, below: str, onto: str) -> str:
    """Return *path*, which is *below* or in it, as the same path in *onto*."""
    return onto + path.removeprefix(below)


def _walk(folder: Path) -> Iterator[str]:
    """Yield the ``/``-separated paths of the files below *folder*, hidden folders left out."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(root).relative_to(folder).as_posix()
        for name in sorted(files):
            yield name if inside == "." else f"{inside}/{name}"
