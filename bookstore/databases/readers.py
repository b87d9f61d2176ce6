"""Connections that only read a SQLite file, beside the thread that owns it.

What is read is as of one moment, and nobody who writes waits for it.

Knows: sqlite3, threads.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from . import forks
from .asides import Identity, identity_of, is_unfinished, log_of, what_is_wrong

T = TypeVar("T")

_THREADS = 4
_BUSY_TIMEOUT_S = 5.0
_NO_MORE = "it was closed, or no more threads can be started"


class NotKnownYetError(Exception):
    """What was in a file that was moved aside is not all taken over: no answer would be right."""


class _Opened(NamedTuple):
    connection: sqlite3.Connection
    file: Identity
    log: Identity | None
    forks: int
    in_use: threading.Lock
    """SQLite lets go of what is being read from a connection that is closed."""


class Readers:
    """Ask questions of *file* on a few threads.

    No file is made: where there is none, there is nothing to ask.
    """

    def __init__(self, file: Path, name: str) -> None:
        self._file = file
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)
        self._own = threading.local()
        self._all: list[_Opened] = []
        self._under_way: set[Future[Any]] = set()
        self._forks: int | None = None  # when the threads were started

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Do *work*, which may :meth:`ask`, on one of the threads; once closed, and in a process
        that was forked from the one that asked before, an error of SQLite's is raised."""
        if self._forks is None:
            self._forks = forks.count()
        elif self._forks != forks.count():  # the threads are not in this process
            raise forks.refused()
        try:
            future = self._threads.submit(work)
        except RuntimeError as error:
            raise sqlite3.ProgrammingError(_NO_MORE) from error
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return the answer to *question*, of one moment; None where there is no file.

        Raises :class:`NotKnownYetError` while files that were moved aside are taken over, what
        SQLite and the disk raise, and for a file that was removed or emptied what
        SQLite raises for one that is damaged: whoever owns it knows what becomes of it.
        """
        opened = self._connect()
        if opened is None:
            return None
        with opened.in_use:
            return self._ask(opened.connection, question)

    def _ask(
        self, connection: sqlite3.Connection, question: Callable[[sqlite3.Connection], T]
    ) -> T:
        connection.execute("BEGIN")
        try:
            if not self._own.is_known:
                if is_unfinished(connection):
                    raise NotKnownYetError
                self._own.is_known = True  # from now on, as long as this file is there
            return question(connection)
        except UnicodeDecodeError as error:  # what SQLite says of a damaged file is damaged, too
            raise sqlite3.DatabaseError("database disk image is malformed") from error
        finally:
            connection.execute("ROLLBACK")

    def close(self, *, timeout_s: float) -> None:
        """Take no more work and let go of the file, where nobody reads for longer than that."""
        if self._forks not in (None, forks.count()):
            return
        ends_at = time.monotonic() + timeout_s
        self._threads.shutdown(wait=False)
        concurrent.futures.wait(tuple(self._under_way), timeout=timeout_s)
        for opened in tuple(self._all):
            self._close(opened, timeout_s=max(0.0, ends_at - time.monotonic()))

    def _close(self, opened: _Opened, *, timeout_s: float) -> None:
        if not opened.in_use.acquire(timeout=timeout_s):
            return
        with contextlib.suppress(sqlite3.Error):
            opened.connection.close()
        if opened in self._all:
            self._all.remove(opened)
            forks.note_closed(opened.file)
        opened.in_use.release()

    def _connect(self) -> _Opened | None:
        opened: _Opened | None = getattr(self._own, "opened", None)
        file = identity_of(self._file)
        if opened is not None:
            if opened.forks != forks.count():
                raise forks.refused()
            if (opened.file, opened.log) == (file, identity_of(log_of(self._file))):
                return opened
            self._own.opened = None  # another file has taken its place
            self._close(opened, timeout_s=0)
        if file is None and opened is None:
            return None
        if file is None or not _is_there(self._file):
            raise sqlite3.DatabaseError("there is nothing in its place: not a database")
        forks.note_open(file)
        opened = self._open(file)
        if opened is None:
            forks.note_closed(file)
            return None
        self._own.opened, self._own.is_known = opened, False
        self._all.append(opened)
        return opened

    def _open(self, file: Identity) -> _Opened | None:
        connection = sqlite3.connect(
            f"{self._file.absolute().as_uri()}?mode=rw",  # who only reads has a share in the log
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # it is closed from elsewhere
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = ON")
            [number] = connection.execute("PRAGMA user_version").fetchone()
            if number:
                log = identity_of(log_of(self._file))  # by now there is one
                return _Opened(connection, file, log, forks.count(), threading.Lock())
        except sqlite3.Error:
            connection.close()
            forks.note_closed(file)
            raise
        connection.close()  # it is being made
        return None


def _is_there(file: Path) -> bool:
    # SQLite would take an empty file for a new one, and remove the log that is left of it.
    return what_is_wrong(file, ()) is None


def opened_to_read(aside: Path) -> sqlite3.Connection:
    """Return a connection that reads a file that nobody writes any more; to an empty database where
    nothing can be read."""
    place = f"{aside.absolute().as_uri()}?mode=ro" if _is_there(aside) else ":memory:"
    try:
        source = sqlite3.connect(place, uri=True)
    except sqlite3.Error:  # then there is nothing in it
        source = sqlite3.connect(":memory:")
    source.row_factory = sqlite3.Row
    return source
