"""Which files a folder holds, and which folders in it do not let themselves be read.

Knows: files, by their status.  Must not know: what is in them, contents managers.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import NamedTuple

_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)


class FolderFiles(NamedTuple):
    """Paths with ``/``, relative to the folder."""

    files: list[str]
    unread: list[str]
    """Folders that cannot be listed, and names of which it cannot be said what they are."""


def files_at(path: Path) -> FolderFiles:
    """Return what is in the folder *path* at any depth, hidden folders left out; of a file, the
    file itself, which is ".".  Blocks."""
    found = FolderFiles([], [])

    def note_unread(error: OSError) -> None:
        found.unread.append(_inside(path, Path(error.filename)))

    def add(file: Path) -> int:
        try:
            mode = _mode_of(file)
        except OSError as error:
            note_unread(error)
            return 0
        if stat.S_ISREG(mode):  # a pipe would never end
            found.files.append(_inside(path, file))
        return mode

    if stat.S_ISDIR(add(path)):
        for root, folders, names in os.walk(path, onerror=note_unread):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                add(Path(root) / name)
    return found


def _mode_of(file: Path) -> int:
    """Return what kind of file there is, 0 where there is none."""
    try:
        return file.stat().st_mode
    except ValueError:  # a null byte in a name
        return 0
    except OSError as error:
        if error.errno in _NOTHING:
            return 0
        raise


def _inside(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
