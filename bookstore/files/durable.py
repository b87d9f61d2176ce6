"""Write to a disk so that what was acknowledged survives a power cut.

Knows: files and folders.  Must not know: what is in them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_LEFT_BEHIND_S = 3600.0


class Unfinished:
    """A new file, which is moved into place once it is whole.

    A context manager, which closes it.  Every method blocks, and raises
    ``OSError`` when the disk does not work.
    """

    def __init__(self, file: Path, *, mode: int = 0o600) -> None:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        self.stream: BinaryIO = os.fdopen(opened, "wb")
        self.file = file

    def flush(self) -> None:
        """Make what was written survive a power cut, under whatever name."""
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def move_to(self, place: Path) -> None:
        """Let the file be *place* from now on; the name lasts once its folder is flushed."""
        if os.name == "nt":  # Windows moves no file that is open
            self.stream.close()
        self.file.replace(place)

    def __enter__(self) -> Unfinished:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the file where it was not moved.  Safe to call twice."""
        with contextlib.suppress(OSError):
            self.stream.close()
        with contextlib.suppress(OSError):
            self.file.unlink(missing_ok=True)


def write_whole(file: Path, incoming: Path, pieces: Iterable[bytes]) -> None:
    """Let *pieces* be what *file* holds: all of them or, at any crash, none.

    They are written in the folder *incoming* on the same disk, flushed, and moved into place, to
    last once the folder of *file* is flushed as well.
    """
    with Unfinished(incoming / secrets.token_hex(8)) as unfinished:
        unfinished.stream.writelines(pieces)
        unfinished.flush()
        unfinished.move_to(file)


def make_folder(folder: Path) -> None:
    """Make *folder*, readable by its owner only, and the folders above it, to stay."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in *folder* survive a power cut, as flushing a file does for its content."""
    if os.name == "nt":  # Windows cannot open a folder, and needs no flush of it
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems have no such thing
            raise
    finally:
        os.close(descriptor)


def sweep(folder: Path, is_unfinished: Callable[[str], bool] = lambda _: True) -> None:
    """Remove what crashes left in *folder* unfinished, by its name; what cannot be is left.

    What is younger than an hour may still be written.
    """
    newest = time.time() - _LEFT_BEHIND_S
    with contextlib.suppress(OSError), os.scandir(folder) as files:
        for file in files:
            with contextlib.suppress(OSError):
                if is_unfinished(file.name) and file.stat().st_mtime < newest:
                    Path(file).unlink()
