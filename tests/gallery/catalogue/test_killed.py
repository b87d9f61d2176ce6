"""A process is killed after each of its steps: store and database agree, and nothing waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KIT = Path(__file__).resolve().parents[2] / "kit"


@pytest.mark.parametrize(
    ("deed", "least_steps"),
    [("publish", 8), ("revise", 8), ("delete", 8), ("restore", 8), ("take_in", 10)],
)
def test_wherever_a_process_is_killed_it_heals(tmp_path: Path, deed: str, least_steps: int) -> None:
    done = subprocess.run(
        [sys.executable, KIT / "dying_gallery.py", tmp_path, deed],
        env={**os.environ, "PYTHONPATH": str(KIT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) > least_steps
    assert [each for each in reports if not each["agree"] or each["unfinished"]] == []
    shown = [each["shown"] for each in reports]
    assert shown == sorted(shown, reverse=deed == "delete")  # once done, it stays done
    assert shown[0] != shown[-1] or deed == "revise"
