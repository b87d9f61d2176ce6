"""Talk HTTP to a running Jupyter server that has bookstore, from a notebook or from anywhere else.

What lives here knows a server only by its URL and token, and imports nothing of bookstore but what
stands on its ground floor.  Nothing happens at import or when a client is made: the first call asks
the first server.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .connection import BookstoreServerError, RequestOptions, ServerUnreachable
    from .diff import NotebookDiff
    from .nb_client import CurrentNotebookClient, NoCurrentNotebook, NotebookClient
    from .store_client import BookstoreClient
    from .versions import DeletedNotebook, HistoryList, Version

__all__ = [
    "BookstoreClient",
    "BookstoreServerError",
    "CurrentNotebookClient",
    "DeletedNotebook",
    "HistoryList",
    "NoCurrentNotebook",
    "NotebookClient",
    "NotebookDiff",
    "RequestOptions",
    "ServerUnreachable",
    "Version",
]

# Imported when they are asked for: values of versions need no library for HTTP.
_HOME = {
    "BookstoreClient": "store_client",
    "BookstoreServerError": "connection",
    "CurrentNotebookClient": "nb_client",
    "DeletedNotebook": "versions",
    "HistoryList": "versions",
    "NoCurrentNotebook": "nb_client",
    "NotebookClient": "nb_client",
    "NotebookDiff": "diff",
    "RequestOptions": "connection",
    "ServerUnreachable": "connection",
    "Version": "versions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
