"""``run``, ``runs`` and papermill itself: exactly that version is executed, and its result kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, Ran, run
from desks import store_desk
from notebooks import KERNEL
from papermill_kit import kill_runs, of_success

from bookstore.cli.commands import run as running
from bookstore.errors import BookstoreError
from bookstore.papermill_io import PapermillHandler
from bookstore.scheduling.parameters import check_is_no_secret

TRIALS = int(os.environ.get("BOOKSTORE_RUN_TRIALS", "6"))
"""Runs that are killed at random moments."""


@pytest.fixture(params=["embedded", "s3"])
def reports(request: pytest.FixtureRequest) -> Desk:
    """A desk with versions 1, 2 and 3 of daily.ipynb, of which the first is in production."""
    home: Path = request.getfixturevalue("home")
    if request.param == "s3":
        request.getfixturevalue("s3_settings")
    return with_versions(home, request.param)


@pytest.fixture
def at_home(home: Path) -> Desk:
    """The same, with the embedded store only."""
    return with_versions(home, "embedded")


def with_versions(home: Path, kind: str) -> Desk:
    desk = store_desk(home / "notebooks", kind, kernelspec=KERNEL)
    for number in (1, 2, 3):
        desk.save("daily.ipynb", f"print('version {number} on', day)\nif day == 'bad':\n    1 / 0")
    assert run("label", "daily.ipynb", "~2", "production").code == 0
    return desk


def printed(address: str) -> str:
    notebook = json.loads(run("show", address).body)
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs).strip()


def told(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    runs: list[dict[str, Any]] = ran.json["runs"]
    return runs


def test_papermill_executes_the_version_that_an_address_means(reports: Desk) -> None:
    address, result = "bookstore://daily.ipynb?label=production", "bookstore://runs/x/daily.ipynb"
    subprocess.run(
        [sys.executable, "-m", "papermill", address, result, "-p", "day", "Monday"], check=True
    )
    assert printed(result) == "version 1 on Monday"
    [made] = told(run("runs", result, "--json"))
    assert made["status"] == "succeeded"
    first = run("log", "daily.ipynb", "--json").json["versions"][-1]
    assert made["executed"] == first["address"]
    assert made["version"]["kind"] == "run"
    assert len(told(run("runs", "--json"))) == 1


def test_a_run_executes_the_newest_version_and_says_where_its_result_is(at_home: Desk) -> None:
    ran = run("run", "daily.ipynb", "-p", "day", "Tuesday")
    assert ran.code == 0, ran.err
    address = ran.err.split("The run succeeded: ")[1].strip()
    assert address.startswith("bookstore://runs/daily.ipynb?version=")
    assert printed(address) == "version 3 on Tuesday"
    listed = run("runs", "daily.ipynb")
    assert address.partition("?version=")[2] in listed.out
    assert "succeeded" in listed.out
    assert f"The newest result: {address}" in listed.err
    assert "runs/daily.ipynb" in run("runs").out


def test_a_run_whose_cell_fails_has_a_result_and_an_exit_code(at_home: Desk) -> None:
    ran = run("run", "bookstore://daily.ipynb?label=production", "-p", "day", "bad", "--json")
    assert ran.code == 1
    made = ran.json["run"]
    assert (made["status"], made["error"]) == (
        "failed",
        "Cell 2: ZeroDivisionError: division by zero",
    )
    assert printed(made["version"]["address"]) == "version 1 on bad"


FORKED = """
import json, os, sys
from bookstore.papermill_io import PapermillHandler

handler = PapermillHandler()
if sys.argv[1] == "used":
    handler.read("bookstore://daily.ipynb")
if os.fork() == 0:
    try:
        print(json.loads(handler.read("bookstore://daily.ipynb"))["nbformat"], flush=True)
    except Exception as error:
        print(error, flush=True)
    os._exit(0)
