"""``import`` of what s3contents, the bookstore of 2013 and plain tools keep in a bucket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Ran, run, source_of
from notebooks import notebook
from s3_server import admin, new_bucket

FIRST = "0a1b2c3d-0000-4000-8000-000000000001"
SECOND = "1a1b2c3d-0000-4000-8000-000000000002"
GONE = "2a1b2c3d-0000-4000-8000-000000000003"
CHECKPOINTS = [f"9a1b2c3d-0000-4000-8000-00000000000{n}" for n in (1, 2)]


def named(source: str, name: str) -> bytes:
    """Return a notebook as 2013 wrote it: its name is in it."""
    content: dict[str, Any] = notebook(source)
    content["metadata"]["name"] = name
    return json.dumps(content).encode()


def filled(endpoint: str, bodies: dict[str, bytes]) -> str:
    """Return a new bucket with these objects."""
    bucket = new_bucket(endpoint)
    for key, body in bodies.items():
        admin(endpoint).put_object(Bucket=bucket, Key=key, Body=body)
    return bucket


def fates(ran: Ran) -> dict[str, tuple[str, int]]:
    """What became of each path."""
    assert ran.code == 0, ran.err
    return {each["path"]: (each["fate"], each["versions"]) for each in ran.json["imported"]}


@pytest.fixture
def of_2013(s3_endpoint: str) -> str:
    """A container of 2013: two notebooks of one name, one with checkpoints, one that is gone."""
    return filled(
        s3_endpoint,
        {
            f"{FIRST}/checkpoints/{CHECKPOINTS[0]}": named("1", "Analysis"),
            f"{FIRST}/checkpoints/{CHECKPOINTS[1]}": named("2", "Analysis"),
            FIRST: named("3", "Analysis/final"),
            SECOND: named("other", "Analysis/final"),
            f"{GONE}/checkpoints/{CHECKPOINTS[0]}": named("gone", "Gone"),
            "something/else.txt": b"x",
        },
    )


def test_notebooks_of_2013_get_their_names_and_checkpoints_are_versions(
    home: Path, s3_settings: dict[str, str], of_2013: str
) -> None:
    """None is overwritten by another of its name, and what was deleted can be brought back."""
    words = ("import", "--from-bucket", of_2013, "--layout", "2013", "--json")

    assert fates(run(*words)) == {
        "Analysis-final.ipynb": ("imported", 3),
        f"Analysis-final-{SECOND[:8]}.ipynb": ("imported", 1),
        "Gone.ipynb": ("imported", 1),
    }

    kept = [run("show", "Analysis-final.ipynb", back).body for back in ("~2", "~1", "~0")]
    assert sorted(map(source_of, kept)) == ["1", "2", "3"]
    assert "Gone.ipynb" in run("deleted").out
    assert {fate for fate, _ in fates(run(*words)).values()} == {"there already"}


def test_the_name_that_the_store_has_of_a_notebook_of_2013_counts(
    home: Path, s3_settings: dict[str, str], s3_endpoint: str
) -> None:
    """It was in the object's metadata, by which the list of notebooks was made; it ends once in
    what files of notebooks end in."""
    bucket, body = new_bucket(s3_endpoint), json.dumps(notebook("1")).encode()
    names = {FIRST: "First one.ipynb", SECOND: "a/b"}
    for key, name in names.items():
        admin(s3_endpoint).put_object(Bucket=bucket, Key=key, Body=body, Metadata={"NBName": name})

    ran = run("import", "--from-bucket", bucket, "--layout", "2013", "--json")

    assert {*fates(ran)} == {"First one.ipynb", "a-b.ipynb"}


def test_files_of_any_kind_are_taken_with_their_versions(
    home: Path, s3_settings: dict[str, str], s3_endpoint: str
) -> None:
    """As s3contents keeps them; its marks of empty folders are none."""
    bucket = filled(
        s3_endpoint,
        {
            "ada/.s3keep": b"",
            "ada/empty/.s3keep": b"",
            "ada/folder/": b"",
            "ada/folder/é +%41.csv": b"1,2",
            "ada/a.ipynb": json.dumps(notebook("1")).encode(),
            "bob/b.ipynb": json.dumps(notebook("b")).encode(),
        },
    )
    newer = json.dumps(notebook("2")).encode()
    admin(s3_endpoint).put_object(Bucket=bucket, Key="ada/a.ipynb", Body=newer)

    words = ("import", "--from-bucket", bucket, "--layout", "files", "--prefix", "ada", "--json")

    expected = {"a.ipynb": ("imported", 2), "folder/é +%41.csv": ("imported", 1)}
    assert fates(run(*words)) == expected
    own = s3_settings["JPYNB_S3_BUCKET"]
    stored = admin(s3_endpoint).get_object(Bucket=own, Key="workspace/folder/é +%41.csv")
    assert stored["Body"].read() == b"1,2"
    assert source_of(run("show", "a.ipynb").body) == "2"


def test_a_bucket_without_versions_is_taken_as_it_is(
    home: Path, s3_settings: dict[str, str], s3_endpoint: str
) -> None:
    client, bucket = admin(s3_endpoint), "plain-files"
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="a.txt", Body=b"1")

    ran = run("import", "--from-bucket", bucket, "--layout", "files", "--json")

    assert fates(ran) == {"a.txt": ("imported", 1)}


def test_a_dry_run_tells_what_would_be_imported_and_imports_nothing(
    home: Path, s3_settings: dict[str, str], of_2013: str, s3_endpoint: str
) -> None:
    ran = run("import", "--from-bucket", of_2013, "--layout", "2013", "--dry-run")

    assert "Analysis-final.ipynb" in ran.out
    assert "5 versions would be imported" in ran.err + ran.out
    own = s3_settings["JPYNB_S3_BUCKET"]
    assert not admin(s3_endpoint).list_objects_v2(Bucket=own).get("Contents")


@pytest.mark.parametrize("prefix", ["", "workspace", "workspace/"])
def test_a_workspace_is_not_imported_into_itself(s3_settings: dict[str, str], prefix: str) -> None:
    """It would grow with each run."""
    own = s3_settings["JPYNB_S3_BUCKET"]

    ran = run("import", "--from-bucket", own, "--layout", "files", "--prefix", prefix)

    assert ran.code == 1
    assert "already" in ran.err
