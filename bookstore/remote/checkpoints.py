"""Checkpoints of what lives in a store are its versions: as many as there are, and none is copied.

Making one costs nothing, since the save before it made a version.  Deleting one deletes nothing:
history stays.

Knows: Jupyter's Checkpoints API, history.  Must not know: stores.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, TypeAlias

from jupyter_server.services.contents.checkpoints import (
    AsyncCheckpoints,
    AsyncGenericCheckpointsMixin,
)
from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError

from ..archive.checkpoints import LOOKED_AT, most_wanted
from ..archive.manual_saves import FOLLOWS_WITHIN_S
from ..archive.user_files import own_model, save_over
from ..concurrency.background import guarded
from ..history import Entry, Read
from ..keys.api_paths import normal_path
from ..keys.checkpoint_ids import CheckpointAddress, from_checkpoint_id, to_checkpoint_id
from ..keys.workspace import is_reserved
from ..notebooks.models import build_file_model
from ..records import ObjectVersion
from ..wiring import Bookstore
from .failures import told_as_http
from .tree import Tree

Model: TypeAlias = "dict[str, Any]"


class VersionCheckpoints(AsyncGenericCheckpointsMixin, AsyncCheckpoints):
    """The checkpoints of an :class:`~bookstore.remote.ObjectStoreContentsManager`."""

    def __init__(
        self, *, parent: AsyncContentsManager, bookstore: Bookstore, tree: Tree, **kwargs: Any
    ) -> None:
        super().__init__(parent=parent)
        self._bookstore = bookstore
        self._tree = tree

    async def create_checkpoint(self, contents_mgr: AsyncContentsManager, path: str) -> Model:
        """Return the newest version as a checkpoint, and note that somebody asked for it.

        The editors ask when a user saves, and not when they save by themselves.
        """
        with told_as_http():
            version = await self._tree.file(normal_path(path))
        if version is None:
            raise HTTPError(404, f"File does not exist: {path}")
        if (version.metadata or {}).get("kind") in ("save", "rename"):
            self._bookstore.background.start(self._note_asked_for(version))
        return {
            "id": to_checkpoint_id(CheckpointAddress(version.version_id)),
            "last_modified": version.modified_at,
        }

    async def list_checkpoints(self, path: str) -> list[Model]:
        """Return the newest versions, those somebody asked for first of all; the last one is shown
        first."""
        key = self._bookstore.workspace.key(normal_path(path))
        with told_as_http():
            page = await self._bookstore.within(self._bookstore.history.page(key, limit=LOOKED_AT))
        chosen = most_wanted(page.entries)
        return [self._model(entry, path) for entry in reversed(chosen)]

    async def restore_checkpoint(
        self, contents_mgr: AsyncContentsManager, checkpoint_id: str, path: str
    ) -> None:
        """Save a version's content over what is at *path*, as a new version."""
        with told_as_http():
            read = await self._read(checkpoint_id, path)
            await save_over(
                contents_mgr, read.body, path=normal_path(path), source=read.entry.address
            )

    async def get_notebook_checkpoint(self, checkpoint_id: str, path: str) -> Model:
        """Return what a checkpoint holds, as the contents model of a notebook."""
        with told_as_http():
            read = await self._read(checkpoint_id, path)
            assert self.parent is not None  # noqa: S101  # checkpoints belong to a manager
            return await own_model(self.parent, read.body, normal_path(path))

    async def get_file_checkpoint(self, checkpoint_id: str, path: str) -> Model:
        """Return what a checkpoint holds, as the contents model of a file."""
        with told_as_http():
            read = await self._read(checkpoint_id, path)
            return await asyncio.to_thread(build_file_model, read.body, normal_path(path))

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Delete nothing: a version stays, and stays in the list."""
        if from_checkpoint_id(checkpoint_id) is None:
            raise HTTPError(404, f"Checkpoint does not exist: {path}@{checkpoint_id}")

    async def rename_checkpoint(self, checkpoint_id: str, old_path: str, new_path: str) -> None:
        """Do nothing: history follows a rename by itself."""

    async def rename_all_checkpoints(self, old_path: str, new_path: str) -> None:
        """Do nothing: history follows a rename by itself."""

    async def delete_all_checkpoints(self, path: str) -> None:
        """Do nothing: what was deleted can be brought back."""

    async def _note_asked_for(self, version: ObjectVersion) -> None:
        failure = f"{version.key}: a manual save counts as an ordinary one"
        with guarded(failure, self.log, level=logging.DEBUG):
            if saved := await self._saved(Entry.of_version(version)):
                await self._bookstore.history.mark(
                    saved.key, save_id=saved.save_id, version_id=saved.version_id
                )

    async def _saved(self, newest: Entry) -> Entry | None:
        """Return the save that is asked for: before a rename that followed it, if not *newest*."""
        if newest.kind != "rename":
            return newest
        before = await self._bookstore.history.before(newest)
        if before is None or before.kind != "save":
            return None
        is_soon = (newest.saved_at - before.saved_at).total_seconds() <= FOLLOWS_WITHIN_S
        return before if is_soon else None

    def _model(self, entry: Entry, path: str) -> Model:
        then = self._bookstore.workspace.path(entry.key)
        address = CheckpointAddress(entry.version_id, "" if then == normal_path(path) else then)
        return {"id": to_checkpoint_id(address), "last_modified": entry.saved_at}

    async def _read(self, checkpoint_id: str, path: str) -> Read:
        address, workspace = from_checkpoint_id(checkpoint_id), self._bookstore.workspace
        then = normal_path(address.path or path) if address else ""
        key = workspace.key(then)
        # An ID may come from anyone; it leads to one's own files only.
        if not address or then.split("/")[0] == ".." or is_reserved(workspace.prefix, key):
            raise HTTPError(404, f"Checkpoint does not exist: {path}@{checkpoint_id}")
        return await self._bookstore.within(self._bookstore.history.read(key, address.version_id))
