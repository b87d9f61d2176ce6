"""A notebook in the form in which a contents manager keeps it: as text, say, or in two files.

Jupytext's managers save a notebook by saving other files with the manager that they are derived
from, or that they derive from another: that these are a notebook's is handed on from the one that
is asked to the one that writes.

Knows: Jupyter's contents API.  Must not know: how anything is recorded.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, TypeVar, cast

from ..concurrency.context_values import having
from ..keys.api_paths import normal_path

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
        is_of_notebook = _OF_NOTEBOOK.get() or model.get("type") == "notebook"
        with having(_OF_NOTEBOOK, is_of_notebook):
            return await save(self, model, *args, **kwargs)

    setattr(saving, _NOTES, True)
    return cast(SaveMethod, saving)


def is_of_notebook(model: dict[str, Any]) -> bool:
    """Is *model*, which is being saved, a notebook or a file that one is kept in?"""
    return _OF_NOTEBOOK.get() and model.get("type") in ("notebook", "file")


@contextmanager
def noting_files_beside() -> Iterator[list[str]]:
    """Yield the API paths of the other files that the save of a notebook within writes.

    How they are called only its manager knows, so they are seen when they are written.
    """
    beside: list[str] = []
    with having(_BESIDE, beside):
        yield beside


def note_beside(path: str) -> bool:
    """Note that *path* is about to be written; is it known only now, to a save that asks?"""
    beside = _BESIDE.get()
    if beside is None or path in beside:
        return False
    beside.append(path)
    return True


def is_beside(path: str) -> bool:
    """Does whoever asks do so in the middle of a save that writes *path* as well?"""
    return path in (_BESIDE.get() or ())


@contextmanager
def noting_moves(old: str, new: str) -> Iterator[list[Move]]:
    """Yield the moves of files that happen within, but for that from *old* to *new*; they are
    there at the end.
    """
    moved: list[Move] = []
    noted: list[Move] = []
    with having(_MOVED, noted):
        yield moved
    moved += [move for move in dict.fromkeys(noted) if move != (old, new)]


def note_move(old_path: str, new_path: str) -> None:
    """Note that the manager moved a file."""
    if (moved := _MOVED.get()) is not None:
        moved.append((normal_path(old_path), normal_path(new_path)))
