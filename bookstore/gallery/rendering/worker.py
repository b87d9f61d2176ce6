"""The process that renders: what nobody can stop in a thread is ended here.

Knows: jobs, its own pipes and limits.  Must not know: the server that started it.
"""

from __future__ import annotations

import contextlib
import os
import sys

from .jobs import Failure, Result, Workbench, failure_of, receive_job, send_answer

MOST_MEMORY = 2 * 2**30
"""In bytes of address space, where the system can limit it."""


def main() -> None:
    """Do what comes in at the standard input, until it is closed."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _limit_memory()
    bench = Workbench()
    while (job := receive_job(sys.stdin.buffer)) is not None:
        answer: Result | Failure
        try:
            answer = bench.do(job)
        except MemoryError:
            bench = Workbench()
            answer = Failure("other", "MemoryError")
        except Exception as error:  # whatever a notebook does to a library
            answer = failure_of(error)
        send_answer(answers, answer)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
