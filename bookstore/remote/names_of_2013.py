"""The names that contents managers had in 2013, which say the new one once.

Knows: names.  Must not know: anything else.
"""

from __future__ import annotations

from typing import Any

from .managers import CloudFilesContentsManager, KeystoneContentsManager

__all__ = ["CloudFilesNotebookManager", "KeystoneNotebookManager"]


class KeystoneNotebookManager(KeystoneContentsManager):
    """What :class:`KeystoneContentsManager` was called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.log.warning(
            "bookstore.swift.KeystoneNotebookManager is now called "
            "bookstore.remote.KeystoneContentsManager"
        )


class CloudFilesNotebookManager(CloudFilesContentsManager):
    """What :class:`CloudFilesContentsManager` was called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.log.warning(
            "bookstore.cloudfiles.CloudFilesNotebookManager is now called "
            "bookstore.remote.CloudFilesContentsManager"
        )
