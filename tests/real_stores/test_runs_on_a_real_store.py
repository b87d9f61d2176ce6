"""papermill by addresses, with Ceph: any version is read, and a result is one version."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, run
from desks import live_in, store_desk
from notebooks import KERNEL
from papermill_kit import kill_runs
from real_stores import real_store

pytestmark = pytest.mark.real_store
TRIALS = 4
"""Runs that are killed at random moments."""


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with versions 1, 2 and 3 of daily.ipynb in a bucket of Ceph; 2 is in production."""
    live_in(tmp_path, monkeypatch)
    store = real_store("ceph")
    for name, value in store.environment(store.new_bucket()).items():
        monkeypatch.setenv(name, value)
    desk = store_desk(tmp_path / "notebooks", "s3", kernelspec=KERNEL)
    for number in (1, 2, 3):
        desk.save("daily.ipynb", f"print('version {number} on', day)")
    assert run("label", "daily.ipynb", "~1", "production").code == 0
    return desk


def told(*words: str) -> list[dict[str, Any]]:
    ran = run("runs", *words, "--limit", "0", "--json")
    assert ran.code == 0, ran.err
    runs: list[dict[str, Any]] = ran.json["runs"]
    return runs


def test_papermill_runs_a_version_a_label_and_the_newest(reports: Desk) -> None:
    first = run("log", "daily.ipynb", "--json").json["versions"][-1]["address"]
    result = "bookstore://runs/daily.ipynb"
    for address in (first, "bookstore://daily.ipynb?label=production", "bookstore://daily.ipynb"):
        words = [sys.executable, "-m", "papermill", address, result, "-p", "day", "Monday"]
        subprocess.run(words, check=True)
    runs = told(result)
    printed = []
    for made in reversed(runs):
        [output] = json.loads(run("show", made["version"]["address"]).body)["cells"][-1]["outputs"]
        printed.append("".join(output["text"]).strip())
    assert printed == [f"version {number} on Monday" for number in (1, 2, 3)]
    executed = [
        version["address"] for version in run("log", "daily.ipynb", "--json").json["versions"]
    ]
    assert [made["executed"] for made in runs] == executed


def test_runs_that_are_killed_leave_a_record_and_a_whole_result(
    reports: Desk, tmp_path: Path
) -> None:
    result = "bookstore://runs/killed.ipynb"
    kill_runs(result, TRIALS, tmp_path)
    made = told(result)
    assert len(made) == TRIALS
    assert {each["status"] for each in made} <= {"died", "interrupted", "succeeded"}
    for each in made:
        assert json.loads(run("show", each["version"]["address"]).body)["cells"]
