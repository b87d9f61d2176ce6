"""Notebooks as papermill writes them while it runs one."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from notebooks import code, error, markdown, notebook

STARTED = "2026-11-28T10:00:00+00:00"
ENDED = "2026-11-28T10:00:09+00:00"

_KILLED = """
import sys, time
from bookstore.papermill_io import PapermillHandler

handler = PapermillHandler()
begun, going_on, *ended = [open(name).read() for name in sys.argv[2:]]
handler.write(begun, sys.argv[1])
print("begun", flush=True)
for _ in range(20):
    time.sleep(0.01)
    handler.write(going_on, sys.argv[1])
for body in ended:
    handler.write(body, sys.argv[1])
"""


def written(
    *cells: Any,
    started: str | None = STARTED,
    ended: str | None = None,
    input_path: str = "bookstore://a.ipynb",
    begun: int = 0,
) -> bytes:
    """A notebook with what papermill says of it, of which the first *begun* cells were executed."""
    made = notebook(*cells)
    for cell in made["cells"][:begun]:
        cell["metadata"]["papermill"] = {"start_time": STARTED}
    made["metadata"]["papermill"] = {"input_path": input_path}
    if started:
        made["metadata"]["papermill"] |= {"start_time": started, "end_time": ended}
    return json.dumps(made).encode()


def of_success(source: str = "1", started: str = STARTED) -> Iterator[bytes]:
    """What papermill writes when all goes well: the last two are the same."""
    yield written(code(source), started=started)
    yield written(code(source, count=1), started=started)
    for _ in range(2):
        yield written(code(source, count=1), started=started, ended=ENDED)


def of_failure(source: str = "1/0") -> Iterator[bytes]:
    """What papermill writes when a cell fails: the last one has marks."""
    failed = code(source, "b", (error("oh"),), 1)
    yield written(code("0"), code(source, "b"))
    yield written(code("0"), failed, ended=ENDED)
    mark = markdown("An exception", metadata={"tags": ["papermill-error-cell-tag"]})
    yield written(mark, code("0"), mark, failed, ended=ENDED)


def kill_runs(result: str, trials: int, folder: Path) -> None:
    """Write so many runs to *result* by papermill's handler, and kill each at some moment."""
    for number in range(trials):
        files = []
        for at, body in enumerate(of_success(started=f"2026-11-28T10:00:{number:02}+00:00")):
            files.append(folder / f"{number}-{at}.ipynb")
            files[-1].write_bytes(body)
        words = [sys.executable, "-c", _KILLED, result, *map(str, files)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            time.sleep(random.uniform(0, 0.6))  # the moment is the test
            process.send_signal(signal.SIGKILL)
