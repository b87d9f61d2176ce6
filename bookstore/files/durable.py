"""Write to a disk so that what was acknowledged survives a power cut.

Knows: files and folders.  Must not know: what is in them.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .folder_flushing import flush_folder

_LEFT_BEHIND_S = 3600.0


def make_folder(folder: Path) -> None:
    """Make *folder*, readable by its owner only, and the folders above it, to stay."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)


def write_whole(file: Path, incoming: Path, write: Callable[[BinaryIO], None]) -> None:
    """Put what *write* writes in *file*: all of it or, at any crash, nothing.

    It is written in the folder *incoming* on the same disk, flushed, and moved into place.
    """
    unfinished = incoming / secrets.token_hex(8)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)


def sweep(incoming: Path) -> None:
    """Remove what crashes left unfinished; what is younger than an hour may still be written."""
    newest = time.time() - _LEFT_BEHIND_S
    for file in incoming.iterdir():
        if file.stat().st_mtime < newest:
            file.unlink(missing_ok=True)


_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would change line ends
