"""Archive every save: a mixin for contents managers, and Jupyter's own manager with it.

Saves are captured at the manager, not at the HTTP handler, because real-time collaboration and
other extensions call the manager directly.

Knows: Jupyter's contents API.  Must not know: HTTP, what is recorded, how it is delivered.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.checkpoints import AsyncCheckpoints
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.contents.manager import AsyncContentsManager
from traitlets import default

from ..editors.reasons import saving_as
from ..files.contents_managers import file_of
from ..keys.api_paths import normal_path
from ..records import ArchiveRecord
from ..wiring import Bookstore, bookstore_for
from .archived_files import Model
from .capture import Capture, Captured
from .checkpoints import BookstoreCheckpoints
from .notebook_forms import note_move, noting_notebooks
from .quick_saving import QuickNotebookSaving
from .saving import Saving
from .watching import Watcher

__all__ = ["ArchiveRecord", "ArchivingMixin", "BookstoreContentsArchiver"]


class ArchivingMixin(Captured, AsyncContentsManager):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        server = self if self.parent is None else self.parent
        self.bookstore: Bookstore = bookstore_for(server, root_dir=self.root_dir)
        self.capture = Capture(self, self.bookstore, self.log)
        self._saving = Saving(self.capture, self.log)
        self._watcher = Watcher(self.capture, every_s=self.bookstore.settings.watch_s)
        self.bookstore.guests.append(self._watcher.stop)

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
        await self.capture.archive(record)

    # -- files ---------------------------------------------------------------------------------

    def os_path_of(self, path: str) -> Path | None:
        """Return the file of *path*; None for a manager that keeps none."""
        return file_of(self, path)

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
            self.capture.notice_soon(normal_path(path))
            if model["type"] == "notebook":
                self._watcher.note_open(normal_path(path))
        return model

    @noting_notebooks
    async def save(self, model: Model, path: str = "") -> Model:
        """Save as the manager does, then record the bytes that are now on disk."""
        has_hooks = bool(self.post_save_hook or self._post_save_hooks)
        return await self._saving.save(model, path, super().save, is_final=not has_hooks)

    async def _save_notebook(self, os_path: str, *args: Any, **kwargs: Any) -> None:
        await self.capture.record_beside(os_path)
        await super()._save_notebook(os_path, *args, **kwargs)  # type: ignore[misc]

    async def _save_file(self, os_path: str, *args: Any, **kwargs: Any) -> None:
        await self.capture.record_beside(os_path)
        await super()._save_file(os_path, *args, **kwargs)  # type: ignore[misc]

    async def rename(self, old_path: str, new_path: str) -> None:
        """Rename; history follows: content at the new key, a delete marker at the old one."""
        await self.capture.rename(old_path, new_path, super().rename)
        self._saving.note_rename(old_path, new_path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename one file as the manager does; others may be renamed with it."""
        await super().rename_file(old_path, new_path)
        note_move(old_path, new_path)

    async def delete(self, path: str) -> None:
        """Delete; what was there is archived first, if it is not yet, and can be restored.

        Where that is impossible nothing is deleted.
        """
        await self.capture.delete(path, super().delete)

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copy; the copy's first version knows where it comes from."""
        source = normal_path(from_path)
        with saving_as("copy", source=self.bookstore.workspace.key(source)):
            copied: Model = await super().copy(from_path, to_path)
        if copied["type"] == "directory":
            await self.capture.record_copied(source, normal_path(copied["path"]))
        return copied

    # -- checkpoints ---------------------------------------------------------------------------

    @default("checkpoints_class")
    def _checkpoints_class_default(self) -> type[AsyncCheckpoints]:
        return BookstoreCheckpoints

    @default("checkpoints")
    def _default_checkpoints(self) -> AsyncCheckpoints:
        if not issubclass(self.checkpoints_class, BookstoreCheckpoints):
            made: AsyncCheckpoints = super()._default_checkpoints()
            return made
        kept_by_default = {"parent": self, "files_class": self.file_checkpoints_class}
        return self.checkpoints_class(**{**kept_by_default, **self.checkpoints_kwargs})

    @property
    def file_checkpoints_class(self) -> type[AsyncCheckpoints]:
        """What keeps the checkpoints of files that are not archived: the manager's own."""
        find = getattr(super(), "_checkpoints_class_default", None)
        found: type[AsyncCheckpoints] = find() if find else AsyncGenericFileCheckpoints
        return found

    async def create_checkpoint(self, path: str) -> Model:
        """Make a checkpoint.  One that follows a save says that the user asked for that save."""
        await self._saving.note_checkpoint(path)
        made: Model = await super().create_checkpoint(path)
        return made

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Restore a checkpoint; what it replaces is archived first, what it brings afterwards."""
        name, ours = normal_path(path), self.checkpoints
        is_version = isinstance(ours, BookstoreCheckpoints) and ours.names_version(checkpoint_id)
        if is_version or not await self.capture.files.is_archived(name):
            await super().restore_checkpoint(checkpoint_id, path)
            return
        async with self.capture.replacing(name, source=self.bookstore.workspace.key(name)):
            await super().restore_checkpoint(checkpoint_id, path)


class BookstoreContentsArchiver(ArchivingMixin, QuickNotebookSaving, AsyncLargeFileManager):  # type: ignore[misc]
    """Jupyter's own contents manager, every save of which becomes a version."""
