"""Connections that only read a SQLite file, beside the thread that owns it.

What is read is as of one moment, and nobody who writes waits for it.

Knows: sqlite3, threads.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from . import forks
from .asides import Identity, identity_of, is_unfinished, log_of, what_is_wrong

T = TypeVar("T")

_THREADS = 4
_BUSY_TIMEOUT_S = 5.0
_NO_MORE = "it was closed, or no more threads can be started"


class NotKnownYetError(Exception):
    """What was in a file that was moved aside is not all taken over: no answer would be right."""


@dataclass(kw_only=True)
class _Opened:
    connection: sqlite3.Connection
    file: Identity
    log: Identity | None
    forks: int
    is_known: bool = False
    """Is all taken over that was in files which were moved aside?"""


class Readers:
    """Ask questions of *file* on a few threads, or on any other.

    No file is made: where there is none, there is nothing to ask.  There are as many connections as
    questions were ever asked at once, whatever threads come and go.
    """

    def __init__(self, file: Path, name: str) -> None:
        self._file = file
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)
        self._idle: list[_Opened] = []
        self._mutex = threading.Lock()  # of the above and the below
        self._is_closed = False
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
        opened = self._take()
        if opened is None:
            return None
        try:
            return _ask(opened, question)
        finally:
            self._give_back(opened)

    def close(self, *, timeout_s: float) -> None:
        """Take no more work and let go of the file; of what is read for longer, once it is read."""
        if self._forks not in (None, forks.count()):
            return
        self._threads.shutdown(wait=False)
        concurrent.futures.wait(tuple(self._under_way), timeout=timeout_s)
        with self._mutex:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for opened in idle:
            _close(opened)

    def _take(self) -> _Opened | None:
        """Return a connection to the file that is there now; None where nothing is to be asked."""
        file, log = identity_of(self._file), identity_of(log_of(self._file))
        is_gone = False
        while opened := self._pop_idle():
            if opened.forks != forks.count():
                raise forks.refused()
            if (opened.file, opened.log) == (file, log):
                return opened
            is_gone = True  # another file has taken its place
            _close(opened)
        if file is None and not is_gone:
            return None
        if file is None or not _is_there(self._file):
            raise sqlite3.DatabaseError("there is nothing in its place: not a database")
        return self._open(file)

    def _pop_idle(self) -> _Opened | None:
        with self._mutex:
            return self._idle.pop() if self._idle else None

    def _give_back(self, opened: _Opened) -> None:
        with self._mutex:
            if not self._is_closed:
                self._idle.append(opened)
                return
        _close(opened)

    def _open(self, file: Identity) -> _Opened | None:
        forks.note_open(file)
        connection: sqlite3.Connection | None = None
        try:
            place = f"{self._file.absolute().as_uri()}?mode=rw"  # who reads has a share in the log
            connection = sqlite3.connect(
                place,
                uri=True,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only = ON")
            [number] = connection.execute("PRAGMA user_version").fetchone()
            if number:
                log = identity_of(log_of(self._file))  # by now there is one
                return _Opened(connection=connection, file=file, log=log, forks=forks.count())
        except sqlite3.Error:
            _let_go(connection, file)
            raise
        _let_go(connection, file)  # it is being made
        return None


def _ask(opened: _Opened, question: Callable[[sqlite3.Connection], T]) -> T:
    connection = opened.connection
    connection.execute("BEGIN")
    try:
        if not opened.is_known:
            if is_unfinished(connection):
                raise NotKnownYetError
            opened.is_known = True  # from now on, as long as this file is there
        return question(connection)
    except UnicodeDecodeError as error:  # what SQLite says of a damaged file is damaged, too
        raise sqlite3.DatabaseError("database disk image is malformed") from error
    finally:
        connection.execute("ROLLBACK")


def _close(opened: _Opened) -> None:
    _let_go(opened.connection, opened.file)


def _let_go(connection: sqlite3.Connection | None, file: Identity) -> None:
    if connection is not None:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
    forks.note_closed(file)


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
