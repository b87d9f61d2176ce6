"""Notebooks and files that live in the object store alone: no local files.

A file is a key below the workspace prefix, the one that its versions would be archived under, so
that history, diff, labels and the rest are the same as for files on disk.  A folder is what keys
begin with; one that is empty, or that somebody made, is a key that ends with a slash.

What lives here speaks Jupyter's contents API on one side and the store's interface on the other.
What must not live here: what only one store can do.
"""

from .manager import ObjectStoreContentsManager
from .managers import (
    CloudFilesContentsManager,
    KeystoneContentsManager,
    S3ContentsManager,
    SwiftContentsManager,
)

__all__ = [
    "CloudFilesContentsManager",
    "KeystoneContentsManager",
    "ObjectStoreContentsManager",
    "S3ContentsManager",
    "SwiftContentsManager",
]
