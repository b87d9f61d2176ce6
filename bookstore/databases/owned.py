"""A SQLite file owned by one thread, which commits together whatever waits together.

A commit that survives a power cut costs a flush of the disk.  Saves that arrive while one is
being flushed share the next one, so many writers cost little more than one.

Knows: sqlite3, threads.  Must not know: what is kept in the file.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ..concurrency.background import guarded
from ..files.durable import make_folder
from ..files.os_lock import require_locks

T = TypeVar("T")
Transaction: TypeAlias = sqlite3.Connection
"""What functions that run inside a transaction are given, and may hand on."""
Work = Callable[[Transaction], T]

_log = logging.getLogger("bookstore.databases")
_BUSY_TIMEOUT_S = 5.0
_BATCH = 256
_WAL_BYTES = 2**22
_UNUSED_PAGES = 2**11
"""So many, 8 MiB, a file keeps for what comes next; the room of more is given back."""


class DatabaseUnavailable(Exception):
    """The file cannot be used now; the cause is what SQLite or the disk said."""

    def __init__(self, cause: BaseException) -> None:
        self.reason = _reason(cause)
        """In words, without a path."""
        super().__init__(self.reason)
        self.__cause__ = cause


class Part(NamedTuple):
    """The tables of one user of a file."""

    schema: str
    """SQL that makes what is missing, and changes nothing that is there."""
    rescue: Callable[[sqlite3.Connection, Path], tuple[int, int]]
    """Takes over what is in a file that was moved aside; returns how much, and how much not."""
    begin: Callable[[sqlite3.Connection], None] = lambda _: None
    """Called inside a transaction whenever the file was opened, before anything else uses it."""
    files: Callable[[sqlite3.Connection], set[str]] = lambda _: set()
    """Returns the names of the files beside the database that its tables need."""
    holds: str = "saves"
    """What is in them, in a word."""


@dataclass(kw_only=True)
class _Job:
    work: Work[Any]
    is_lasting: bool
    done: Future[Any] = field(default_factory=Future)


class Rescued(NamedTuple):
    """What became of what one user of a file had in it."""

    holds: str
    taken: int
    left: int
    """So many are not whole, or not to be understood."""


class MovedAside(NamedTuple):
    """A file that could not be used, and what became of what was in it."""

    file: Path
    is_damaged: bool
    """False: a later release wrote it."""
    rescued: tuple[Rescued, ...] | None = None
    """What became of what was in it; None when nobody can tell."""


class OwnedDatabase:
    """Run functions inside transactions on the one thread that owns the connection.

    Every failure of SQLite or the disk is a :class:`DatabaseUnavailable` in the future that a
    function's result comes in.  The connection is opened at the first use and again after a
    failure, so the file heals as soon as the disk does.  A file that is damaged, or that a
    later release wrote, is moved aside, never deleted or changed; a new one takes its place, and
    what is whole in the old one is taken over.
    """

    def __init__(
        self,
        file: Path,
        parts: Sequence[Part],
        format_number: int,
        *,
        needs_locks: bool = False,
    ) -> None:
        """*format_number* stands in the file; a release that understands a file knows its number or
        a larger one.

        *needs_locks*: several processes write at once, and nothing is to be done on a disk without
        locks.
        """
        self.file = file
        self.moved_aside: MovedAside | None = None
        """What was moved aside last, once that has happened."""
        self._parts = tuple(parts)
        self._format_number = format_number
        self._needs_locks = needs_locks
        self._is_lasting = False  # is every commit flushed?
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._to_rescue: MovedAside | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def run(self, work: Work[T], *, is_lasting: bool = True) -> Future[T]:
        """Schedule *work* and return its result as a future, set once it is on disk.

        A function that raises has no effect; the others that share its transaction do.  What need
        not be *lasting* is done at once for all who look, and a power cut may undo it together
        with all that came after it, up to the next that is: for what would only be done again.
        """
        job = _Job(work=work, is_lasting=is_lasting)
        with self._starting:
            if self._thread is None:
                name = f"bookstore-{self.file.stem}"
                self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return job.done

    def close(self) -> None:
        """Finish what is scheduled and close the file.  Blocks; safe to call twice.

        What is run afterwards opens it again: a save that arrives while the server stops counts.
        """
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()

    def files_needed(self, connection: sqlite3.Connection) -> set[str] | None:
        """Return the names of the files beside this one that its tables need, as *connection* has
        them; None while a file that was moved aside lies there, and may need others."""
        if any(self.file.parent.glob(f"{self.file.name}.*")):
            return None
        return set().union(*(part.files(connection) for part in self._parts))

    # -- on the owning thread ------------------------------------------------------------------

    def _serve(self) -> None:
        while batch := self._next_batch():
            self._commit_together([job for job in batch if job.done.set_running_or_notify_cancel()])
            if self._jobs.empty():
                self._tidy()
        self._disconnect()

    def _next_batch(self) -> list[_Job]:
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == _BATCH or self._jobs.empty():
                return batch
            job = self._jobs.get()
        if batch:
            self._jobs.put(None)  # finish this batch first, then see the end again
        return batch

    def _commit_together(self, batch: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            connection = self._connect()
            self._flush_commits(connection, any(job.is_lasting for job in batch))
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [(job, *_attempt(connection, job.work)) for job in batch]
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._disconnect()
            if is_damage(error):
                self._move_aside(is_damaged=True)
            failure = DatabaseUnavailable(error)
            outcomes = [(job, None, failure) for job in batch]
        for job, result, problem in outcomes:
            if problem is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(problem)

    def _flush_commits(self, connection: sqlite3.Connection, is_lasting: bool) -> None:
        if is_lasting is not self._is_lasting:
            connection.execute(f"PRAGMA synchronous = {'FULL' if is_lasting else 'NORMAL'}")
            self._is_lasting = is_lasting

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None and self._identity() == self._opened:
            return self._connection
        self._disconnect()
        make_folder(self.file.parent)
        if self._needs_locks:
            require_locks(self.file.parent)  # SQLite would do without, or wait for nobody
        self._opened = self._identity()
        connection = sqlite3.connect(self.file, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            if _format_of(connection) > self._format_number:
                connection.close()
                self._make_way_for_earlier()
                return self._connect()
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new file
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # durable when COMMIT returns
            self._is_lasting = True
            connection.execute(
                "PRAGMA secure_delete = FAST"
            )  # no megabytes of zeros on a full disk
            connection.execute("PRAGMA wal_autocheckpoint = 10000")  # _tidy does it, off the path
            self._make_tables(connection)
            self._take_over(connection)
            connection.execute("BEGIN IMMEDIATE")
            for part in self._parts:
                _, problem = _attempt(connection, part.begin)
                if problem is not None:  # saves must go on, whatever it is about
                    _log.error("Opening %s: %r", self.file.name, problem, exc_info=problem)
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        self.file.chmod(0o600)
        self._connection, self._opened = connection, self._identity()
        return connection

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        """Make what is missing, all in one: a file with a format number has all its tables."""
        schema = "\n".join(part.schema for part in self._parts)
        number = f"PRAGMA user_version = {self._format_number};"
        connection.executescript(f"BEGIN IMMEDIATE;\n{schema}\n{number}\nCOMMIT;")

    def _identity(self) -> tuple[int, int] | None:
        """Which file is there now: another one may have taken its place."""
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _tidy(self) -> None:
        wal = Path(f"{self.file}-wal")
        try:
            if self._connection is not None and wal.stat().st_size > _WAL_BYTES:
                _give_room_back(self._connection)
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, OSError) as error:
            _log.debug("The write-ahead log of %s is tidied later: %s", self.file.name, error)

    # -- files that cannot be used ---------------------------------------------------------------

    def _make_way_for_earlier(self) -> None:
        # Once: a later release that makes its own again is running, and must not be fought.
        is_first = self.moved_aside is None or self.moved_aside.is_damaged
        if not is_first or not self._move_aside(is_damaged=False):
            raise sqlite3.OperationalError("a later release of bookstore wrote it")

    def _move_aside(self, *, is_damaged: bool) -> bool:
        if self._opened not in (None, self._identity()):
            return False  # another process did it, and what is there now is another file
        word = "damaged" if is_damaged else "later"
        aside = self.file.with_name(f"{self.file.name}.{word}-{time.time_ns()}")
        try:
            self.file.rename(aside)
            for suffix in ("-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self.file}{suffix}").rename(f"{aside}{suffix}")
        except OSError as error:
            _log.error("%s cannot be moved aside: %s", self.file.name, error.strerror)
            return False
        self.moved_aside = self._to_rescue = MovedAside(aside, is_damaged)
        return True

    def _take_over(self, connection: sqlite3.Connection) -> None:
        if (aside := self._to_rescue) is None:
            return
        connection.execute("BEGIN IMMEDIATE")
        # An error of SQLite's means that there is no room for it now: it is tried again.
        with guarded(f"Reading {aside.file.name}", _log, but=(sqlite3.Error,)) as guard:
            rescued = [
                Rescued(part.holds, *part.rescue(connection, aside.file)) for part in self._parts
            ]
            connection.execute("COMMIT")
            self.moved_aside = aside._replace(rescued=tuple(rescued))
        if guard.error is not None:
            connection.execute("ROLLBACK")
        self._to_rescue = None


def _attempt(connection: sqlite3.Connection, work: Work[Any]) -> tuple[Any, BaseException | None]:
    connection.execute("SAVEPOINT job")
    try:
        result, problem = work(connection), None
    except sqlite3.Error:
        raise  # the disk or the file: nothing that shares the transaction is safe
    except Exception as error:  # this job's own fault: the others go on
        connection.execute("ROLLBACK TO job")
        result, problem = None, error
    connection.execute("RELEASE job")
    return result, problem


def _give_room_back(connection: sqlite3.Connection) -> None:
    [pages] = connection.execute("PRAGMA freelist_count").fetchone()
    if pages > _UNUSED_PAGES:
        # A script, since this is a statement that has to be asked for each page.
        connection.executescript(f"PRAGMA incremental_vacuum({pages - _UNUSED_PAGES // 2})")


def _format_of(connection: sqlite3.Connection) -> int:
    [number] = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def is_damage(error: BaseException) -> bool:
    """Does *error* say that the file is damaged?"""
    # By text: sqlite_errorcode exists only from Python 3.11 on.
    return "malformed" in str(error) or "not a database" in str(error)


def _reason(error: BaseException) -> str:
    # An OSError's own text holds the path; its reason alone does not.
    return (error.strerror or "input/output error") if isinstance(error, OSError) else str(error)
