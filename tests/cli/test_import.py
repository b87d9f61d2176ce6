"""``import``: what was before bookstore, or in a bookstore 2 bucket, becomes history."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Desk, run, source_of
from notebooks import notebook
from s3_server import admin, new_bucket

from bookstore.errors import StoreUnavailable
from bookstore.transfer.intake import Intake


def write(file: Path, source: str, *, at: float) -> None:
    """Put a notebook on disk, last changed at a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook(source)))
    os.utime(file, (at, at))


def versions(path: str) -> list[dict[str, Any]]:
    """A notebook's versions, oldest first."""
    return list(reversed(run("log", path, "--json").json["versions"]))


def test_a_checkpoint_and_its_notebook_become_versions(embedded: Desk) -> None:
    write(embedded.root / "a/.ipynb_checkpoints/x-checkpoint.ipynb", "old", at=1e9)
    write(embedded.root / "a/x.ipynb", "new", at=1.1e9)
    ran = run("import", ".")
    assert ran.code == 0, ran.err
    first, second = versions("a/x.ipynb")
    assert (first["kind"], second["kind"]) == ("manual", "outside")
    assert datetime.fromisoformat(first["saved_at"]).timestamp() == 1e9
    assert source_of(run("show", "a/x.ipynb", "~1").body) == "old"
    assert source_of(run("show", "a/x.ipynb").body) == "new"


def test_a_checkpoint_of_what_is_there_is_one_version(embedded: Desk) -> None:
    for file in ("x.ipynb", ".ipynb_checkpoints/x-checkpoint.ipynb"):
        write(embedded.root / file, "same", at=1e9)
    run("import", embedded.root)
    assert len(versions("x.ipynb")) == 1


def test_a_checkpoint_of_a_deleted_notebook_can_be_brought_back(embedded: Desk) -> None:
    write(embedded.root / ".ipynb_checkpoints/gone-checkpoint.ipynb", "old", at=1e9)
    run("import", ".")
    assert "gone.ipynb" in run("deleted").out
    assert run("restore", "gone.ipynb").code == 0
    assert embedded.source("gone.ipynb") == "old"


def test_importing_twice_imports_nothing_twice(embedded: Desk) -> None:
    write(embedded.root / ".ipynb_checkpoints/x-checkpoint.ipynb", "old", at=1e9)
    write(embedded.root / "x.ipynb", "new", at=1.1e9)
    run("import", ".")
    [told] = run("import", ".", "--json").json["imported"]
    assert told == {"path": "x.ipynb", "fate": "there already", "versions": 0}
    assert len(versions("x.ipynb")) == 2


def test_a_notebook_with_a_history_is_left_alone_and_that_is_said(embedded: Desk) -> None:
    path = embedded.saved("1")
    stem = path.removesuffix(".ipynb")
    write(embedded.root / f".ipynb_checkpoints/{stem}-checkpoint.ipynb", "old", at=1e9)
    assert "has a history already" in run("import", ".").out
    assert len(versions(path)) == 1


@pytest.fixture
def old_bucket(s3_endpoint: str) -> str:
    """A bucket as bookstore 2 left it: two versions of a notebook, one deleted, one with ``//``."""
    bucket = new_bucket(s3_endpoint)
    client = admin(s3_endpoint)
    for key, source in (
        ("old/ada/a.ipynb", "1"),
        ("old/ada/a.ipynb", "2"),
        ("old/ada//b.ipynb", "b"),
        ("old/ada/gone.ipynb", "gone"),
        ("old/ada/data.csv", "no notebook"),
        ("old/other.ipynb", "another's"),
    ):
        client.put_object(Bucket=bucket, Key=key, Body=json.dumps(notebook(source)).encode())
    client.delete_object(Bucket=bucket, Key="old/ada/gone.ipynb")
    return bucket


@pytest.mark.parametrize("into", ["embedded", "s3"])
def test_the_versions_of_a_bookstore_2_bucket_become_history(
    home: Path,
    s3_settings: dict[str, str],
    old_bucket: str,
    into: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if into == "embedded":
        monkeypatch.delenv("JPYNB_S3_BUCKET")
    words = ("import", "--from-bucket", old_bucket, "--prefix", "old/ada/")
    ran = run(*words, "--json")
    assert ran.code == 0, ran.err
    fates = {each["path"]: (each["fate"], each["versions"]) for each in ran.json["imported"]}
    assert fates == {
        "a.ipynb": ("imported", 2),
        "b.ipynb": ("imported", 1),
        "gone.ipynb": ("imported", 1),
    }
    first, second = versions("a.ipynb")
    assert source_of(run("show", "a.ipynb", "~1").body) == "1"
    assert first["source"].startswith(f"{old_bucket}/old/ada/a.ipynb")
    assert first["saved_at"] <= second["saved_at"]
    assert "gone.ipynb" in run("deleted").out
    again = run(*words, "--json").json["imported"]
    assert {each["fate"] for each in again} == {"there already"}


def test_an_import_that_was_interrupted_goes_on(
    home: Path, s3_settings: dict[str, str], old_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, calls = Intake._put, 0

    async def fail_at_the_second(self: Intake, key: str, version: Any) -> None:
        nonlocal calls
        calls += key.endswith("a.ipynb")
        if calls == 2:
            raise StoreUnavailable("The store is away.")
        await put(self, key, version)

    words = ("import", "--from-bucket", old_bucket, "--prefix", "old/ada")
    with monkeypatch.context() as patched:
        patched.setattr(Intake, "_put", fail_at_the_second)
        assert run(*words).code == 1
    assert run(*words).code == 0
    assert [source_of(run("show", "a.ipynb", back).body) for back in ("~1", "~0")] == ["1", "2"]
    assert len(versions("a.ipynb")) == 2


def test_a_bucket_that_is_the_history_already_is_told(s3_settings: dict[str, str]) -> None:
    ran = run("import", "--from-bucket", s3_settings["JPYNB_S3_BUCKET"])
    assert ran.code == 1
    assert "already" in ran.err


def test_either_a_folder_or_a_bucket_is_needed(home: Path) -> None:
    assert run("import").code == 2
    assert run("import", ".", "--from-bucket", "x").code == 2
    assert run("import", "no-such-folder").code == 2
