"""What a process is asked to render, and what it answers, as bytes that hold no code.

Knows: rendering, pipes.  Must not know: who asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import IO, Any, NamedTuple

from ...errors import InvalidNotebook, TooLarge
from .diff import Compared, compare_html
from .limits import Limits
from .notebook import render_markdown, rendered
from .reading import Notebook, read
from .rendered import Heading, Options, Rendered

_LENGTH_BYTES = 8


class Failure(NamedTuple):
    """Why there is no result: one of the errors that rendering raises."""

    kind: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to do with one or two notebooks, or with a text in Markdown."""

    bodies: tuple[bytes, ...]
    """One to render, or two to compare."""
    is_text: bool = False
    """Is the body not a notebook but Markdown?"""
    start: int | None = None
    stop: int | None = None
    options: Options = field(default_factory=Options)

    def carefully(self) -> Job:
        """Return what takes no longer than the notebook is long."""
        return replace(self, options=replace(self.options, careful=True))


Result = Rendered | Compared


class Workbench:
    """Does one job after the other; a notebook whose portions are asked for is read once."""

    def __init__(self) -> None:
        self._last: tuple[bytes, Notebook] | None = None

    def do(self, job: Job) -> Result:
        """Return what comes of *job*."""
        if len(job.bodies) == 2:
            return compare_html(*job.bodies)
        [body] = job.bodies
        if job.is_text:
            html = render_markdown(body.decode(errors="replace"), options=job.options)
            return Rendered(html=html, start=0, stop=0, cells=0, careful=job.options.careful)
        if self._last is None or self._last[0] != body:
            self._last = (body, read(body, job.options.limits.body_bytes))
        return rendered(self._last[1], slice(job.start, job.stop), job.options)


# -- on a pipe -------------------------------------------------------------------------------------


def send_job(pipe: IO[bytes], job: Job) -> None:
    """Write *job* to a process."""
    told = {name: getattr(job, name) for name in ("is_text", "start", "stop")}
    about = {**told, "options": asdict(job.options)}
    _write(pipe, json.dumps(about).encode(), *job.bodies)


def receive_job(pipe: IO[bytes]) -> Job | None:
    """Return the next job, None when no more will come."""
    if (parts := _read(pipe)) is None:
        return None
    about, *bodies = parts
    told = json.loads(about)
    limits = Limits(**told["options"].pop("limits"))
    options = Options(**told.pop("options"), limits=limits)
    return Job(**told, bodies=tuple(bodies), options=options)


def send_answer(pipe: IO[bytes], answer: Result | Failure) -> None:
    """Write what came of a job."""
    told = answer._asdict() if isinstance(answer, Failure) else asdict(answer)
    _write(pipe, type(answer).__name__.encode(), json.dumps(told).encode())


def receive_answer(pipe: IO[bytes]) -> Result | Failure | None:
    """Return what came of a job, None where the process ended instead."""
    if (parts := _read(pipe)) is None:
        return None
    name, told = parts
    return _ANSWERS[name.decode()](json.loads(told))


def failure_of(error: Exception) -> Failure:
    """Return what to say about *error*."""
    if isinstance(error, InvalidNotebook | TooLarge):
        return Failure(type(error).__name__, str(error), error.hint)
    return Failure("other", type(error).__name__)


def _rendered(told: dict[str, Any]) -> Rendered:
    told["outline"] = tuple(Heading(**heading) for heading in told["outline"])
    return Rendered(**{**told, "notes": tuple(told["notes"])})


_ANSWERS: dict[str, Callable[[dict[str, Any]], Result | Failure]] = {
    "Rendered": _rendered,
    "Compared": lambda told: Compared(**told),
    "Failure": lambda told: Failure(**told),
}


def _write(pipe: IO[bytes], *parts: bytes) -> None:
    pipe.write(len(parts).to_bytes(_LENGTH_BYTES, "big"))
    for part in parts:
        pipe.write(len(part).to_bytes(_LENGTH_BYTES, "big"))
        pipe.write(part)
    pipe.flush()


def _read(pipe: IO[bytes]) -> Sequence[bytes] | None:
    def number() -> int | None:
        told = pipe.read(_LENGTH_BYTES)
        return int.from_bytes(told, "big") if len(told) == _LENGTH_BYTES else None

    if (left := number()) is None:
        return None
    parts = []
    for _ in range(left):
        if (length := number()) is None or len(part := pipe.read(length)) < length:
            return None
        parts.append(part)
    return parts
