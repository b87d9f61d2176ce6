"""``run``: execute one version of a notebook, and keep what comes of it.

papermill executes it, in a process of its own, and reads and writes by addresses.  Knows: sources,
processes.  Must not know: how results are kept.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from traitlets import Float, Unicode

from ...actions.addresses import HOW, SCHEME, Address
from ...actions.fields import notebook_path
from ...actions.places import address_at, result_key, usual_result
from ...actions.starting import kernel_of
from ...client.versions import Run, Version
from ...errors import BadRequest, BookstoreError, ExtraMissing
from ...scheduling.facts import RUN_ID, new_run_id
from ...scheduling.parameters import check_is_no_secret
from ...words import count
from ..app import DONE, FAILED, BookstoreCommand, option
from ..command_line import UsageError
from ..sources.store_source import StoreSource

_STANDARD_ERROR = 2
_PATIENCE_S = 20.0
"""How long a run that is to stop may take to do so."""


_SENTENCES = {
    "succeeded": "The run succeeded",
    "failed": "The run failed",
    "interrupted": "The run was interrupted",
    "died": "The run died",
    "prepared": "The notebook was prepared",
}


class RunCommand(BookstoreCommand):
    """``jupyter bookstore run``."""

    name = "run"
    description = (
        "Execute one version of a notebook, the newest by default, and keep the result as a "
        f"version of bookstore://runs/PATH, or of what --output says. {HOW}"
    )
    usage = "PATH | ADDRESS [-p NAME VALUE]..."
    least_arguments = most_arguments = 1
    examples = """
        jupyter bookstore run reports/daily.ipynb
        jupyter bookstore run "bookstore://reports/daily.ipynb?label=production" -p day 2026-11-28
        jupyter bookstore run daily.ipynb --output bookstore:///published/daily.ipynb --timeout 600
    """

    result = Unicode(help="Address that the result is kept at.").tag(config=True)
    kernel = Unicode(help="Kernel to use instead of the notebook's own.").tag(config=True)
    timeout_s = Float(
        0.0, min=0.0, help="Seconds after which the run is stopped; 0: it may take any time."
    ).tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        **option("o", "output", trait="RunCommand.result"),
        "kernel": "RunCommand.kernel",
        "timeout": "RunCommand.timeout_s",
    }

    def _read(self, argv: list[str]) -> None:
        rest, self.parameters = _parameters_in(argv)
        super()._read(rest)

    def work(self, path: str) -> int:
        """Run it."""
        if find_spec("papermill") is None:
            raise ExtraMissing("Running notebooks", "scheduling")
        is_address = path.startswith(SCHEME)
        source = self.store_for("." if is_address else path)
        store = source.bookstore
        wanted = (
            Address.parse(path)
            if is_address
            else address_at(store, store.workspace.key(notebook_path(source.place.api_path(path))))
        )
        version, body = source.read(str(wanted))
        if not (self.kernel or kernel_of(body)):
            raise BadRequest(
                "The notebook names no kernel.", hint="--kernel says which one to use."
            )
        # Written anew: papermill takes braces for places to fill in.
        asked = Address.parse(self.result) if self.result else usual_result(store, wanted)
        result_key(store, asked)
        result = str(asked)
        run = self._run(source, version, result)
        if self.as_json:
            self.output.json({"run": asdict(run)})
        elif run.version is not None:
            self.output.note(f"{_SENTENCES[run.status]}: {run.version.address}")
        return DONE if run.status == "succeeded" else FAILED

    def _run(self, source: StoreSource, version: Version, result: str) -> Run:
        """Execute *version* and return what came of it."""
        run_id = new_run_id()
        words = [sys.executable, "-m", "papermill", version.address, result]
        for name, value in self.parameters:
            words += ["-p", name, value]
        words += ["-k", self.kernel] if self.kernel else []
        words += ["--no-progress-bar"] if self.as_json else []
        process = subprocess.Popen(  # noqa: S603
            words,
            cwd=_folder_of(source, version),
            env={**os.environ, RUN_ID: run_id},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.as_json else _STANDARD_ERROR,
        )
        with _terminated_too(process):
            self._wait(process)
        for run in source.runs(result):
            if run.run_id == run_id:
                return run
        raise BookstoreError("The run did not begin; what papermill said tells why.")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(self.timeout_s or None)
        except subprocess.TimeoutExpired:
            limit = count(round(self.timeout_s), "second")
            self.output.complain(f"The run is stopped: it took more than {limit}.")
            process.send_signal(signal.SIGINT)
        except KeyboardInterrupt:  # it got that, too
            pass
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _terminated_too(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Have *process* stop as for Ctrl+C when this one is to end, as schedulers tell it to."""

    def stop(_signal: int, _frame: object) -> None:
        process.send_signal(signal.SIGINT)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parameters_in(argv: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the words of a command line without its parameters, and those."""
    rest: list[str] = []
    parameters: list[tuple[str, str]] = []
    words = iter(argv)
    for word in words:
        if word not in ("-p", "--parameter"):
            rest.append(word)
            continue
        name, value = next(words, None), next(words, None)
        if name is None or value is None:
            raise UsageError(f"{word} needs a name and a value.")
        check_is_no_secret(name)
        parameters.append((name, value))
    return rest, parameters


def _folder_of(source: StoreSource, version: Version) -> Path:
    """Return the folder that the notebook is in, where its kernel would run in Jupyter, too."""
    folder = (source.root / version.path).parent
    return folder if folder.is_dir() else source.root
