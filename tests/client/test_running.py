"""Running servers are found by what they wrote about themselves."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bookstore.client.running import running_servers


def test_a_server_that_runs_is_listed(runtime_dir: Path) -> None:
    record = {"pid": os.getpid(), "url": "http://x/", "of_tomorrow": [1]}
    (runtime_dir / "jpserver-1.json").write_text(json.dumps(record))
    assert list(running_servers()) == [record]


def test_what_is_no_running_server_is_passed_over(runtime_dir: Path) -> None:
    gone = 2**22 - 3  # above the largest ID that Linux gives by itself
    for name, text in {
        "jpserver-1.json": json.dumps({"pid": gone}),
        "jpserver-2.json": "{",
        "jpserver-3.json": "[]",
        "jpserver-4.json": "{}",
        "other.json": json.dumps({"pid": os.getpid()}),
    }.items():
        (runtime_dir / name).write_text(text)
    assert list(running_servers()) == []


def test_without_a_folder_there_are_none(runtime_dir: Path) -> None:
    runtime_dir.rmdir()
    assert list(running_servers()) == []
