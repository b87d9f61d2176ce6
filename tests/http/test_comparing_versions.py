"""The route that compares versions with each other, the file and the editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from http_helpers import Call, versions_of
from notebooks import notebook, on_disk

DIFF = "/api/bookstore/diff/a.ipynb"


async def test_two_versions_are_compared_with_each_other(save: Any, call: Call) -> None:
    await save("a.ipynb", "one", "two")
    await save("a.ipynb", "one", "2")
    newest, oldest = await versions_of(call)
    query = {"base": oldest["version_id"], "remote": newest["version_id"]}
    answer = (await call("GET", "/api/bookstore/diff/a.ipynb", query=query)).json
    assert answer["summary"]["cells_changed"] == 1
    assert answer["base"]["cells"][1]["source"] == "two"
    assert (answer["base_version"], answer["remote_version"]) == (oldest, newest) or (
        answer["base_version"]["version_id"] == oldest["version_id"]
    )
    assert [op["key"] for op in answer["diff"]] == ["cells"]


async def test_a_version_is_compared_with_what_is_on_disk_and_in_the_editor(
    save: Any, call: Call, root: Path
) -> None:
    await save("a.ipynb", "one")
    [version] = await versions_of(call)
    (root / "a.ipynb").write_bytes(on_disk(notebook("one", "two")))
    query = {"base": version["version_id"]}
    on_disk_now = (await call("GET", "/api/bookstore/diff/a.ipynb", query=query)).json
    assert (on_disk_now["remote_version"], on_disk_now["summary"]["cells_added"]) == (None, 1)
    body = {"base": version["version_id"], "content": notebook("one", "two", "three")}
    unsaved = (await call("POST", "/api/bookstore/diff/a.ipynb", json_body=body)).json
    assert unsaved["summary"]["cells_added"] == 2


async def test_what_cannot_be_compared_is_said_so(save: Any, call: Call, root: Path) -> None:
    await save("a.ipynb", "one")
    [version] = await versions_of(call)
    base, route = {"base": version["version_id"]}, "/api/bookstore/diff/a.ipynb"
    assert (await call("GET", route)).is_error(400, "bad_request")
    assert (await call("POST", route, json_body=base)).is_error(400, "bad_request")
    (root / "a.ipynb").write_bytes(b"no notebook")
    assert (await call("GET", route, query=base)).is_error(422, "invalid_notebook")
    (root / "a.ipynb").unlink()
    assert (await call("GET", route, query=base)).is_error(404, "not_found")
    text = await call("GET", "/api/bookstore/diff/a.txt", query=base)
    assert text.is_error(415, "not_a_notebook")


async def test_a_file_too_large_to_compare_is_not_read(save: Any, call: Call, root: Path) -> None:
    await save("a.ipynb", "one")
    [version] = await versions_of(call)
    with (root / "a.ipynb").open("r+b") as stream:
        stream.truncate(2**40)  # a sparse file: a terabyte that takes no room
    answer = await call("GET", DIFF, query={"base": version["version_id"]})
    assert answer.is_error(413, "too_large")
    assert len(await versions_of(call)) == 1
