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
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

_THREADS = 4
_BUSY_TIMEOUT_S = 5.0


class _Opened(NamedTuple):
    connection: sqlite3.Connection
    identity: tuple[int, int]


class Readers:
    """Ask questions of *file* on a few threads.

    No file is made: where there is none, there is nothing to ask.
    """

    def __init__(self, file: Path, name: str) -> None:
        self._file = file
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix=name)
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._under_way: set[Future[Any]] = set()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Do *work*, which may :meth:`ask`, on one of the threads; RuntimeError once closed."""
        future = self._threads.submit(work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return the answer to *question*, of one moment; None where there is no file.

        Raises what SQLite and the disk raise.
        """
        connection = self._connect()
        if connection is None:
            return None
        connection.execute("BEGIN")
        try:
            return question(connection)
        finally:
            connection.execute("ROLLBACK")

    def close(self, *, timeout_s: float) -> None:
        """Take no more work and let go of the file, unless a disk hangs for longer than that."""
        self._threads.shutdown(wait=False)
        _, hanging = concurrent.futures.wait(tuple(self._under_way), timeout=timeout_s)
        for connection in () if hanging else self._all:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _connect(self) -> sqlite3.Connection | None:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        identity = (status.st_dev, status.st_ino)
        opened: _Opened | None = getattr(self._own, "opened", None)
        if opened is not None and opened.identity == identity:
            return opened.connection
        if opened is not None:  # another file has taken its place
            self._all.remove(opened.connection)
            opened.connection.close()
        connection = sqlite3.connect(
            f"{self._file.absolute().as_uri()}?mode=rw",  # who only reads has a share in the log
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,  # it is closed from elsewhere
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        [number] = connection.execute("PRAGMA user_version").fetchone()
        if not number:  # it is being made
            connection.close()
            return None
        self._own.opened = _Opened(connection, identity)
        self._all.append(connection)
        return connection


def opened_to_read(aside: Path) -> sqlite3.Connection:
    """Return a connection that reads a file that nobody writes any more; to an empty database where
    nothing can be read."""
    try:
        source = sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:  # then there is nothing in it
        source = sqlite3.connect(":memory:")
    source.row_factory = sqlite3.Row
    return source
