"""A SQLite file that can be thrown away at any time: what is in it can be made again.

Knows: sqlite3, a schema it is given.  Must not know: what is in the tables.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_BUSY_TIMEOUT_S = 2.0


class _Here(threading.local):
    """What this thread has open."""

    database: sqlite3.Connection | None = None


class _Failure(Exception):
    """What went wrong with one database, while another one may be open as well."""

    def __init__(self, database: DisposableDatabase, cause: sqlite3.Error) -> None:
        super().__init__(database, cause)
        self.database = database
        self.cause = cause


class DisposableDatabase:
    """A failure of SQLite or the disk costs only time, and a damaged file is begun again.

    *schema* makes the tables; *shape* is its number: a file of another one is begun again.  *what*
    is what the log calls it.
    """

    def __init__(
        self, file: Path, *, schema: str, shape: int, what: str, log: logging.Logger
    ) -> None:
        self.file = file
        self._schema = f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version = {shape}; COMMIT;"
        self._shape = shape
        self._what = what
        self._log = log
        self._here = _Here()

    def together(self, work: Callable[[], T]) -> T | None:
        """Return what *work* returns, None when the file cannot be used.  Blocks.

        All that *work* runs on this thread is one transaction, for which the file is opened once.
        *work* may be called twice.
        """

        def use(database: sqlite3.Connection) -> T:
            self._here.database = database
            try:
                return work()
            finally:
                self._here.database = None

        return self.run(use)

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return what *work* returns, None when the file cannot be used.  Blocks.

        *work* may be called twice.
        """
        if self._here.database is not None:
            try:
                return work(self._here.database)
            except sqlite3.Error as error:
                raise _Failure(self, error) from error
        for is_again in (False, True):
            try:
                return self._once(work)
            except _Failure as failure:
                if failure.database is not self:
                    raise
                if not self._may_go_on(failure.cause) or is_again:
                    return None
            except OSError as error:
                self._log.debug("%s cannot be used: %s", self._what, error)
                return None
        return None

    def _once(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._opened() as database:
                return work(database)
        except sqlite3.Error as error:
            raise _Failure(self, error) from error

    def _may_go_on(self, error: sqlite3.Error) -> bool:
        """Begin a damaged file again, and say whether that was done."""
        if isinstance(error, sqlite3.OperationalError):
            self._log.debug("%s cannot be used: %s", self._what, error)
            return False
        self._log.warning("%s is begun again: %s", self._what, error)
        return self._throw_away()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        # It is not kept open, so it may be thrown away.
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = sqlite3.connect(self.file, timeout=_BUSY_TIMEOUT_S)
        with contextlib.closing(database), database:
            is_new = not database.execute("SELECT 1 FROM sqlite_master").fetchone()
            [shape] = database.execute("PRAGMA user_version").fetchone()
            if shape != self._shape:
                if not is_new:
                    raise sqlite3.DatabaseError("another release made it")
                database.executescript(self._schema)
                self.file.chmod(0o600)
            database.execute("PRAGMA synchronous = OFF")  # a power cut may damage it
            yield database

    def _throw_away(self) -> bool:
        try:
            for suffix in ("-journal", "-wal", "-shm", ""):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            self._log.debug("%s cannot be removed: %s", self._what, error)
            return False
        return True


def bytes_of(database: sqlite3.Connection) -> int:
    """Return how much room what is in *database* takes."""
    pages, free, page_bytes = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page_bytes)
