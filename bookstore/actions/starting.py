"""Runs that a server starts: each a process of its own, which ends at the latest with the server.

The process gets what it needs, secrets among it, through a pipe, and neither on its command line
nor in its environment.  The pipe stays open: a word in it ends the run, and so does its end, which
comes when the server is killed.

Knows: addresses, runs, processes.  Must not know: HTTP, papermill.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..concurrency.background import start_in_background
from ..errors import BadRequest, BookstoreError, ExtraMissing, Forbidden, NotFound, TooManyRuns
from ..history import Read
from ..keys.elsewhere import path_at
from ..notebooks import strict_json
from ..scheduling import RunFacts, RunKeeper
from ..scheduling.facts import RUN_ID, new_run_id
from ..scheduling.parameters import check_parameters
from ..scheduling.settling import end
from ..wiring import Bookstore
from ..words import count, shown
from . import resolving
from .addresses import SCHEME, Address
from .fields import notebook_path, text_field
from .places import address_of, result_key, usual_result
from .runs import going_on

PATIENCE_S = 15.0
"""How long a run that is to stop may take to do so."""
_LOOKS_EVERY_S = 0.2
_REMEMBERED = 1000
"""So many runs that ended are known by their ID alone."""
_PROGRAM = (sys.executable, "-m", "bookstore.run_process")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A run that somebody asks for."""

    address: Address
    result: Address | None
    """Where the result shall be; None: where those of this notebook are."""
    parameters: Mapping[str, Any]
    kernel: str
    timeout_s: float
    """0: as long as the settings allow."""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RunRequest:
        """Return what *body* asks for; raises BadRequest naming the field."""
        parameters = body.get("parameters") or {}
        if not isinstance(parameters, dict):
            raise BadRequest(f"parameters must be names with values, not {shown(parameters)}.")
        check_parameters(parameters)
        result = text_field(body, "result")
        return cls(
            address=_address(text_field(body, "address")),
            result=_address(result) if result else None,
            parameters=parameters,
            kernel=text_field(body, "kernel"),
            timeout_s=_seconds(body, "timeout_s"),
        )


