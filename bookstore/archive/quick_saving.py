"""Save notebooks as Jupyter's contents manager does, same bytes and same checks, in less time.

Knows: Jupyter's file manager, files.  Must not know: what is recorded of a save.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import nbformat
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from nbformat.notebooknode import NotebookNode

from ..concurrency.context_values import having
from ..files.last_seen import Signature
from ..files.replacing import FileReplacement, NotReplaceableError, remove_abandoned
from ..notebooks.writing import written


class Witness(Protocol):
    """Whoever wants to know what is saved while it is still on its way to the file.

    Called on the thread that writes, so it must not take long, and must not raise.
    """

    def content_written(self, file: Path, content: bytes) -> None:
        """Take note that *file* is about to hold *content*: it lies beside it already."""

    def file_replaced(self, file: Path, signature: Signature) -> None:
        """Take note that *file*, now with *signature*, holds what was told before, for good."""


WITNESS: ContextVar[Witness | None] = ContextVar("bookstore_witness", default=None)
"""Who is told of the save under way."""


_UNSIGNED: ContextVar[list[tuple[NotebookNode, str]] | None] = ContextVar(
    "bookstore_unsigned", default=None
)
"""Notebooks of the save under way that are signed while they are written, and their paths."""


class QuickNotebookSaving(AsyncFileContentsManager):
    """Saves notebooks with one hop to a thread, and without a copy of the old file.

    The file and the signature are flushed at the same time.  A file for which another one cannot
    stand in (it has several names, say, or another owner) is written in place by Jupyter's own
    code, and so are all where ``use_atomic_writing`` is off.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tidied_folders: set[Path] = set()

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save as Jupyter's manager does."""
        with having(_UNSIGNED, []):
            saved: dict[str, Any] = await super().save(model, path)
            self._sign_now()  # what was not written by us
        return saved

    def check_and_sign(self, nb: NotebookNode, path: str = "", **more: Any) -> None:
        """Sign *nb* where it may be trusted: later, in the midst of a save."""
        unsigned = _UNSIGNED.get()
        if unsigned is None:
            super().check_and_sign(nb, path, **more)
        else:
            unsigned.append((nb, path))

    def _sign_now(self) -> None:
        unsigned = _UNSIGNED.get()
        with having(_UNSIGNED, None):
            while unsigned:
                super().check_and_sign(*unsigned.pop())

    async def _save_notebook(
        self,
        os_path: str,
        nb: NotebookNode,
        capture_validation_error: dict[str, Any] | None = None,
    ) -> None:
        if nb.get("nbformat") != nbformat.current_nbformat:
            self._sign_now()  # may fail at its shape, and then nothing must be written
        loop = asyncio.get_running_loop()
        composed = asyncio.Event()

        def write() -> None:
            try:
                content = written(nb, capture_validation_error)
            finally:
                loop.call_soon_threadsafe(composed.set)
            self._write_file(os_path, content)

        writing = asyncio.ensure_future(asyncio.to_thread(write))
        try:
            await composed.wait()
            self._sign_now()  # its database belongs to this thread
        finally:
            await writing

    def _write_file(self, os_path: str, content: bytes) -> None:
        with self.perm_to_403(os_path):
            try:
                self._replace(Path(os_path), content)
            except NotReplaceableError:
                with self.atomic_writing(os_path, text=False) as stream:
                    stream.write(content)

    def _replace(self, file: Path, content: bytes) -> None:
        is_jupyters = type(self).atomic_writing is FileManagerMixin.atomic_writing
        if not self.use_atomic_writing or not is_jupyters:
            raise NotReplaceableError
        self._tidy(file.parent)
        witness = WITNESS.get()
        with FileReplacement(file) as replacement:
            replacement.write(content)
            if witness is not None:
                witness.content_written(file, content)
            replacement.flush()
            status = replacement.take_place()
        if witness is not None:
            witness.file_replaced(file, Signature.of(status))

    def _tidy(self, folder: Path) -> None:
        if folder not in self._tidied_folders:
            self._tidied_folders.add(folder)
            remove_abandoned(folder)
