"""``export``: a history as a branch of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_runner import Desk, run, source_of
from notebooks import notebook

from bookstore.transfer.git_repository import Commit


def git(folder: Path, *words: str) -> str:
    """What git answers in *folder*."""
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def subjects(folder: Path, branch: str = "bookstore") -> list[str]:
    """The first lines of the commits, the newest first."""
    return git(folder, "log", "--format=%s", branch).splitlines()


def test_each_version_is_a_commit_with_its_author_and_date(desk: Desk, tmp_path: Path) -> None:
    path = desk.saved("1", "2")
    run("label", path, "~1", "sent to Ada", "--note", "as promised")
    ran = run("export", path, "--to", tmp_path / "repo")
    assert ran.code == 0, ran.err
    assert subjects(tmp_path / "repo") == [f"Save {path}", "sent to Ada"]
    newest, _ = run("log", path, "--json").json["versions"]
    author, seconds = git(tmp_path / "repo", "log", "-1", "--format=%an %at").split()
    assert author == newest["author"]
    assert abs(int(seconds) - _seconds(newest["saved_at"])) < 1
    assert "as promised" in git(tmp_path / "repo", "log", "--format=%b")
    git(tmp_path / "repo", "fsck", "--strict")


def test_the_commits_hold_the_very_bytes(desk: Desk, tmp_path: Path) -> None:
    path = desk.saved("é")
    before = (desk.root / path).read_bytes()
    desk.save(path, "2")
    run("export", path, "--to", tmp_path / "repo")
    assert git(tmp_path / "repo", "show", f"bookstore~1:{path}").encode() == before
    assert (tmp_path / "repo" / path).read_bytes() == (desk.root / path).read_bytes()


def test_another_run_adds_what_is_new(desk: Desk, tmp_path: Path) -> None:
    path = desk.saved("1", "2")
    run("export", path, "--to", tmp_path / "repo")
    assert run("export", path, "--to", tmp_path / "repo", "--json").json["exported"] == []
    desk.save(path, "3")
    assert "1 version added" in run("export", path, "--to", tmp_path / "repo").out
    assert len(subjects(tmp_path / "repo")) == 3
    assert source_of((tmp_path / "repo" / path).read_bytes()) == "3"
    assert git(tmp_path / "repo", "status", "--porcelain") == ""


def test_deletions_and_renames_are_followed(desk: Desk, tmp_path: Path) -> None:
    path, new = desk.saved("1"), desk.new_name()
    desk.rename(path, new)
    desk.delete(new)
    run("export", new, "--to", tmp_path / "repo")
    assert subjects(tmp_path / "repo") == [
        f"Delete {new}",
        f"Rename {new} from {path}",
        f"Save {path}",
    ]
    assert git(tmp_path / "repo", "ls-tree", "--name-only", "bookstore~1").split() == [new]
    assert git(tmp_path / "repo", "ls-tree", "--name-only", "bookstore") == ""


def test_a_branch_beside_others_leaves_the_work_tree_alone(embedded: Desk, tmp_path: Path) -> None:
    path, repo = embedded.saved("1"), tmp_path / "repo"
    repo.mkdir()
    git(repo, "init", "--quiet")
    (repo / "mine.txt").write_text("mine")
    assert run("export", path, "--to", repo, "--branch", "notebooks/a").code == 0
    assert [file.name for file in repo.iterdir() if file.name != ".git"] == ["mine.txt"]
    assert len(subjects(repo, "notebooks/a")) == 1


def test_changes_that_are_not_committed_are_not_overwritten(embedded: Desk, tmp_path: Path) -> None:
    path, repo = embedded.saved("1"), tmp_path / "repo"
    run("export", path, "--to", repo)
    (repo / path).write_text("mine")
    embedded.save(path, "2")
    ran = run("export", path, "--to", repo)
    assert ran.code == 1
    assert "not committed" in ran.err
    assert (repo / path).read_text() == "mine"


@pytest.mark.parametrize("branch", ["a..b", "x y", "-x"])
def test_a_branch_that_git_does_not_allow_is_refused(
    embedded: Desk, tmp_path: Path, branch: str
) -> None:
    ran = run("export", embedded.saved("1"), "--to", tmp_path / "repo", f"--branch={branch}")
    assert ran.code == 1
    assert branch in ran.err


def test_a_folder_that_is_no_repository_is_refused(embedded: Desk, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    ran = run("export", embedded.saved("1"), "--to", tmp_path / "full")
    assert ran.code == 1
    assert "not a git repository" in ran.err


def test_without_git_that_is_said(
    embedded: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = embedded.saved("1")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("export", path, "--to", tmp_path / "repo")
    assert ran.code == 1
    assert "no git" in ran.err


def test_a_name_cannot_leave_its_line_in_the_stream() -> None:
    """Whatever an author or path is made of."""
    from bookstore.records import utc_now

    commit = Commit(
        version_id="v",
        author="x <y>\nfrom z",
        saved_at=utc_now(),
        message="m",
        path='a"b\nM 100644',
        body=str(notebook("1")).encode(),
    )
    lines = commit.to_stream("refs/heads/x", "").split(b"\n")
    assert lines[1].startswith(b"author x yfrom z <> ")
    assert b'M 100644 inline "a\\"b\\nM 100644"' in lines


def _seconds(iso: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(iso).timestamp()
