"""Where bookstore keeps what it knows beside the versions: reserved keys in the workspace.

Below the workspace prefix, ``.bookstore/labels/a/b.ipynb.json`` holds the labels of the versions
of ``a/b.ipynb``, and ``.bookstore/moves/a.json`` says where the file or folder ``a`` went.  They
are JSON, never listed as notebooks, and no file of a user is archived over them.

Knows: key rules.  Must not know: settings, stores.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal, TypeAlias

from ..s3_paths import MAX_KEY_BYTES, s3_key, to_unicode

RESERVED_FOLDER = ".bookstore"

Area: TypeAlias = Literal["labels", "moves"]


def reserved_key(prefix: str, area: Area, path: str) -> str:
    """Return the key of what *area* knows about the API path *path*.

    *prefix* is the workspace prefix with the username filled in.  Where the path makes the key
    longer than stores take, its SHA-256 stands for it.
    """
    folder = s3_key(prefix, f"{RESERVED_FOLDER}/{area}")
    key = s3_key(folder, f"{path.strip('/')}.json")
    if len(key.encode()) <= MAX_KEY_BYTES:
        return key
    return s3_key(folder, f"{sha256(to_unicode(path.strip('/')).encode()).hexdigest()}.json")


def is_reserved(prefix: str, key: str) -> bool:
    """Is *key* one of bookstore's own, below the workspace prefix *prefix*?"""
    return key.startswith(s3_key(prefix, RESERVED_FOLDER) + "/")
