"""First steps with jupyterlab-git on a server that archives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from processes import Server

WHO = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(home=tmp_path_factory.mktemp("git"), environment=WHO) as server:
        yield server


def git(server: Server, deed: str, **body: Any) -> Any:
    """What jupyterlab-git answers about the repository in the folder ``repo``."""
    answer = server.request("POST", f"git/repo/{deed}", body)
    assert answer.get("code", 0) == 0, answer
    return answer


def test_a_notebook_is_committed_compared_and_taken_back(server: Server) -> None:
    (server.root / "repo").mkdir()
    server.save("repo/a.ipynb", "first = 1")
    git(server, "init")
    git(server, "add", add_all=False, filename="a.ipynb")
    git(server, "commit", commit_msg="First")
    server.save("repo/a.ipynb", "second = 2")
    status = git(server, "status")
    assert [(file["to"], file["y"]) for file in status["files"]] == [("a.ipynb", "M")]

    before, after = (
        git(server, "content", filename="a.ipynb", reference=reference)["content"]
        for reference in ({"git": "HEAD"}, {"special": "WORKING"})
    )
    diff = server.request(
        "POST", "git/diffnotebook", {"previousContent": before, "currentContent": after}
    )
    assert diff["base"]["cells"][0]["source"] == "first = 1"
    assert [op["key"] for op in diff["diff"]] == ["cells"]

    git(server, "checkout", checkout_branch=False, filename="a.ipynb")
    versions = server.request("GET", "api/bookstore/versions/repo/a.ipynb")["versions"]
    assert [version["kind"] for version in versions] == ["outside", "save", "save"]


def test_bookstore_leaves_nothing_for_git_to_see(server: Server) -> None:
    """Neither a save nor the request for a checkpoint that follows it."""
    (server.root / "repo").mkdir(exist_ok=True)
    server.save("repo/b.ipynb", "1")
    server.request("POST", "api/contents/repo/b.ipynb/checkpoints")
    names = sorted(path.name for path in (server.root / "repo").iterdir())
    assert [name for name in names if name not in (".git", "a.ipynb")] == ["b.ipynb"]
