"""BookstoreCheckpoints: Jupyter's own checkpoint menu shows versions, and restores them.

Making a checkpoint copies nothing, since the save before it made a version already.  Deleting one
deletes nothing: history stays.  Files that are not archived keep the checkpoints of the contents
manager; and those that a notebook got before it was archived stay in the menu, below the versions.

Knows: Jupyter's Checkpoints API, history, the outbox.  Must not know: stores, HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from jupyter_server.services.contents.checkpoints import (
    AsyncCheckpoints,
    AsyncGenericCheckpointsMixin,
)
from jupyter_server.services.contents.filecheckpoints import AsyncGenericFileCheckpoints
from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError

from ..concurrency.background import guarded
from ..errors import BookstoreError, OutboxUnavailable, StoreUnavailable
from ..history import PENDING, Entry, Read
from ..keys.api_paths import normal_path
from ..keys.checkpoint_ids import CheckpointAddress, from_checkpoint_id, to_checkpoint_id
from ..keys.elsewhere import Elsewhere
from ..keys.workspace import Workspace, is_reserved
from ..notebooks.models import build_file_model
from ..records import utc_now
from .capture import capture_of
from .user_files import as_opened, own_model, save_over, saved_bytes

Model: TypeAlias = "dict[str, Any]"

MOST = 20
"""Versions in the menu."""
LOOKED_AT = 50
"""Versions they are chosen from: one page of history, whatever its length."""
LIST_PATIENCE_S = 2.0
"""JupyterLab lists checkpoints before it starts a notebook's kernel."""
READ_PATIENCE_S = 60.0


def most_wanted(entries: Iterable[Entry]) -> list[Entry]:
    """Return the versions for the menu, from *entries*, which are newest first.

    First those somebody asked for, by a manual save or a name, then the newest of the others.
    """
    there = [entry for entry in entries if entry.kind != "delete"]
    asked_for = [entry for entry in there if entry.kind == "manual" or entry.label]
    others = [entry for entry in there if entry not in asked_for]
    return [*asked_for, *others][:MOST]


