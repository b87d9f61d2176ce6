"""The door to cloning: the names by which others import it."""

from .actions.fs_clone import validate_relpath
from .http.clone import (
    BookstoreCloneAPIHandler,
    BookstoreCloneHandler,
)
from .http.fs_clone import BookstoreFSCloneAPIHandler, BookstoreFSCloneHandler
from .notebooks.models import build_file_model, build_notebook_model

__all__ = [
    "BookstoreCloneAPIHandler",
    "BookstoreCloneHandler",
    "BookstoreFSCloneAPIHandler",
    "BookstoreFSCloneHandler",
    "build_file_model",
    "build_notebook_model",
    "validate_relpath",
]
