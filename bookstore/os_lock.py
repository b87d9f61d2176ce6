"""A lock on a file that the operating system keeps, and takes back from a process that died.

Knows: filelock.  Must not know: what is locked.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)


class NoFileLocksError(OSError):
    """The file system has no locks."""

    def __init__(self) -> None:
        super().__init__(errno.ENOLCK, os.strerror(errno.ENOLCK))


class OsLock:
    """The lock of *file*, which one holder at a time has, in this process or another.

    Never the kind that is only a file's existence, which filelock takes by itself where there are
    no others: it outlives a process that died, and two can come to have it.
    """

    def __init__(self, file: Path) -> None:
        self.is_held = False
        """Is the lock ours?"""
        self._file = file
        self._lock: FileLock | None = None

    def try_acquire(self) -> bool:
        """Take the lock unless another has it, without waiting; return whether it is ours now.

        Raises :class:`NoFileLocksError` where there are none, and OSError when the file cannot be
        opened.
        """
        if not self.is_held:
            lock, self._lock = self._lock or FileLock(self._file, thread_local=False), None
            self.is_held = _try_once(lock)
            self._lock = lock  # to be used again, now that it did not turn soft
        return self.is_held

    def release(self) -> None:
        """Let go of the lock.  Safe to call without having it."""
        self.is_held = False
        if self._lock is not None:
            self._lock.release(force=True)


def _try_once(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        is_held = False
    except NotImplementedError as error:  # what earlier releases of filelock do
        raise NoFileLocksError from error
    except OSError as error:
        if error.errno in _NO_LOCKS:
            raise NoFileLocksError from error
        raise
    else:
        is_held = True
    if isinstance(lock, SoftFileLock):
        lock.release(force=True)
        raise NoFileLocksError
    return is_held
