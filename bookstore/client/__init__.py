"""Talk HTTP to a running Jupyter server that has bookstore, from a notebook or from anywhere else.

What lives here knows a server only by its URL and token, and imports nothing of bookstore but what
stands on its ground floor.  Nothing happens at import or when a client is made: the first call asks
the first server.
"""

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
