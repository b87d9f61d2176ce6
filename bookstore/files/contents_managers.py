"""What is asked of a contents manager, whoever wrote it, though not every one has it.

All other rooms are handed what they need, or know a manager by a type of theirs.

Knows: the names that Jupyter, Jupytext and bookstore gave.  Must not know: anything else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from pathlib import Path
from typing import Any, Protocol, cast


class NotebooksAsText(Protocol):
    """What a contents manager of Jupytext's knows of the texts that it opens as notebooks."""

    def all_nb_extensions(self, config: Any) -> Collection[str]:
        """Return what the names of notebooks end with."""

    def get_config(self, path: str) -> Awaitable[Any] | Any:
        """Return Jupytext's configuration for the file at *path*."""


def archives(manager: object) -> bool:
    """Does a contents manager, or do those of a class, archive what they save?"""
    return bool(getattr(manager, "archives_to_bookstore", False))


def file_of(manager: object, path: str) -> Path | None:
    """Return the file of the API path *path*; None for a manager that keeps none."""
    find = getattr(manager, "_get_os_path", None)
    return Path(find(path)) if find else None


def root_of(manager: object) -> str:
    """Return the folder that the API path "" is; "" for a manager that keeps no files."""
    return str(getattr(manager, "root_dir", ""))


def allows_hidden(manager: object) -> bool:
    """May the manager's users see hidden files?"""
    return bool(getattr(manager, "allow_hidden", False))


def notebooks_as_text(manager: object) -> NotebooksAsText | None:
    """Return *manager* where it is one of Jupytext's."""
    is_jupytexts = hasattr(manager, "all_nb_extensions")
    return cast(NotebooksAsText, manager) if is_jupytexts else None
