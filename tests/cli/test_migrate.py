"""``migrate`` packs what an earlier release left, and says what there is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cli_runner import Desk, run

sys.path.append(str(Path(__file__).parents[1] / "store" / "local"))
from earlier_folder import body_file, unpack, with_bodies


@pytest.fixture
def folder(embedded: Desk, home: Path) -> Path:
    """The store of a desk, as release 3.0.0 left it."""
    embedded.saved("1")
    [made] = home.glob("data/bookstore/store/*")
    for file in [*made.glob("*.*"), *made.glob("bodies/*")]:
        file.unlink()
    unpack(home / "unpacked").rename(home / "earlier")
    made.rename(home / "aside")
    (home / "earlier").rename(made)
    return made


def test_a_dry_run_tells_what_there_is_and_changes_nothing(folder: Path) -> None:
    told = run("migrate", "--dry-run", "--json").json
    assert told["versions"] == told["earlier"] == told["left"] == len(with_bodies())
    assert told["in_pieces"] == 0
    assert told["damaged"] == []
    assert (folder / "journal.jsonl").exists()
    ran = run("migrate", "--dry-run")
    assert "in the folder of an earlier release" in ran.out
    assert ran.code == 0


def test_everything_is_packed_and_the_folder_goes(folder: Path) -> None:
    told = run("migrate", "--json").json
    assert (told["left"], told["in_pieces"]) == (0, len(with_bodies()))
    assert not (folder / "journal.jsonl").exists()
    again = run("migrate")
    assert again.code == 0
    assert "earlier" not in again.out


def test_what_is_damaged_is_named_and_the_folder_stays(folder: Path) -> None:
    key, version_id, sha256 = with_bodies()[0]
    body_file(folder, sha256).unlink()
    ran = run("migrate", "--json")
    assert ran.code == 1
    [damaged] = ran.json["damaged"]
    assert (damaged["key"], damaged["version_id"]) == (key, version_id)
    assert ran.json["left"] == 1
    assert (folder / "journal.jsonl").exists()
    assert version_id in run("migrate").err


def test_the_doctor_says_how_far_it_is(folder: Path) -> None:
    findings = {each["what"]: each for each in run("doctor", "--json").json["findings"]}
    assert findings["versions"]["verdict"] == "note"
    assert findings["store's file"]["verdict"] == "ok"
    run("migrate")
    findings = {each["what"]: each for each in run("doctor", "--json").json["findings"]}
    assert findings["versions"]["verdict"] == "ok"
    assert "in pieces" in findings["versions"]["said"]


def test_for_a_bucket_there_is_nothing_to_do(home: Path, s3_settings: dict[str, str]) -> None:
    ran = run("migrate")
    assert ran.code == 0
    assert f"There is nothing to do for s3://{s3_settings['JPYNB_S3_BUCKET']}." in ran.out
