"""Bookstore archives every notebook save to versioned storage."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__, version_info

if TYPE_CHECKING:
    from .archive.manager import ArchiveRecord, ArchivingMixin, BookstoreContentsArchiver
    from .bookstore_config import BookstoreSettings
    from .extension import BookstoreApp
    from .handlers import load_jupyter_server_extension

__all__ = [
    "ArchiveRecord",
    "ArchivingMixin",
    "BookstoreApp",
    "BookstoreContentsArchiver",
    "BookstoreSettings",
    "__version__",
    "load_jupyter_server_extension",
    "version_info",
]

# Imported when they are asked for: the client and the command line need no Jupyter server, which
# takes a second or two to import.
_HOME = {
    "ArchiveRecord": "archive",
    "ArchivingMixin": "archive",
    "BookstoreApp": "extension",
    "BookstoreContentsArchiver": "archive",
    "BookstoreSettings": "bookstore_config",
    "load_jupyter_server_extension": "handlers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .extension import BookstoreApp

    return [{"module": "bookstore", "app": BookstoreApp}]


_jupyter_server_extension_paths = _jupyter_server_extension_points  # the name of older servers
