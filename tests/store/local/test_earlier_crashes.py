"""kill -9 at any step of taking over what release 3.0.0 left loses nothing and doubles nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from earlier_folder import unpack
from local_folder import REPOSITORY
from test_earlier_outbox import assert_delivered_once, deliver, opened

STEPS = Path(__file__).with_name("earlier_steps.py")
TRIALS = int(os.environ.get("BOOKSTORE_CRASH_TRIALS", "8"))
"""Kills in a test; more find rarer accidents and take half a second each."""


def run_until(folder: Path, step: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, STEPS, folder, str(step)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


async def assert_whole(folder: Path) -> None:
    """Whatever is delivered or packed yet: everything is there, once."""
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        await assert_delivered_once(store)


@pytest.mark.asyncio
@pytest.mark.slow
async def test_kill_9_at_any_step_loses_nothing(tmp_path: Path) -> None:
    whole = unpack(tmp_path / "whole")
    ran = run_until(whole, 0)
    assert ran.returncode == 0, ran.stderr
    steps = int(ran.stdout)
    assert steps > 200, "the steps were not seen"
    await assert_whole(whole)
    assert not (whole / "journal.jsonl").exists()

    stride = max(1, steps // TRIALS)
    for step in range(stride // 2 + 1, steps, stride):
        folder = unpack(tmp_path / f"{step}")
        killed = run_until(folder, step)
        assert killed.returncode in (-signal.SIGKILL, 0), killed.stderr
        await assert_whole(folder)


@pytest.mark.asyncio
@pytest.mark.slow
async def test_kill_9_over_and_over_comes_to_its_end(tmp_path: Path) -> None:
    """Each process gets a little further than the one before."""
    folder = unpack(tmp_path)
    for step in range(60, 10_000, 150):
        if run_until(folder, step).returncode == 0:
            break
        await assert_nothing_twice(folder)
    await assert_whole(folder)
    assert not (folder / "journal.jsonl").exists()
    assert not list(folder.with_name("outbox").glob("*.sqlite3*"))


async def assert_nothing_twice(folder: Path) -> None:
    async with opened(folder) as (store, _):
        for key in ("workspace/a.ipynb", "workspace/gone.ipynb"):
            ids = [version.version_id async for version in store.versions(key)]
            assert len(ids) == len(set(ids))
