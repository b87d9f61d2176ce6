"""What servers in other folders saved is said where they share a bucket, and joined when asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from http_helpers import Call, versions_of

from bookstore.files.noted_roots import remember_root

JOIN = "/api/bookstore/join/work/a.ipynb"


async def saved_from_work(root: Path, save: Any) -> None:
    """Do what a server in the folder ``work`` did, which saved ``a.ipynb`` twice."""
    (root / "work").mkdir()
    remember_root(str(root / "work"))
    remember_root(str(root))
    for source in ("1", "2"):
        await save("a.ipynb", source)
    (root / "a.ipynb").rename(root / "work" / "a.ipynb")


async def test_the_newest_page_says_how_many_there_are(root: Path, call: Call, save: Any) -> None:
    await saved_from_work(root, save)
    told = (await call("GET", "/api/bookstore/versions/work/a.ipynb")).json
    [version] = told["versions"]
    assert (version["kind"], version["folder"]) == ("outside", "")
    [offer] = told["elsewhere"]
    assert offer == {
        "folder": "work",
        "path": "a.ipynb",
        "versions": 2,
        "more": False,
        "joined": False,
    }


async def test_joined_they_are_one_history_which_can_be_separated(
    root: Path, call: Call, save: Any
) -> None:
    await saved_from_work(root, save)
    answer = await call("POST", JOIN, json_body={"folder": "work"})
    assert answer.json == {"path": "work/a.ipynb", "folder": "work", "joined": True}
    joined = await versions_of(call, "work/a.ipynb")
    assert [version["folder"] for version in joined] == ["work", "work"]
    oldest = {"version_id": joined[-1]["version_id"], "version_path": joined[-1]["path"]}
    shown = await call("GET", "/api/bookstore/versions/work/a.ipynb", query=oldest)
    assert shown.json["version"]["save_id"] == joined[-1]["save_id"]
    answer = await call("POST", JOIN, json_body={"folder": "work", "joined": False})
    assert not answer.json["joined"]
    assert len(await versions_of(call, "work/a.ipynb")) == 1


async def test_what_is_no_root_cannot_be_joined(root: Path, call: Call, save: Any) -> None:
    await saved_from_work(root, save)
    bad: list[dict[str, Any]] = [{}, {"folder": ""}, {"folder": 1}, {"folder": "work", "joined": 2}]
    for body in bad:
        assert (await call("POST", JOIN, json_body=body)).is_error(400, "bad_request")
    for folder in ("..", "play", "/", "work/../work"):
        answer = await call("POST", JOIN, json_body={"folder": folder})
        assert answer.is_error(404, "not_found")
    answer = await call("POST", "/api/bookstore/join/b.ipynb", json_body={"folder": "work"})
    assert answer.is_error(404, "not_found")


async def test_nothing_is_said_where_there_is_one_root(call: Call, save: Any) -> None:
    await save("a.ipynb", "1")
    assert (await call("GET", "/api/bookstore/versions/a.ipynb")).json["elsewhere"] == []
