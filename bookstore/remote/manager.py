"""A contents manager whose files live in an object store alone.

Knows: Jupyter's contents API.  Must not know: stores' requests, how folders are kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import nbformat
from jupyter_server.services.contents.checkpoints import AsyncCheckpoints
from jupyter_server.services.contents.manager import AsyncContentsManager, copy_pat
from tornado.web import HTTPError
from traitlets import Bool, Float, Int, default

from ..archive.identity import current_reason
from ..errors import StoreError
from ..keys.api_paths import has_hidden_name, normal_path
from ..records import ObjectVersion
from ..wiring import Bookstore, bookstore_for
from . import models
from .cache import Cache
from .checkpoints import VersionCheckpoints
from .failures import told_as_http
from .files import StoredFilesHandler
from .known import Known
from .models import Model
from .moving import Moves
from .polling import Polling
from .rescue import Rescue
from .saving import Saves
from .tree import Child, Tree
from .uploads import UnknownUploadError, Upload, Uploads

LAST_PIECE = -1


class ObjectStoreContentsManager(AsyncContentsManager):
    """Keeps notebooks and files in the store that ``BookstoreSettings`` name, and none on disk.

    Every save is a version; a save is in the store when it is answered, or it is refused in words.
    Several servers may share a container: what another one saved meanwhile is not saved over
    without the user being asked, and both are versions.
    """

    archives_to_bookstore = True
    """How others recognise a manager whose saves become versions."""

    keep_refused = Bool(
        True,
        help="""Keep what the store cannot take on this server's disk, beside the outbox, until the
        store is back: it is a version in the history then. The save is refused all the same.""",
    ).tag(config=True)

    cache_bytes = Int(
        64 * 2**20,
        min=0,
        help="""Memory for files that were read. Before one is given again the store is asked
        whether it is the newest version still.""",
    ).tag(config=True)

    cache_s = Float(
        5.0,
        min=0.0,
        help="""Seconds for which is believed what the store said of a file, when it is asked for
        its time again and again, as real-time collaboration does; of several in a folder a listing
        tells then. What this server changes is known at once. 0 asks the store each time.""",
    ).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        server = self if self.parent is None else self.parent
        self.bookstore: Bookstore = bookstore_for(server, root_dir=self.root_dir)
        cache = Cache(believed_s=self.cache_s, most_bytes=self.cache_bytes)
        self.tree = Tree(self.bookstore, cache)
        self.moves = Moves(self.tree)
        self.known = Known()
        self._polling = Polling(self.tree)
        self.rescue = self._rescue_on_disk()
        self._saves = Saves(self.bookstore, self.tree, self.known, self.rescue)
        self._uploads = Uploads()

    def _rescue_on_disk(self) -> Rescue | None:
        is_elsewhere = self.bookstore.outbox.disk_setting == "outbox_dir"  # else on that very disk
        if not (self.keep_refused and is_elsewhere):
            return None
        return Rescue(self.bookstore, self.tree, self.log)

    @default("files_handler_class")
    def _default_files_handler_class(self) -> type[StoredFilesHandler]:
        return StoredFilesHandler

    @default("checkpoints_class")
    def _default_checkpoints_class(self) -> type[AsyncCheckpoints]:
        return VersionCheckpoints

    @default("checkpoints_kwargs")
    def _default_checkpoints_kwargs(self) -> dict[str, Any]:
        return {"parent": self, "bookstore": self.bookstore, "tree": self.tree}

    def info_string(self) -> str:
        """Return what the server says of it when it starts."""
        return f"Serving notebooks from {self.bookstore.store.display}"

    # -- what there is -----------------------------------------------------------------------------

    async def file_exists(self, path: str = "") -> bool:
        """Is there a file at *path*?  Of one that somebody was told of, the store is not asked."""
        name = normal_path(path)
        if not models.is_possible(name) or self._uploads.is_under_way(name):
            return False
        if self.known.of(name) is not None:
            return True
        with told_as_http():
            version = await self.tree.file(name)
        if not self.known.is_told(name):  # nobody sees what is found out here in passing
            self.known.tell(name, version)
        return version is not None

    async def dir_exists(self, path: str = "") -> bool:
        """Is there a folder at *path*?"""
        name = normal_path(path)
        with told_as_http():
            return models.is_possible(name) and await self.tree.is_folder(name)

    async def is_hidden(self, path: str) -> bool:
        """Does *path*, or a folder that it is in, begin with a dot?"""
        return has_hidden_name(path)

    # -- reading -----------------------------------------------------------------------------------

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> Model:
        """Return the model of a file or folder."""
        name = normal_path(path)
        await self.must_be_seen(name, 404)
        if self.rescue is not None:
            self.rescue.begin()
        model = None
        is_first = type is None and not models.looks_like_file(name)
        if is_first:
            model = await self._folder(name, content)
        if model is None and type != "directory":
            reading = self._content if content else self._facts
            model = await reading(name, type, format, require_hash)
        if model is None and not is_first:
            model = await self._folder(name, content)
        model = await self._as_asked(model, name, type)
        self.emit(data={"action": "get", "path": name})
        return model

    async def _facts(
        self, path: str, type: str | None, format: str | None, require_hash: bool
    ) -> Model | None:
        # Who asks for the hash is about to save, and must know what is there.
        asking = self.tree.file if require_hash else self._polling.file
        with told_as_http():
            version = await asking(path)
        self.known.tell(path, version)
        if version is None:
            return None
        model = models.file_model(path, version, type)
        if require_hash:
            model |= models.hash_fields(await self._hash_of(path, version))
        return model

    async def _hash_of(self, path: str, version: ObjectVersion) -> str:
        if digest := models.known_hash(version):
            return digest
        with told_as_http():  # something else put it there, and did not say
            return await self.tree.digest_of(version)

    async def _content(
        self, path: str, type: str | None, format: str | None, require_hash: bool
    ) -> Model | None:
        with told_as_http():
            stored = await self.tree.read(path)
        self.known.tell(path, stored.version if stored else None)
        if stored is None:
            return None
        model, body = models.file_model(path, stored.version, type), stored.body
        if model["type"] == "notebook":
            problems: dict[str, Any] = {}
            notebook = await asyncio.to_thread(models.notebook_in, body, path, problems)
            self.mark_trusted_cells(notebook, path)
            model |= {"content": notebook, "format": "json"}
            self.validate_notebook_model(model, validation_error=problems)
        else:
            model |= await asyncio.to_thread(models.text_in, body, path, format)
        if require_hash:
            model |= models.hash_fields(await asyncio.to_thread(models.digest_of, body))
        return model

    async def _folder(self, path: str, content: bool) -> Model | None:
        with told_as_http():
            if content:
                children = await self.tree.children(path)
            else:
                children = [] if await self.tree.is_folder(path) else None
        if children is None:
            return None
        model = models.folder_model(path, self.tree.cache.folder_time(path))
        if content:
            shown = await asyncio.to_thread(self._shown, children)  # there may be very many
            model |= {"format": "json", "content": shown}
        return model

    async def _as_asked(self, model: Model | None, path: str, type: str | None) -> Model:
        """Return *model*, or refuse what is not there or not of the *type* that was asked for."""
        if model is None:
            if type == "directory" and await self.file_exists(path):
                raise HTTPError(400, f"{path} is not a directory", reason="bad type")
            raise HTTPError(404, f"No such file or directory: {path}")
        if model["type"] == "directory" and type not in (None, "directory"):
            raise HTTPError(400, f"{path} is a directory, not a {type}", reason="bad type")
        return model

    def _shown(self, children: Iterable[Child]) -> list[Model]:
        found = map(models.child_model, children)
        return [child for child in found if self._is_shown(child["name"])]

    def _is_shown(self, name: str) -> bool:
        is_hidden = name.startswith(".") and not self.allow_hidden
        return not is_hidden and bool(self.should_list(name))

    # -- saving ------------------------------------------------------------------------------------

    async def save(self, model: Model, path: str = "") -> Model:
        """Save a file, a folder or the next piece of an upload; return the model, no content."""
        name = normal_path(path)
        await self.must_be_seen(name, 400)
        if not name:
            raise HTTPError(400, "The root is a folder.")
        chunk = model.get("chunk")
        if chunk in (None, 1):
            self.run_pre_save_hooks(model=model, path=name)
        if "type" not in model:
            raise HTTPError(400, "No file type provided")
        if "content" not in model and model["type"] != "directory":
            raise HTTPError(400, "No file content provided")
        async with self.tree.locks.hold(name):
            if chunk is not None:
                saved = await self._save_piece(model, name, chunk)
            elif model["type"] == "directory":
                saved = await self._save_folder(name)
            elif model["type"] == "notebook":
                saved = await self._save_notebook(model, name)
            elif model["type"] == "file":
                body = await asyncio.to_thread(models.file_bytes, model)
                saved = models.file_model(name, await self._put(name, body), "file")
            else:
                raise HTTPError(400, f"Unhandled contents type: {model['type']}")
        if chunk in (None, LAST_PIECE):
            self.run_post_save_hooks(model=saved, os_path=name)
        self.emit(data={"action": "save", "path": name})
        return saved

    async def _save_folder(self, path: str) -> Model:
        if await self.file_exists(path):
            raise HTTPError(400, f"Not a directory: {path}")
        await self._must_have_parent(path)
        with told_as_http():
            await self.tree.make_folder(path)
        return models.folder_model(path)

    async def _save_notebook(self, model: Model, path: str) -> Model:
        problems: dict[str, Any] = {}
        notebook: nbformat.NotebookNode = models.notebook_of(model)
        self.check_and_sign(notebook, path)
        body = await asyncio.to_thread(models.notebook_bytes, notebook, problems)
        saved = models.file_model(path, await self._put(path, body), "notebook")
        said = {"content": notebook}
        self.validate_notebook_model(said, validation_error=problems)
        return {**saved, **{name: said[name] for name in ("message",) if name in said}}

    async def _save_piece(self, model: Model, path: str, chunk: int) -> Model:
        if model["type"] != "file":
            kind = model["type"]
            raise HTTPError(400, f'File type "{kind}" is not supported for large file transfer')
        piece = await asyncio.to_thread(models.file_bytes, model)
        if chunk == 1:
            await self._must_be_free_for_file(path)
            await asyncio.to_thread(self._uploads.begin, path)
        try:
            upload = self._uploads.of(path)
        except UnknownUploadError as error:
            message = f"The upload to {path} was interrupted: begin it anew."
            raise HTTPError(409, message) from error
        if chunk not in (LAST_PIECE, upload.pieces + 1):
            self._uploads.give_up(path)
            message = f"Piece {chunk} of {path} came out of turn: begin the upload anew."
            raise HTTPError(409, message)
        try:
            size_bytes = await asyncio.to_thread(upload.add, piece)
        except OSError as error:
            self._uploads.give_up(path)
            message = f"The server has no room for the upload to {path}: {error.strerror}."
            raise HTTPError(507, message) from error
        if chunk != LAST_PIECE:
            return {**models.folder_model(path), "type": "file", "size": size_bytes}
        try:
            return models.file_model(path, await self._put(path, upload), "file")
        finally:
            self._uploads.give_up(path)

    async def _put(self, path: str, body: bytes | Upload) -> ObjectVersion:
        """Make *body* the newest version, unless somebody else did so since it was looked at."""
        with told_as_http():
            try:
                await self._must_be_free_for_file(path)
            except HTTPError as error:
                if isinstance(error.__cause__, StoreError) and isinstance(body, bytes):
                    await self._saves.refuse(path, body, error.__cause__)
                raise
            return await self._saves.put(path, body)

    async def _must_be_free_for_file(self, path: str) -> None:
        """Refuse a new file where a folder is, or in one that is not there."""
        if self.known.of(path) is not None or self._uploads.is_under_way(path):
            return
        if await self.file_exists(path):
            return
        if await self.dir_exists(path):
            raise HTTPError(400, f"{path} is a directory, not a file", reason="bad type")
        await self._must_have_parent(path)

    async def _must_have_parent(self, path: str) -> None:
        parent = path.rpartition("/")[0]
        if parent and not await self.dir_exists(parent):
            raise HTTPError(404, f"No such directory: {parent}")

    # -- moving ------------------------------------------------------------------------------------

    async def delete_file(self, path: str) -> None:
        """Delete a file, or a folder with all that is in it; every version stays."""
        name = normal_path(path)
        await self.must_be_seen(name, 400)
        if not name:
            raise HTTPError(400, "Can't delete root")
        async with self.tree.locks.hold(name):
            with told_as_http():
                await self.tree.delete(name)
            self.known.forget(name)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Move a file, or a folder with all that is in it; its history goes with it."""
        old, new = normal_path(old_path), normal_path(new_path)
        if old == new:
            return
        for name in (old, new):
            await self.must_be_seen(name, 400)
        if not old or not new or f"{new}/".startswith(f"{old}/"):
            raise HTTPError(400, f"{old or 'The root'} cannot be moved into itself")
        async with self.tree.locks.hold(old, new):
            await self._must_have_parent(new)
            with told_as_http():
                await self.moves.move(old, new, current_reason())
            for name in (old, new):
                self.known.forget(name)

    async def copy(self, from_path: str, to_path: str | None = None) -> Model:
        """Copy a file, or a folder with all that is in it; a copy knows where it is from."""
        old = normal_path(from_path)
        folder, _, name = old.rpartition("/")
        new = folder if to_path is None else normal_path(to_path)
        for path in (old, new):
            await self.must_be_seen(path, 400)
        if not old:
            raise HTTPError(400, "The root cannot be copied")
        if await self.dir_exists(new):
            kept = copy_pat.sub(".", name)
            free = await self.increment_filename(kept, new, insert="-Copy")
            new = normal_path(f"{new}/{free}")
        elif to_path is None:
            raise HTTPError(404, f"No such directory: {new}")
        if f"{new}/".startswith(f"{old}/"):
            raise HTTPError(400, f"{old} cannot be copied into itself")
        await self._must_have_parent(new)
        async with self.tree.locks.hold(old, new):
            with told_as_http():
                await self.moves.copy(old, new, current_reason())
            self.known.forget(new)
        model = await self.get(new, content=False)
        self.emit(data={"action": "copy", "path": new, "source_path": old})
        return model

    async def must_be_seen(self, path: str, status: int) -> None:
        """Refuse, with this status, what is hidden or none of the user's files."""
        is_refused = not self.allow_hidden and await self.is_hidden(path)
        if is_refused or not models.is_possible(path):
            raise HTTPError(status, f"No such file or directory: {path!r}")
