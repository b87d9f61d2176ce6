"""The folders that may be a server's root for a file, and what the file is called below each.

Knows: paths.  Must not know: servers, stores.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple


class Named(NamedTuple):
    """A file as a server of one root folder names it."""

    root: Path
    """Without links."""
    path: str
    """The API path."""


def names_of(file: Path) -> list[Named]:
    """Return what *file* is called below each folder above it, the nearest first.

    Links count as they are written, and as what they lead to; its own name is never followed.
    """
    written = Path(os.path.abspath(file))  # noqa: PTH100 - resolves no links
    names = [
        Named(real_folder(folder), each.relative_to(folder).as_posix())
        for each in (written, real_folder(written.parent) / written.name)
        for folder in each.parents
    ]
    return list(dict.fromkeys(names))


def real_folder(folder: Path) -> Path:
    """Return *folder* without links; what cannot be followed stays as it is written."""
    return Path(os.path.realpath(folder))


def bucket_of_root(root_dir: str) -> str:
    """Return the embedded store's bucket for a server root: readable, unique, always the same."""
    return bucket_of(real_folder(Path(root_dir).expanduser()))


def bucket_of(root: Path) -> str:
    """Return the bucket of a root that is written without links."""
    name = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-")[:40] or "root"
    return f"{name}-{short_digest(str(root))}"


def short_digest(text: str) -> str:
    """Return eight hexadecimal digits that tell *text* from any other."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:8]
