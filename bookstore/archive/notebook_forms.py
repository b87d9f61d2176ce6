"""A notebook in the form in which a contents manager keeps it: as text, say, or in two files.

Jupytext's managers save a notebook by saving other files with the manager that they are derived
from, or that they derive from another: that these are a notebook's is handed on from the one that
is asked to the one that writes.

Knows: Jupyter's contents API.  Must not know: how anything is recorded.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from ..keys.api_paths import normal_path
from ..keys.workspace import is_reserved
from .capture import RecordingMixin
from .identity import current_author

SaveMethod = TypeVar("SaveMethod", bound="Callable[..., Awaitable[dict[str, Any]]]")
Move: TypeAlias = "tuple[str, str]"
"""The old and the new API path of a file."""

_NOTES = "_notes_notebooks"
_OF_NOTEBOOK: ContextVar[bool] = ContextVar("bookstore_of_notebook", default=False)
_BESIDE: ContextVar[list[str] | None] = ContextVar("bookstore_beside", default=None)
_MOVED: ContextVar[list[Move] | None] = ContextVar("bookstore_moved", default=None)


def noting_notebooks(save: SaveMethod) -> SaveMethod:
    """Return a manager's *save* that lets those that it saves with know of a notebook."""
    if hasattr(save, _NOTES):
        return save

    @functools.wraps(save)
    async def saving(self: Any, model: dict[str, Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
        token = _OF_NOTEBOOK.set(_OF_NOTEBOOK.get() or model.get("type") == "notebook")
        try:
            return await save(self, model, *args, **kwargs)
        finally:
            _OF_NOTEBOOK.reset(token)

    setattr(saving, _NOTES, True)
    return cast(SaveMethod, saving)


def is_of_notebook(model: dict[str, Any]) -> bool:
    """Is *model*, which is being saved, a notebook or a file that one is kept in?"""
    return _OF_NOTEBOOK.get() and model.get("type") in ("notebook", "file")


class SeveralFiles(RecordingMixin):
    """Notices the other files that the save or rename of a notebook writes or moves.

    Those of a manager that it stands before are seen when they are written; how they are called
    only that manager knows.
    """

    @contextmanager
    def _noting_files_beside(self) -> Iterator[list[str]]:
        """Yield the API paths of the files that are saved within, but for those that are held."""
        beside: list[str] = []
        token = _BESIDE.set(beside)
        try:
            yield beside
        finally:
            _BESIDE.reset(token)

    def _is_beside(self, path: str) -> bool:
        return path in (_BESIDE.get() or ())

    async def _save_notebook(self, os_path: str, *args: Any, **kwargs: Any) -> None:
        await self._note_beside(os_path)
        await super()._save_notebook(os_path, *args, **kwargs)  # type: ignore[misc]

    async def _save_file(self, os_path: str, *args: Any, **kwargs: Any) -> None:
        await self._note_beside(os_path)
        await super()._save_file(os_path, *args, **kwargs)  # type: ignore[misc]

    async def _note_beside(self, os_path: str) -> None:
        beside, path = _BESIDE.get(), self._path_of(os_path)
        if beside is None or path is None or self._saving.holds(path):
            return
        if path not in beside and not is_reserved("", path):
            beside.append(path)
            # Its lock would be waited for for ever where somebody saves them the other way round.
            await self._capture_held(path, current_author())

    def _path_of(self, os_path: str) -> str | None:
        """Return the API path of the file at *os_path*, None for one that is not below the root."""
        file, root = Path(os_path), Path(os.path.abspath(self.root_dir))  # noqa: PTH100
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else None

    @contextmanager
    def _noting_moves(self, old: str, new: str) -> Iterator[list[Move]]:
        """Yield the moves of files that happen within, but for that from *old* to *new*."""
        moved: list[Move] = []
        noted: list[Move] = []
        token = _MOVED.set(noted)
        try:
            yield moved
        finally:
            _MOVED.reset(token)
            moved += [move for move in dict.fromkeys(noted) if move != (old, new)]

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Rename one file as the manager does; others may be renamed with it."""
        await super().rename_file(old_path, new_path)
        if (moved := _MOVED.get()) is not None:
            moved.append((normal_path(old_path), normal_path(new_path)))
