"""``retain``: a dry run unless told otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from cli_runner import Desk, run
from test_import import write

SHORT = (
    "--BookstoreSettings.retention_keep_all_days=1",
    "--BookstoreSettings.retention_hourly_days=1",
)


@pytest.fixture
def old(embedded: Desk) -> str:
    """A notebook with two versions of the same week, years ago, and one of today."""
    long_ago = datetime(2020, 1, 7, 12, tzinfo=timezone.utc)  # a Tuesday
    later = long_ago + timedelta(minutes=5)
    write(embedded.root / ".ipynb_checkpoints/a-checkpoint.ipynb", "1", at=long_ago.timestamp())
    write(embedded.root / "a.ipynb", "2", at=later.timestamp())
    assert run("import", ".").code == 0
    embedded.save("a.ipynb", "3")
    return "a.ipynb"


def count(path: str) -> int:
    """How many versions there are."""
    return len(run("log", path, "--json").json["versions"])


def test_manual_saves_stay(old: str) -> None:
    """The checkpoint that was imported was one."""
    ran = run("retain", *SHORT)
    assert ran.code == 0, ran.err
    assert "Nothing goes." in ran.out


def test_a_dry_run_removes_nothing(embedded: Desk) -> None:
    path = embedded.saved("1", "2", "3")
    days = ("--BookstoreSettings.retention_keep_all_days=0",)
    ran = run("retain", *days)
    assert ran.code == 0, ran.err
    assert "2 versions go" in ran.out
    assert "dry run" in ran.err
    assert count(path) == 3
    told = run("retain", *days, "--json").json
    assert told["versions"] == 2
    assert told["removed"] == []


def test_what_goes_is_removed_when_told(embedded: Desk) -> None:
    path = embedded.saved("1", "2", "3", "4")
    run("label", path, "~2", "good")
    days = ("--BookstoreSettings.retention_keep_all_days=0",)
    asked = run("retain", *days, "--apply")
    assert "--yes" in asked.err
    assert count(path) == 4
    ran = run("retain", *days, "--apply", "--yes")
    assert ran.code == 0, ran.err
    assert "2 versions removed" in ran.out
    left = run("log", path, "--json").json["versions"]
    assert [version["label"] for version in left] == ["", "good"]


def test_the_lifecycle_rule_is_printed(embedded: Desk) -> None:
    ran = run("retain", "--lifecycle", "--BookstoreSettings.retention_weekly_days=100")
    assert "NoncurrentVersionExpiration" in ran.out
    assert "replaces" in ran.err
    assert run("retain", "--lifecycle", "--json").json["configuration"]["Rules"]


def test_yes_alone_is_a_usage_error(embedded: Desk) -> None:
    assert run("retain", "--yes").code == 2
