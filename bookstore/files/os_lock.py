"""A lock on a file that the operating system keeps, and takes back from a process that died.

Not the library filelock: where a disk has no such locks it takes one that is only a file's
existence, and whether it says so differs from release to release.

Knows: the operating system's locks.  Must not know: what is locked.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(opened: int) -> None:
        msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)

    def _unlock(opened: int) -> None:
        msvcrt.locking(opened, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(opened: int) -> None:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(opened: int) -> None:
        fcntl.flock(opened, fcntl.LOCK_UN)


_HELD_BY_ANOTHER = (errno.EACCES, errno.EAGAIN)
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)


class NoFileLocksError(OSError):
    """The file system has no locks."""

    def __init__(self) -> None:
        super().__init__(errno.ENOLCK, os.strerror(errno.ENOLCK))


def require_locks(folder: Path) -> None:
    """Raise :class:`NoFileLocksError` where the disk that *folder* is on has no locks.

    Where no file can be made it says nothing: whoever makes one is told why.
    """
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        except OSError:
            return
        _try_to_lock(file.fileno())


def _try_to_lock(opened: int) -> bool:
    try:
        _lock(opened)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise NoFileLocksError from error
        if error.errno not in _HELD_BY_ANOTHER:
            raise
        return False
    return True


class OsLock:
    """The lock of *file*, which one holder at a time has, in this process or another.

    Never the kind that is only a file's existence: it outlives a process that died, and two can
    come to have it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: int | None = None

    @property
    def is_held(self) -> bool:
        """Is the lock ours?"""
        return self._opened is not None

    def try_acquire(self) -> bool:
        """Take the lock unless another has it, without waiting; return whether it is ours now.

        Raises :class:`NoFileLocksError` where there are none, and OSError when the file cannot be
        opened.
        """
        if self._opened is None:
            opened = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                self._opened = opened if _try_to_lock(opened) else None
            finally:
                if self._opened is None:
                    os.close(opened)
        return self.is_held

    def release(self) -> None:
        """Let go of the lock.  Safe to call without having it."""
        opened, self._opened = self._opened, None
        if opened is not None:
            try:
                _unlock(opened)  # a forked child may have the file open still
            finally:
                os.close(opened)