os.wait()
handler.read("bookstore://daily.ipynb")
"""


@pytest.mark.parametrize(("before", "says"), [("unused", "4"), ("used", "or start them by spawn")])
def test_a_forked_process_has_the_store_or_is_told_why_not(
    at_home: Desk, before: str, says: str
) -> None:
    """It never waits for what ran in the process that it was forked from."""
    words = [sys.executable, "-c", FORKED, before]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    assert says in ran.stdout


def test_what_papermill_shows_of_an_error_says_what_can_be_done(at_home: Desk) -> None:
    handler = PapermillHandler()
    with pytest.raises(BookstoreError) as told:
        handler.write(next(of_success()).decode(), "bookstore:///elsewhere/a.ipynb")
    assert str(told.value).endswith("a path of yours, or a key that is published.")
    with pytest.raises(BookstoreError, match=r"no version of 'missing.ipynb'\. A notebook has"):
        handler.read("bookstore://missing.ipynb")


def test_a_notebook_in_a_folder_called_runs_is_run(at_home: Desk) -> None:
    (at_home.root / "runs").mkdir()
    at_home.save("runs/mine.ipynb", "print('mine')")
    ran = run("run", "runs/mine.ipynb", "--json")
    assert ran.code == 0, ran.err
    assert printed(ran.json["run"]["version"]["address"]) == "mine"
    assert len(told(run("runs", "runs/mine.ipynb", "--json"))) == 1


def test_a_result_goes_where_it_was_asked_for_or_nothing_starts(at_home: Desk) -> None:
    ran = run(
        "run", "daily.ipynb", "-p", "day", "x", "-o", "bookstore://runs/{day}.ipynb", "--json"
    )
    assert ran.code == 0, ran.err
    assert ran.json["run"]["result"] == "bookstore://runs/%7Bday%7D.ipynb"
    refused = run("run", "daily.ipynb", "-o", "bookstore:///elsewhere/a.ipynb")
    assert refused.code == 1
    assert "No result is kept at bookstore:///elsewhere/a.ipynb" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize(
    ("stops", "ended_by"),
    [("", signal.SIGINT), ("signal.signal(signal.SIGINT, signal.SIG_IGN)", signal.SIGKILL)],
)
def test_a_run_that_takes_too_long_is_stopped(
    stops: str, ended_by: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether it heeds the signal or not."""
    monkeypatch.setattr(running, "_PATIENCE_S", 0.2)
    endless = f"import signal, time\n{stops}\nprint(1, flush=True)\ntime.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", endless], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        running.RunCommand(timeout_s=1.0)._wait(process)
        assert process.returncode == -ended_by
    assert "it took more than 1 second" in capsys.readouterr().err


def test_a_run_that_is_terminated_stops_what_it_runs(request: pytest.FixtureRequest) -> None:
    """A scheduler that ends the command must not leave papermill and its kernel behind."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    request.addfinalizer(lambda: signal.signal(signal.SIGTERM, before))
    again = "import os, time\nwhile True:\n    os.kill(os.getppid(), 15)\n    time.sleep(0.01)"
    with (
        subprocess.Popen([sys.executable, "-c", again], stderr=subprocess.DEVNULL) as process,
        running._terminated_too(process),
    ):
        running.RunCommand()._wait(process)
    assert process.returncode == -signal.SIGINT


def test_a_run_of_nothing_is_refused_before_anything_starts(at_home: Desk) -> None:
    for wanted in ("missing.ipynb", "bookstore://daily.ipynb?label=none", "bookstore://x?y"):
        ran = run("run", wanted)
        assert ran.code == 1, ran.err
        assert ran.err
    assert told(run("runs", "--json")) == []


def test_parameters_are_given_in_pairs_and_are_no_secrets(at_home: Desk) -> None:
    assert run("run", "daily.ipynb", "-p", "day").code == 2
    check_is_no_secret("max_tokens")
    refused = run("run", "daily.ipynb", "-p", "api_token", "x")
    assert refused.code in (1, 2)
    assert "os.environ['API_TOKEN']" in refused.err


def test_runs_that_are_killed_at_any_moment_leave_a_record_and_a_whole_result(
    at_home: Desk, tmp_path: Path
) -> None:
    result = "bookstore://runs/killed.ipynb"
    kill_runs(result, TRIALS, tmp_path)
    made = told(run("runs", result, "--limit", "0", "--json"))
    assert len(made) == TRIALS
    assert {each["status"] for each in made} <= {"died", "interrupted", "succeeded"}
    for each in made:
        assert json.loads(run("show", each["version"]["address"]).body)["cells"]


def test_a_notebook_that_names_no_kernel_needs_one(home: Path) -> None:
    desk = store_desk(home / "notebooks", "embedded")
    desk.save("bare.ipynb", "print('ran')")
    refused = run("run", "bare.ipynb")
    assert refused.code == 1
    assert "--kernel says which one to use" in refused.err
    ran = run("run", "bare.ipynb", "--kernel", "python3", "--json")
    assert ran.code == 0, ran.err
    assert printed(ran.json["run"]["version"]["address"]) == "ran"
