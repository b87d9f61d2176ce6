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
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from ..files.durable import make_folder
from ..files.os_lock import require_locks
from . import asides, forks
from .asides import Identity, MovedAside, Why, identity_of, log_of
from .bodies import TABLE
from .parts import BROKEN, Part, attempt
from .taking_over import TakingOver
from .write_ahead_log import WriteAheadLog

T = TypeVar("T")
Transaction: TypeAlias = sqlite3.Connection
"""What functions that run inside a transaction are given, and may hand on."""
Work = Callable[[Transaction], T]

_log = logging.getLogger("bookstore.databases")
_BUSY_TIMEOUT_S = 5.0
_BATCH = 256
_NO_TEXT = "Could not decode"
_DAMAGE = ("malformed", "not a database", _NO_TEXT)
_IN_WORDS = {
    **dict.fromkeys(
        _DAMAGE, "it is damaged; what can be read of it goes on in a new one: try again"
    ),
    "readonly": "it may only be read; give its owner leave to write it, and to its folder",
    "unable to open": "it cannot be opened; see whose it is, and its mode and that of its folder",
}
"""What SQLite says of files that others have to see to."""


class DatabaseUnavailable(Exception):
    """The file cannot be used now; the cause is what SQLite or the disk said."""

    def __init__(self, cause: BaseException) -> None:
        self.reason = reason_of(cause)
        """In words, without a path."""
        super().__init__(self.reason)
        self.__cause__ = cause


@dataclass(kw_only=True)
class _Job:
    work: Work[Any]
    is_lasting: bool
    done: Future[Any] = field(default_factory=Future)


_Jobs: TypeAlias = "queue.SimpleQueue[_Job | None]"
"""What a thread is to do; None at its end."""


class _Opened(NamedTuple):
    """What a connection is to: it may be moved, removed or replaced meanwhile."""

    file: Identity | None
    log: Identity | None


