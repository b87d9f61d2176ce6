"""Replace a file by writing another one beside it, durably, where nobody can tell the difference.

Jupyter copies the old file, overwrites it in place, and removes the copy.  Writing the new one
beside it and renaming it is less work, and leaves no moment in which the file is half written.

Knows: files.  Must not know: what is in them.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
from pathlib import Path

from .durable import Unfinished, flush_folder, sweep

_ABANDONED = re.compile(r"\.~.+\.[0-9a-f]{8}\.new")


class NotReplaceableError(OSError):
    """Another file in its place would not be the same: it has to be written where it is."""


class FileReplacement:
    """New content for *file*, in three steps: :meth:`write`, :meth:`flush`, :meth:`take_place`.

    A context manager: what did not take its place is removed at the end.  Every method blocks, and
    raises ``OSError`` when the disk does not work, with the old file as it was.
    """

    def __init__(self, file: Path) -> None:
        self._target = file.parent / file.readlink() if file.is_symlink() else file
        # Beginning like the copies of Jupyter, which synchronizing programs leave alone.
        self._beside = self._target.with_name(f".~{self._target.name}.{secrets.token_hex(4)}.new")
        self._new: Unfinished | None = None

    def write(self, content: bytes) -> None:
        """Write *content* beside the file.

        Raises :class:`NotReplaceableError` when the file has to be written in place: it has more
        names than one, belongs to somebody else, is no ordinary file, or its folder takes no other.
        """
        replaced = self._status()
        try:
            self._new = Unfinished(self._beside, mode=0o666)
        except OSError as error:  # Jupyter's own way of writing finds out what to say about it
            raise NotReplaceableError from error
        if replaced is not None:
            self._take_over(replaced)
        self._new.stream.write(content)
        self._new.stream.flush()

    def flush(self) -> None:
        """Make what was written survive a power cut."""
        self._written().flush()

    def take_place(self) -> os.stat_result:
        """Put the new file into the old one's place, for good when this returns; give its status.

        Raises :class:`NotReplaceableError` where that cannot be done.
        """
        new = self._written()
        try:
            new.move_to(self._target)
        except OSError as error:  # such as a file that is a mount point
            raise NotReplaceableError from error
        with contextlib.suppress(OSError):  # a folder that may be written to, but not be read
            flush_folder(self._target.parent)
        return os.fstat(new.stream.fileno())

    def __enter__(self) -> FileReplacement:
        return self

    def __exit__(self, *_: object) -> None:
        if self._new is not None:
            self._new.close()

    def _written(self) -> Unfinished:
        if self._new is None:
            raise ValueError("nothing was written yet")
        return self._new

    def _status(self) -> os.stat_result | None:
        """Return the status of the file to replace, None where there is none yet."""
        if os.name == "nt":  # there a file that somebody has open cannot be replaced
            raise NotReplaceableError
        try:
            status = self._target.lstat()
        except FileNotFoundError:
            return None
        is_ours = status.st_uid == os.geteuid() and os.access(self._target, os.W_OK)
        if not is_ours or not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise NotReplaceableError
        return status

    def _take_over(self, replaced: os.stat_result) -> None:
        """Give the new file the group, the permissions and the attributes of the old one."""
        stream = self._written().stream.fileno()
        try:
            if os.fstat(stream).st_gid != replaced.st_gid:
                os.chown(stream, -1, replaced.st_gid)
            shutil.copystat(self._target, self._beside)
        except OSError as error:
            raise NotReplaceableError from error


def remove_abandoned(folder: Path) -> None:
    """Remove what a process that died while it wrote has left in *folder* an hour ago.  Blocks."""
    sweep(folder, lambda name: _ABANDONED.fullmatch(name) is not None)