class BookstoreCheckpoints(AsyncGenericCheckpointsMixin, AsyncCheckpoints):
    """The checkpoints of what an :class:`~bookstore.ArchivingMixin` archives are its versions."""

    def __init__(
        self,
        *,
        parent: AsyncContentsManager,
        files_class: type[AsyncCheckpoints] = AsyncGenericFileCheckpoints,
        **kwargs: Any,
    ) -> None:
        """*files_class*: what keeps the checkpoints of files that are not archived."""
        super().__init__(parent=parent)
        capture = capture_of(parent)
        if capture is None:
            raise TypeError("BookstoreCheckpoints belong to a contents manager that archives")
        self._manager = parent
        self._capture = capture
        self._bookstore = capture.bookstore
        self.files: AsyncCheckpoints = files_class(parent=parent, **kwargs)

    @property
    def checkpoint_dir(self) -> str | None:
        """The folder that file checkpoints are in, beside each file; the manager wants to know."""
        return getattr(self.files, "checkpoint_dir", None)

    def names_version(self, checkpoint_id: str) -> bool:
        """Is this the checkpoint ID of a version, and not of a file?"""
        return from_checkpoint_id(checkpoint_id) is not None

    # -- Jupyter's API -------------------------------------------------------------------------

    async def create_checkpoint(self, contents_mgr: AsyncContentsManager, path: str) -> Model:
        """Return the newest version as a checkpoint; the store is not asked.

        Where the outbox knows of none, even after a look at the file, Jupyter's own copy is made.
        """
        is_archived = await self._capture.files.is_archived(path)
        save_id = await self._newest_save(path) if is_archived else ""
        if not save_id:
            made: Model = await self.files.create_checkpoint(contents_mgr, path)
            return made
        file = await contents_mgr.get(path, content=False)
        return _model(CheckpointAddress(f"{PENDING}{save_id}"), file["last_modified"])

    async def list_checkpoints(self, path: str) -> list[Model]:
        """Return the checkpoints of *path*; the front ends show the last one first.

        Without an answer from the store soon, those of the outbox.
        """
        if not await self._capture.files.is_archived(path):
            return await self._file_checkpoints(path)
        if self._capture.is_changing(path):
            # A save asks whether there is one, or it would make one: that very save is.
            return [_model(CheckpointAddress(PENDING), utc_now())]
        chosen = most_wanted(await self._entries(path))
        models = [_model(self._address(entry, path), entry.saved_at) for entry in chosen]
        return [*await self._file_checkpoints(path), *reversed(models)]

    async def restore_checkpoint(
        self, contents_mgr: AsyncContentsManager, checkpoint_id: str, path: str
    ) -> None:
        """Save a version's content over what is at *path*, as a new version."""
        address = from_checkpoint_id(checkpoint_id)
        if address is None:
            await self.files.restore_checkpoint(contents_mgr, checkpoint_id, path)
            return
        try:
            read = await self._read(address, path)
            await save_over(
                contents_mgr, read.body, path=normal_path(path), source=read.entry.address
            )
        except BookstoreError as error:
            raise _as_http(error) from error

    async def get_notebook_checkpoint(self, checkpoint_id: str | Model, path: str) -> Model:
        """Return what a checkpoint holds, as the contents model of a notebook.

        nbdime asks with the model that the list begins with, where it should with an ID.  It means
        the checkpoint that a notebook is compared with: the newest that somebody asked for, else
        the newest, of those that are not the notebook as it is now.
        """
        return await self._content(checkpoint_id, path, is_notebook=True)

    async def get_file_checkpoint(self, checkpoint_id: str | Model, path: str) -> Model:
        """As :meth:`get_notebook_checkpoint`, as the contents model of a file."""
        return await self._content(checkpoint_id, path, is_notebook=False)

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Delete a checkpoint that is a file; a version stays, and stays in the list."""
        if not self.names_version(checkpoint_id):
            await self.files.delete_checkpoint(checkpoint_id, path)

    async def rename_checkpoint(self, checkpoint_id: str, old_path: str, new_path: str) -> None:
        """Rename a checkpoint that is a file; history follows by itself."""
        if not self.names_version(checkpoint_id):
            await self.files.rename_checkpoint(checkpoint_id, old_path, new_path)

    async def rename_all_checkpoints(self, old_path: str, new_path: str) -> None:
        """Let the checkpoints that are files follow a rename."""
        if await asyncio.to_thread(self._may_have_files, old_path):
            await self.files.rename_all_checkpoints(old_path, new_path)

    async def delete_all_checkpoints(self, path: str) -> None:
        """Delete the checkpoints that are files, as Jupyter does with the file itself."""
        if await asyncio.to_thread(self._may_have_files, path):
            await self.files.delete_all_checkpoints(path)

    # -- versions ------------------------------------------------------------------------------

    @property
    def _workspace(self) -> Workspace:
        return self._bookstore.workspace

    def _address(self, entry: Entry, path: str) -> CheckpointAddress:
        # A save has the same ID before it is delivered and afterwards.
        version_id = f"{PENDING}{entry.save_id}" if entry.save_id else entry.version_id
        then = self._workspace.path(entry.key)
        return CheckpointAddress(version_id, "" if then == normal_path(path) else then)

    async def _newest_save(self, path: str) -> str:
        heads = self._bookstore.outbox.heads
        try:
            save_id = await heads.save_id(key := self._workspace.key(normal_path(path)))
            if not save_id:
                await self._capture.notice(path)
                save_id = await heads.save_id(key)
        except OutboxUnavailable as error:
            self.log.debug("%s: its newest version is not known: %s", path, error)
            return ""
        return save_id

    async def _entries(self, path: str) -> list[Entry]:
        bookstore, key = self._bookstore, self._workspace.key(normal_path(path))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._capture.notice(path), LIST_PATIENCE_S)
        with guarded(f"Listing the versions of {path}", self.log):
            try:
                if bookstore.uploader.condition.reachable is not False:
                    ask = bookstore.history.page(key, limit=LOOKED_AT)
                    return list((await asyncio.wait_for(ask, LIST_PATIENCE_S)).entries)
            except (BookstoreError, asyncio.TimeoutError) as error:
                self.log.debug("%s: its versions are not listed: %r", path, error)
        return await self._waiting(key)

    async def _waiting(self, key: str) -> list[Entry]:
        try:
            return await self._bookstore.history.waiting(key)
        except OutboxUnavailable as error:
            self.log.debug("%s: its waiting versions are not listed: %s", key, error)
            return []

    async def _read(self, address: CheckpointAddress, path: str) -> Read:
        then, workspace = normal_path(address.path or path), self._workspace
        key = workspace.key(then)
        # An ID may come from anyone; it leads to one's own notebooks only.
        if Elsewhere.of_key(then, workspace):
            key = then
        elif then.split("/")[0] == ".." or is_reserved(workspace.prefix, key):
            raise HTTPError(404, f"Checkpoint does not exist: {path}")
        read = self._bookstore.history.read(key, address.version_id)
        try:
            return await asyncio.wait_for(read, READ_PATIENCE_S)
        except asyncio.TimeoutError as error:
            raise StoreUnavailable("The store does not answer.") from error

    # -- contents ------------------------------------------------------------------------------

    async def _content(self, checkpoint: str | Model, path: str, *, is_notebook: bool) -> Model:
        path = normal_path(path)
        try:
            if isinstance(checkpoint, str):
                body = await self._body(checkpoint, path)
            else:
                meant = await self._meant(path)
                body = await self._body(str(checkpoint["id"]), path) if meant is None else meant
            if not is_notebook:
                return await asyncio.to_thread(build_file_model, body, path)
            model = await own_model(self._manager, body, path)
            return await as_opened(self._manager, model, body)
        except BookstoreError as error:
            raise _as_http(error) from error

    async def _body(self, checkpoint_id: str, path: str) -> bytes:
        address = from_checkpoint_id(checkpoint_id)
        if address is not None:
            return (await self._read(address, path)).body
        find = getattr(self.files, "checkpoint_path", None)
        file = Path(find(checkpoint_id, path)) if find else None
        if file is None or not await asyncio.to_thread(file.is_file):
            raise HTTPError(404, f"Checkpoint does not exist: {path}@{checkpoint_id}")
        return await asyncio.to_thread(file.read_bytes)

    async def _meant(self, path: str) -> bytes | None:
        """Return the version that somebody compares the notebook at *path* with; None where there
        is none.
        """
        if not await self._capture.files.is_archived(path):
            return None
        now = await saved_bytes(self._manager, path, allow_hidden=True)
        digest = sha256(now).hexdigest()
        body = None
        for entry in most_wanted(await self._entries(path)):
            if entry.sha256 != digest:
                body = (await self._read(self._address(entry, path), path)).body
                if body != now:
                    return body
        return body

    # -- files ---------------------------------------------------------------------------------

    async def _file_checkpoints(self, path: str) -> list[Model]:
        if not await self._capture.files.is_archived(path):
            listed: list[Model] = await self.files.list_checkpoints(path)
            return listed
        failure = f"{path}: its file checkpoints are not listed"
        with guarded(failure, self.log, level=logging.DEBUG):
            if await asyncio.to_thread(self._may_have_files, path):
                return list(await self.files.list_checkpoints(path))
        return []

    def _may_have_files(self, path: str) -> bool:
        """May there be checkpoints that are files?  Asking for them makes their folder.  Blocks."""
        file = self._capture.files.file_of(normal_path(path))
        if self.checkpoint_dir is None or file is None:
            return True
        is_elsewhere = not os.access(file.parent, os.W_OK)
        return is_elsewhere or (file.parent / self.checkpoint_dir).is_dir()


def _as_http(error: BookstoreError) -> HTTPError:
    return HTTPError(error.status, f"{error.message} {error.hint}".strip())


def _model(address: CheckpointAddress, last_modified: datetime) -> Model:
    return {"id": to_checkpoint_id(address), "last_modified": last_modified}