class OwnedDatabase:
    """Run functions inside transactions on the one thread that owns the connection.

    Every failure of SQLite or the disk is a :class:`DatabaseUnavailable` in the future that a
    function's result comes in.  The connection is opened at the first use and again after a
    failure, so the file heals as soon as the disk does.  A file that is damaged, emptied or not
    ours, or that a later release wrote, is moved aside, never deleted or changed; a new one takes
    its place, and what is whole in the old one, or in the log that is left of it, is taken over.
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
        self.is_log_lost = False
        """Was the log gone when the file was opened?  Then what was in it last may be missing."""
        self._parts = tuple(parts)
        self._format_number = format_number
        number = f"PRAGMA user_version = {format_number};"
        self._schema = "\n".join((*(part.schema for part in self._parts), asides.SCHEMA, number))
        self._traces = {name for part in self._parts for name in part.traces}
        self._needs_locks = needs_locks
        self._is_lasting = False  # is every commit flushed?
        self._jobs: _Jobs | None = None  # of the thread that takes more
        self._connection: sqlite3.Connection | None = None
        self._opened = _Opened(None, None)
        self._write_ahead_log = WriteAheadLog(file)
        self._asides = TakingOver(file, self._parts, self._schema)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._forks: int | None = None  # when the thread was started
        self._noted: Identity | None = None

    def run(self, work: Work[T], *, is_lasting: bool = True) -> Future[T]:
        """Schedule *work* and return its result as a future, set once it is on disk.

        A function that raises has no effect; the others that share its transaction do.  What need
        not be *lasting* is done at once for all who look, and a power cut may undo it together
        with all that came after it, up to the next that is: for what would only be done again.
        """
        job = _Job(work=work, is_lasting=is_lasting)
        if self._is_of_another_process():
            job.done.set_exception(DatabaseUnavailable(forks.refused()))
            return job.done
        with self._starting:
            try:
                (self._jobs or self._start()).put(job)
            except RuntimeError as error:  # there are too many threads, or the process ends
                job.done.set_exception(DatabaseUnavailable(error))
        return job.done

    def close(self) -> None:
        """Finish what is scheduled and close the file.  Blocks; safe to call twice.

        What is run afterwards opens it again: a save that arrives while the server stops counts.
        Called from a function that is run, it closes the file after that function.
        """
        if self._is_of_another_process():
            return
        with self._starting:
            thread, jobs, self._jobs = self._thread, self._jobs, None
            if jobs is not None:
                jobs.put(None)
        if thread is None or thread is threading.current_thread():
            return
        thread.join()
        with self._starting:
            if self._thread is thread:  # else what was run meanwhile has opened it again
                self._thread = self._forks = None

    def _start(self) -> _Jobs:
        """Start a thread, which waits for the one before: the file has one owner at a time."""
        jobs: _Jobs = queue.SimpleQueue()
        name = f"bookstore-{self.file.stem}"
        thread = threading.Thread(
            target=self._serve, args=(jobs, self._thread), name=name, daemon=True
        )
        self._forks = forks.count()
        thread.start()
        self._thread, self._jobs = thread, jobs
        return jobs

    def _is_of_another_process(self) -> bool:
        """Was this process forked from the one that uses the file?  The thread is not in it."""
        return self._forks not in (None, forks.count())

    @property
    def moved_aside(self) -> MovedAside | None:
        """What was moved aside last, once that has happened."""
        return self._asides.last

    @property
    def is_taking_over(self) -> bool:
        """Is not all known yet that can be known from files that were moved aside?"""
        return self._asides.is_unfinished

    def take_over_some(self) -> Future[bool]:
        """Take some more over from files that were moved aside; tells whether more is left."""
        return self.run(self._asides.take_over_some, is_lasting=False)

    def is_to_be_told_of(self) -> bool:
        """Is there no file to be read, although there was one?  Using this says what became of
        it."""
        try:
            return asides.what_is_wrong(self.file, self._traces) is not None
        except OSError:  # using it says what is the matter
            return False

    def files_needed(self, connection: sqlite3.Connection) -> set[str] | None:
        """Return the names of the files beside this one that its tables need, as *connection* has
        them; None while a file that was moved aside lies there, and may need others."""
        if any(self.file.parent.glob(f"{self.file.name}.*")):
            return None
        return set().union(*(part.files(connection) for part in self._parts))

    # -- on the owning thread ------------------------------------------------------------------

    def _serve(self, jobs: _Jobs, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        while batch := _next_batch(jobs):
            self._commit_together([job for job in batch if job.done.set_running_or_notify_cancel()])
            if jobs.empty() and self._connection is not None:
                self._write_ahead_log.keep_short(self._connection, wait_s=_BUSY_TIMEOUT_S)
        self._disconnect()

    def _commit_together(self, batch: list[_Job]) -> None:
        outcomes: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            connection = self._connect()
            self._flush_commits(connection, any(job.is_lasting for job in batch))
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [(job, *attempt(connection, job.work)) for job in batch]
            connection.execute("COMMIT")
        except (*BROKEN, OSError) as error:
            self._disconnect()
            if is_damage(error):
                self._move_aside("damaged")
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
        if self._connection is not None and self._is_as_opened():
            return self._connection
        self._let_go()
        make_folder(self.file.parent)
        if self._needs_locks:
            require_locks(self.file.parent)  # SQLite would do without, or wait for nobody
        if identity_of(self.file) is None:
            asides.make(self.file, self._schema, self._asides.note)
        self._opened = self._now()
        self._note_open(self._opened.file)
        connection = sqlite3.connect(self.file, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            if (why := self._why_not_ours(connection)) is not None:
                connection.close()
                self._make_way(why)
                return self._connect()
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # durable when COMMIT returns
            self._is_lasting = True
            connection.execute(
                "PRAGMA secure_delete = FAST"
            )  # no megabytes of zeros on a full disk
            connection.execute("PRAGMA wal_autocheckpoint = 10000")  # it is done off the path
            # All in one: a file with a format number has all its tables.
            connection.executescript(f"BEGIN IMMEDIATE;\n{self._schema}\nCOMMIT;")
            self._asides.begin(connection)
            connection.execute("BEGIN IMMEDIATE")
            for part in self._parts:
                _, problem = attempt(connection, part.begin)
                if problem is not None:  # saves must go on, whatever it is about
                    _log.error("Opening %s: %r", self.file.name, problem, exc_info=problem)
            connection.execute("COMMIT")
        except (*BROKEN, OSError):
            connection.close()
            self._note_open(None)
            raise
        self.file.chmod(0o600)
        self._connection, self._opened = connection, self._now()
        return connection

    def _note_open(self, file: Identity | None) -> None:
        if self._noted is not None:
            forks.note_closed(self._noted)
        self._noted = None
        if file is not None:
            forks.note_open(file)
            self._noted = file

    def _now(self) -> _Opened:
        return _Opened(identity_of(self.file), identity_of(log_of(self.file)))

    def _is_as_opened(self) -> bool:
        return self._now() == self._opened and self.file.stat().st_size > 0

    def _let_go(self) -> None:
        """Close what is open, so that a file can be opened; what cannot be used is moved aside."""
        if not self._asides.is_begun and (why := asides.what_is_wrong(self.file, self._traces)):
            # While it is open: SQLite leaves the log of a file that was moved alone.
            if not self._asides.move(why):
                raise sqlite3.OperationalError("what is in its place cannot be moved aside")
        elif self._connection is None:
            self.is_log_lost = self.is_log_lost or asides.is_log_lost(self.file)
        elif identity_of(self.file) == self._opened.file:
            _log.error("%s was removed while it was in use.", log_of(self.file).name)
            with contextlib.suppress(sqlite3.Error):  # the connection has it still
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
            self._note_open(None)

    # -- files that cannot be used ---------------------------------------------------------------

    def _why_not_ours(self, connection: sqlite3.Connection) -> Why | None:
        if asides.is_foreign(connection, TABLE):
            return "foreign"
        return "later" if _format_of(connection) > self._format_number else None

    def _make_way(self, why: Why) -> None:
        # Once: a later release that makes its own again is running, and must not be fought.
        is_first = self.moved_aside is None or self.moved_aside.why != "later"
        if not is_first or not self._move_aside(why):
            raise sqlite3.OperationalError("a later release of bookstore wrote it")

    def _move_aside(self, why: Why) -> bool:
        if self._opened.file not in (None, identity_of(self.file)):
            return False  # another process did it, and what is there now is another file
        return self._asides.move(why)


def _next_batch(jobs: _Jobs) -> list[_Job]:
    batch: list[_Job] = []
    job = jobs.get()
    while job is not None:
        batch.append(job)
        if len(batch) == _BATCH or jobs.empty():
            return batch
        job = jobs.get()
    if batch:
        jobs.put(None)  # finish this batch first, then see the end again
    return batch


def _format_of(connection: sqlite3.Connection) -> int:
    [number] = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def is_damage(error: BaseException) -> bool:
    """Does *error* say that the file is damaged?"""
    # By text: sqlite_errorcode exists only from Python 3.11 on.
    return isinstance(error, UnicodeDecodeError) or any(word in str(error) for word in _DAMAGE)


def reason_of(error: BaseException) -> str:
    """Return why a file cannot be used, in words, without a path."""
    # An OSError's own text holds the path; its reason alone does not.
    if isinstance(error, OSError):
        return error.strerror or "input/output error"
    said = _NO_TEXT if isinstance(error, UnicodeDecodeError) else str(error)
    return next((words for part, words in _IN_WORDS.items() if part in said), said)
