"""Notebooks as papermill writes them while it runs one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from notebooks import code, error, markdown, notebook

STARTED = "2026-11-28T10:00:00+00:00"
ENDED = "2026-11-28T10:00:09+00:00"


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
