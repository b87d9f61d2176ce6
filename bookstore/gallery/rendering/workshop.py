"""Processes that render, started when there is something to do and ended when they take too long.

A thread cannot be stopped: one regular expression, or an HTML parser in another language, would
hold it, and the server's interpreter with it, for as long as an attacker likes.  A process can be
killed, has a limit of memory, and gives all of it back.
Knows: processes, jobs.  Must not know: event loops, caches.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from ...errors import BookstoreError, InvalidNotebook, TooLarge
from .jobs import Failure, Job, Result, receive_answer, send_job

DEADLINE_S = 20.0
"""Wall time for one job, reading included; a job that misses it is tried once more, carefully."""
IDLE_S = 300.0
"""How long a process waits for more to do."""
MOST_KEPT_BYTES = 8 * 2**20
"""A process that read a larger notebook is not kept: it would keep the memory, too."""
_WHERE_WE_LIE = Path(__file__).parents[3]
WORKER = (sys.executable, "-m", "bookstore.gallery.rendering.worker")


class RenderingFailed(BookstoreError):
    """A notebook could not be shown, not even as it is written."""

    status = 422
    hint = "Download it and open it in Jupyter."


class Workshop:
    """Does jobs in processes of its own, each with a deadline."""

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        idle_s: float = IDLE_S,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._command = command
        self._deadline_s = deadline_s
        self._idle_s = idle_s
        self._free: list[_Worker] = []
        self._lock = threading.Lock()
        self._closing: threading.Timer | None = None
        self._is_closed = False

    def do(self, job: Job) -> Result:
        """Return what comes of *job*; blocks until then, for two deadlines at most.

        Raises what rendering raises, and :class:`RenderingFailed`.
        """
        answer = self._tried(job)
        if _is_hopeless(answer) and len(job.bodies) == 1:
            answer = self._tried(job.carefully())
        if answer is None:
            raise RenderingFailed("To show this notebook takes too long.")
        if not isinstance(answer, Failure):
            return answer
        if answer.kind == "InvalidNotebook":
            raise InvalidNotebook(answer.message)
        if answer.kind == "TooLarge":
            raise TooLarge(answer.message, hint=answer.hint)
        raise RenderingFailed(f"This notebook cannot be shown ({answer.message}).")

    def close(self) -> None:
        """End the processes that wait; those at work end with their jobs."""
        with self._lock:
            self._is_closed = True
            if self._closing is not None:
                self._closing.cancel()
        self._end_free()

    def _end_free(self) -> None:
        with self._lock:
            free, self._free = self._free, []
        for worker in free:
            worker.end()

    def _tried(self, job: Job) -> Result | Failure | None:
        with self._lock:
            worker = self._free.pop() if self._free else None
        worker = worker or _Worker(self._command)
        answer = worker.do(job, self._deadline_s)
        is_large = sum(map(len, job.bodies)) > MOST_KEPT_BYTES
        if answer is None or is_large or not self._keeps(worker):
            worker.end()
        return answer

    def _keeps(self, worker: _Worker) -> bool:
        with self._lock:
            if self._is_closed:
                return False
            self._free.append(worker)
            if self._closing is not None:
                self._closing.cancel()
            self._closing = threading.Timer(self._idle_s, self._end_free)
            self._closing.daemon = True
            self._closing.start()
            return True


class _Worker:
    """One process.  It runs where bookstore lies: in the folder of a user's notebooks a file could
    have the name of a library."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            command,
            cwd=_WHERE_WE_LIE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018  # both are pipes
        self._jobs, self._answers = stdin, stdout

    def do(self, job: Job, deadline_s: float) -> Result | Failure | None:
        """Return what comes of *job*, None where the process had to be ended, or ended."""
        deadline = threading.Timer(deadline_s, self._process.kill)
        deadline.daemon = True
        deadline.start()
        try:
            send_job(self._jobs, job)
            return receive_answer(self._answers)
        except OSError:  # it ended while it was written to
            return None
        finally:
            deadline.cancel()

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        for pipe in (self._jobs, self._answers):
            with contextlib.suppress(OSError):  # what could not be written to it any more
                pipe.close()
        self._process.wait()


def _is_hopeless(answer: Result | Failure | None) -> bool:
    return answer is None or (isinstance(answer, Failure) and answer.kind == "other")