@dataclass(kw_only=True)
class _Started:
    """A run that was started here and goes on."""

    facts: RunFacts = field(
        default_factory=lambda: RunFacts(run_id=new_run_id())  # of the environment it has none
    )
    told: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    reason: str = ""
    """Why it is to stop, once it is."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def stop(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.stopping.set()


class StartedRuns:
    """The runs that one server starts."""

    def __init__(self, bookstore: Bookstore, *, root: str) -> None:
        """*root*: the server's root folder, below which a notebook's kernel runs."""
        self._bookstore = bookstore
        self._root = root
        self._going: dict[str, _Started] = {}
        self._places: dict[str, str] = {}
        """Where the results are of those that ended."""
        self._is_closed = False

    async def start(
        self, asked: RunRequest, *, author: str, kernels: Collection[str]
    ) -> dict[str, Any]:
        """Start a run and return what is told of it.

        *kernels* are those there are.  Raises :class:`~bookstore.errors.TooManyRuns`, and what
        resolving an address raises; then nothing has begun.
        """
        if find_spec("papermill") is None:
            raise ExtraMissing("Running notebooks", "scheduling")
        self._check_number()
        run = _Started()
        self._going[run.facts.run_id] = run  # before anything is waited for: it counts
        try:
            await self._begin(run, asked, author, kernels)
        except BaseException:
            del self._going[run.facts.run_id]
            raise
        run.task = start_in_background(self._see_to(run, asked))
        return run.told

    def told(self, run_id: str) -> dict[str, Any] | None:
        """Return what is told of a run that was started here and goes on; None of any other."""
        run = self._going.get(run_id)
        return run.told or None if run else None

    async def ended(self, run_id: str) -> None:
        """Return once a run has ended that was started here; at once for any other."""
        run = self._going.get(run_id)
        if run is not None and run.task is not None:
            await asyncio.wait({run.task})

    def place_of(self, run_id: str) -> str:
        """Return where the result of a run is that was started here; "" of any other."""
        return self._places.get(run_id, "")

    def cancel(self, run_id: str, *, by: str) -> dict[str, Any]:
        """Tell a run to stop; return what is told of it yet."""
        run = self._going.get(run_id)
        if run is None or not run.told:
            raise NotFound(
                f"No run {shown(run_id)} that this server started goes on.",
                hint="One that papermill, a command or another server started is stopped there.",
            )
        run.stop(f"Cancelled by {by}.")
        return run.told

    async def close(self) -> None:
        """Stop them all, and return once each has kept what it had made."""
        self._is_closed = True
        runs = list(self._going.values())
        for run in runs:
            run.stop("The server stopped.")
        await asyncio.gather(*(run.task for run in runs if run.task), return_exceptions=True)

    # -- one run ---------------------------------------------------------------------------------

    def _check_number(self) -> None:
        most = self._bookstore.settings.runs_at_once
        if not most or self._is_closed:
            raise Forbidden(
                "This server starts no runs.",
                hint="The administrator can set BookstoreSettings.runs_at_once.",
            )
        if len(self._going) >= most:
            raise TooManyRuns(f"{count(most, 'run')} go on, which is the most at once.")

    async def _begin(
        self, run: _Started, asked: RunRequest, author: str, kernels: Collection[str]
    ) -> None:
        result = asked.result or usual_result(self._bookstore, asked.address)
        key = result_key(self._bookstore, result)
        read = await resolving.read(self._bookstore, asked.address)
        await asyncio.to_thread(_check_kernel, read, asked.kernel, kernels)
        keeper = RunKeeper(
            self._bookstore, key=key, source=read.entry.address, author=author, facts=run.facts
        )
        await keeper.announce(read.body)
        order = {
            "settings": self._bookstore.settings.chosen(),
            "root": self._root,
            "folder": _folder_of(self._root, path_at(read.entry.key, self._bookstore.workspace)),
            "author": author,
            "version": str(address_of(self._bookstore, read.entry)),
            "result": str(result),
            "parameters": asked.parameters,
            "kernel": asked.kernel,
        }
        run.process = await asyncio.to_thread(_launch, run.facts.run_id, order)
        run.told = going_on(self._bookstore, run.facts, key, read.entry.address)

    async def _see_to(self, run: _Started, asked: RunRequest) -> None:
        """Wait for the end of a run, or bring it about; see to it that the run has a result."""
        process = run.process
        assert process is not None  # noqa: S101 - it began
        limits = (asked.timeout_s, self._bookstore.settings.run_timeout_s)
        limit_s = min(filter(None, limits), default=math.inf)
        if not await _has_ended(process, limit_s, or_when=run.stopping.is_set):
            run.stop(f"It took more than {count(round(limit_s), 'second')}.")
            await asyncio.to_thread(_tell, process, run.reason)
            if not await _has_ended(process, PATIENCE_S):
                process.kill()
                await _has_ended(process, math.inf)
        _close(process)
        status, error = ("interrupted", run.reason) if run.reason else ("died", "")
        with suppress(BookstoreError):  # whoever next lists runs tries that again
            await end(self._bookstore, run.facts.run_id, status, error)  # type: ignore[arg-type]
        self._places[run.facts.run_id] = run.told["result"]
        if len(self._places) > _REMEMBERED:
            del self._places[next(iter(self._places))]
        del self._going[run.facts.run_id]


async def _has_ended(
    process: subprocess.Popen[bytes],
    timeout_s: float,
    *,
    or_when: Callable[[], bool] = lambda: False,
) -> bool:
    """Return whether *process* ends within so many seconds; look no longer *or_when* that is so."""
    # Looked at, since event loops differ in what they know of processes.
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + timeout_s
    while process.poll() is None:
        if or_when() or loop.time() >= ends_at:
            return False
        await asyncio.sleep(_LOOKS_EVERY_S)
    return True


def _launch(run_id: str, order: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603
        _PROGRAM,
        env={**os.environ, RUN_ID: run_id},
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl+C in the server's terminal is for the server
    )
    _tell(process, order)
    return process


def _tell(process: subprocess.Popen[bytes], words: object) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(words).encode() + b"\n")
        process.stdin.flush()


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    with suppress(BrokenPipeError):
        process.stdin.close()


def _folder_of(root: str, path: str | None) -> str:
    """Return the folder that the notebook is in, where its kernel would run in Jupyter, too; the
    root for what is no file."""
    folder = (Path(root) / path).parent if path else Path(root)
    return str(folder if folder.is_dir() else root)


def _check_kernel(read: Read, wanted: str, kernels: Collection[str]) -> None:
    """Raise BadRequest where the notebook names no kernel, or one that is not there."""
    name = wanted or kernel_of(read.body)
    if not name:
        raise BadRequest("The notebook names no kernel.", hint="kernel says which one to use.")
    if name not in kernels:
        there = ", ".join(sorted(kernels)) or "none"
        raise BadRequest(f"There is no kernel {shown(name)} here; there are: {there}.")


def kernel_of(body: bytes) -> str:
    """Return the name of the kernel that a notebook names, "" where it names none.

    Raises BadRequest for what is no notebook.
    """
    try:
        metadata = strict_json.loads(body)["metadata"]
        return str(metadata.get("kernelspec", {}).get("name", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest("What is to run is no notebook.") from error


def _address(text: str) -> Address:
    """Return the address that *text* is, or that of the notebook at the path that it is."""
    return Address.parse(text) if text.startswith(SCHEME) else Address(place=notebook_path(text))


def _seconds(body: Mapping[str, Any], name: str) -> float:
    value = body.get(name) or 0
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= sys.float_info.max:
        raise BadRequest(f"{name} must be a number of seconds, not {shown(value)}.")
    return float(value)
