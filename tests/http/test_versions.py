"""The routes of history: what a notebook's versions are, and what can be done with them."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Answer, Call, put, risky_notebook
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from memory_fixtures import BUCKET
from notebooks import notebook, on_disk

from bookstore.errors import StoreUnavailable
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

VERSIONS = "/api/bookstore/versions/a.ipynb"
RESTORE = "/api/bookstore/restore/a.ipynb"
DIFF = "/api/bookstore/diff/a.ipynb"


@pytest.fixture
def save(call: Call, bookstore: Bookstore) -> Any:
    """Save a notebook as an editor does, and wait until the store has it."""

    async def save_and_deliver(path: str, *sources: str, **model: Any) -> None:
        body = {"type": "notebook", "content": notebook(*sources), **model}
        answer = await call("PUT", f"/api/contents/{path}", json_body=body)
        assert answer.status in (200, 201), answer.text
        await bookstore.uploader.drain(deadline_s=20)

    return save_and_deliver


async def versions_of(call: Call, path: str = "a.ipynb") -> list[dict[str, Any]]:
    answer = await call("GET", f"/api/bookstore/versions/{path}")
    assert answer.status == 200, answer.text
    versions: list[dict[str, Any]] = answer.json["versions"]
    return versions


def sources(answer: Answer) -> list[str]:
    return ["".join(cell["source"]) for cell in answer.json["content"]["cells"]]


async def test_saves_are_told_newest_first(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    await save("a.ipynb", "2")
    newest, oldest = await versions_of(call)
    assert newest["kind"] == "save"
    assert newest["path"] == "a.ipynb"
    assert newest["is_latest"]
    assert not oldest["is_latest"]
    assert not newest["pending"]
    assert newest["failed"] is None
    assert f"s3_bucket={BUCKET}" in newest["url"]


async def test_a_long_history_comes_in_pages(save: Any, call: Call) -> None:
    for number in range(3):
        await save("a.ipynb", str(number))
    first = (await call("GET", VERSIONS, query={"limit": "2"})).json
    second = (await call("GET", VERSIONS, query={"limit": "2", "before": first["next"]})).json
    assert (len(first["versions"]), len(second["versions"])) == (2, 1)
    assert second["next"] is None


async def test_a_save_that_waits_says_why_and_can_be_shown(
    call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    store.fail_with(StoreUnavailable("nothing answers"))
    body = {"type": "notebook", "content": notebook("1")}
    await call("PUT", "/api/contents/a.ipynb", json_body=body)
    await bookstore.uploader.drain(deadline_s=5)
    store.recover()
    [waiting] = await versions_of(call)
    assert waiting["pending"]
    assert waiting["url"] == ""
    assert waiting["failed"]["attempts"] >= 1
    assert waiting["failed"]["last_error"]
    query = {"version_id": waiting["version_id"], "content": "1"}
    assert sources(await call("GET", VERSIONS, query=query)) == ["1"]


async def test_a_version_is_shown_as_a_contents_model(save: Any, call: Call) -> None:
    await save("a.ipynb", "old")
    await save("a.ipynb", "new")
    _, oldest = await versions_of(call)
    query = {"version_id": oldest["version_id"]}
    assert (await call("GET", VERSIONS, query=query)).json["version"] == oldest
    answer = await call("GET", VERSIONS, query={**query, "content": "1"})
    assert sources(answer) == ["old"]
    assert answer.json["type"] == "notebook"
    assert answer.json["writable"] is False


async def test_a_version_comes_byte_for_byte_as_a_file(call: Call, store: MemoryStore) -> None:
    for body in (b'{"cells": [],   "nbformat": 4}', b"\xff\xfe"):
        version_id = await put(store, "workspace/a.ipynb", body)
        query = {"version_id": version_id, "content": "1", "type": "file"}
        model = (await call("GET", VERSIONS, query=query)).json
        is_text = model["format"] == "text"
        content = model["content"]
        assert (content.encode() if is_text else b64decode(content)) == body


async def test_a_version_of_somebody_else_is_not_trusted(call: Call, store: MemoryStore) -> None:
    version_id = await put(store, "workspace/a.ipynb", on_disk(risky_notebook(trusted=True)))
    query = {"version_id": version_id, "content": "1"}
    [cell] = (await call("GET", VERSIONS, query=query)).json["content"]["cells"]
    assert not cell["metadata"].get("trusted")


async def test_a_version_that_the_user_trusted_is_trusted(call: Call, bookstore: Bookstore) -> None:
    trusted = risky_notebook(trusted=True)
    body = {"type": "notebook", "content": trusted}
    await call("PUT", "/api/contents/a.ipynb", json_body=body)
    [version] = await versions_of(call)
    query = {"version_id": version["version_id"], "content": "1"}
    [cell] = (await call("GET", VERSIONS, query=query)).json["content"]["cells"]
    assert cell["metadata"]["trusted"] is True


async def test_a_version_gets_a_name_and_a_note(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    [version] = await versions_of(call)
    body = {"version_id": version["version_id"], "label": "As sent", "note": "to the board"}
    named = (await call("PATCH", VERSIONS, json_body=body)).json["version"]
    assert (named["label"], named["note"]) == ("As sent", "to the board")
    assert await versions_of(call) == [named]


@pytest.mark.parametrize(
    "body",
    [
        {"label": "x"},
        {"version_id": "v"},
        {"version_id": "v", "label": 3},
        {"version_id": "v", "label": None},
        {"version_id": "v", "label": "x" * 201},
        {"version_id": "v", "note": "x" * 2001},
        {"version_id": ["v"], "label": "x"},
        {"version_id": "v", "version_path": 1, "label": "x"},
    ],
)
async def test_a_label_that_cannot_be_is_refused(call: Call, body: dict[str, Any]) -> None:
    assert (await call("PATCH", VERSIONS, json_body=body)).is_error(400, "bad_request")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "many"},
        {"before": "nonsense"},
        {"version_id": ""},
        {"version_id": "v", "content": "maybe"},
        {"version_id": "v", "content": "1", "type": "directory"},
    ],
)
async def test_a_question_that_cannot_be_is_refused(call: Call, query: dict[str, str]) -> None:
    assert (await call("GET", VERSIONS, query=query)).is_error(400, "bad_request")


async def test_what_is_not_there_is_not_found(call: Call) -> None:
    for verb, route, sent in (
        ("GET", VERSIONS, {"query": {"version_id": "none"}}),
        ("PATCH", VERSIONS, {"json_body": {"version_id": "none", "label": "x"}}),
        ("POST", RESTORE, {"json_body": {"version_id": "none"}}),
        ("POST", RESTORE, {"json_body": {"version_id": "save:none"}}),
    ):
        answer = await call(verb, route, **sent)
        assert answer.status == 404, (verb, route, answer.text)


async def test_a_store_that_is_away_is_said_so(call: Call, store: MemoryStore) -> None:
    store.fail_with(StoreUnavailable("nothing answers"))
    assert (await call("GET", VERSIONS)).is_error(503, "store_unavailable")
    assert (await call("GET", "/api/bookstore/deleted")).is_error(503, "store_unavailable")


async def test_while_the_store_is_away_what_waits_for_it_is_told(
    call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    store.fail_with(StoreUnavailable("nothing answers"))
    body = {"type": "notebook", "content": notebook("1")}
    await call("PUT", "/api/contents/a.ipynb", json_body=body)
    answer = (await call("GET", VERSIONS)).json
    assert [version["pending"] for version in answer["versions"]] == [True]
    assert answer["problem"]["message"] == "nothing answers"
    assert answer["problem"]["hint"]
    store.recover()
    await bookstore.uploader.drain(deadline_s=20)
    assert (await call("GET", VERSIONS)).json["problem"] is None


# -- restore -----------------------------------------------------------------------------------


async def test_restoring_adds_a_version_to_the_history(
    save: Any, call: Call, root: Path, bookstore: Bookstore
) -> None:
    await save("a.ipynb", "old")
    old = (root / "a.ipynb").read_bytes()
    await save("a.ipynb", "new")
    _, oldest = await versions_of(call)
    answer = await call("POST", RESTORE, json_body={"version_id": oldest["version_id"]})
    assert answer.status == 200, answer.text
    assert answer.json["path"] == "a.ipynb"
    assert answer.json["version"]["path"] == "a.ipynb"
    assert (root / "a.ipynb").read_bytes() == old
    await bookstore.uploader.drain(deadline_s=20)
    versions = await versions_of(call)
    assert [version["kind"] for version in versions] == ["restore", "save", "save"]
    assert versions[0]["source"] == f"a.ipynb @ {oldest['version_id']}"


async def test_what_is_only_on_disk_is_a_version_before_a_restore_replaces_it(
    save: Any, call: Call, root: Path, bookstore: Bookstore
) -> None:
    await save("a.ipynb", "old")
    [oldest] = await versions_of(call)
    (root / "a.ipynb").write_bytes(on_disk(notebook("from a terminal")))
    await call("POST", RESTORE, json_body={"version_id": oldest["version_id"]})
    versions = await versions_of(call)
    assert [version["kind"] for version in versions] == ["restore", "outside", "save"]
    query = {"version_id": versions[1]["version_id"], "content": "1"}
    assert sources(await call("GET", VERSIONS, query=query)) == ["from a terminal"]


async def test_what_something_else_broke_comes_back_as_it_was(
    call: Call, root: Path, store: MemoryStore
) -> None:
    """A merge conflict, say: no notebook, but somebody's work."""
    broken = b"<<<<<<< ours\n{}\n"
    version_id = await put(store, "workspace/a.ipynb", broken)
    answer = await call("POST", RESTORE, json_body={"version_id": version_id})
    assert answer.status == 200, answer.text
    assert (root / "a.ipynb").read_bytes() == broken


async def test_a_copy_is_restored_beside_what_is_there(save: Any, call: Call, root: Path) -> None:
    await save("a.ipynb", "old")
    await save("a.ipynb", "new")
    _, oldest = await versions_of(call)
    body = {"version_id": oldest["version_id"], "target_path": "a.ipynb"}
    answer = await call("POST", RESTORE, json_body=body)
    copy = answer.json["path"]
    assert copy != "a.ipynb"
    assert (root / copy).exists()
    assert json.loads((root / "a.ipynb").read_bytes())["cells"][0]["source"] == ["new"]
    [first, *_] = await versions_of(call, copy)
    assert (first["kind"], first["path"]) == ("restore", copy)


async def test_an_editor_gets_the_content_and_its_next_save_is_the_restore(
    save: Any, call: Call, root: Path
) -> None:
    await save("a.ipynb", "old")
    await save("a.ipynb", "new")
    before = (root / "a.ipynb").read_bytes()
    _, oldest = await versions_of(call)
    body = {"version_id": oldest["version_id"], "in_editor": True}
    answer = await call("POST", RESTORE, json_body=body)
    assert sources(answer) == ["old"]
    assert (root / "a.ipynb").read_bytes() == before
    await save("a.ipynb", "old")
    await save("a.ipynb", "later")
    kinds = [version["kind"] for version in await versions_of(call)]
    assert kinds == ["save", "restore", "save", "save"]


async def test_a_deleted_notebook_is_listed_and_brought_back(
    save: Any, call: Call, root: Path, bookstore: Bookstore
) -> None:
    await save("a.ipynb", "1")
    content = (root / "a.ipynb").read_bytes()
    await call("DELETE", "/api/contents/a.ipynb")
    await bookstore.uploader.drain(deadline_s=20)
    [gone] = (await call("GET", "/api/bookstore/deleted")).json["deleted"]
    assert (gone["path"], gone["moved_to"], gone["size_bytes"]) == ("a.ipynb", None, len(content))
    answer = await call("POST", RESTORE, json_body={"version_id": gone["version_id"]})
    assert answer.status == 200, answer.text
    assert (root / "a.ipynb").read_bytes() == content
    assert (await call("GET", "/api/bookstore/deleted")).json["deleted"] == []


async def test_a_notebook_is_brought_back_with_its_folder(
    save: Any, call: Call, root: Path, bookstore: Bookstore
) -> None:
    (root / "folder").mkdir()
    await save("folder/a.ipynb", "1")
    await call("DELETE", "/api/contents/folder/a.ipynb")
    await call("DELETE", "/api/contents/folder")
    await bookstore.uploader.drain(deadline_s=20)
    [gone] = (await call("GET", "/api/bookstore/deleted")).json["deleted"]
    route = f"/api/bookstore/restore/{gone['path']}"
    await call("POST", route, json_body={"version_id": gone["version_id"]})
    assert (root / "folder" / "a.ipynb").exists()


async def test_a_renamed_notebook_keeps_its_history_and_its_old_versions_are_restored(
    save: Any, call: Call, root: Path, bookstore: Bookstore
) -> None:
    await save("Untitled.ipynb", "first")
    await call("PATCH", "/api/contents/Untitled.ipynb", json_body={"path": "a.ipynb"})
    await bookstore.uploader.drain(deadline_s=20)
    await save("a.ipynb", "second")
    versions = await versions_of(call)
    assert [version["kind"] for version in versions] == ["save", "rename", "save"]
    oldest = versions[-1]
    assert oldest["path"] == "Untitled.ipynb"
    assert versions[1]["source"] == "Untitled.ipynb"
    body = {"version_id": oldest["version_id"], "version_path": oldest["path"]}
    assert (await call("POST", RESTORE, json_body=body)).status == 200
    assert json.loads((root / "a.ipynb").read_bytes())["cells"][0]["source"] == ["first"]
    [moved] = (await call("GET", "/api/bookstore/deleted")).json["deleted"]
    assert (moved["path"], moved["moved_to"]) == ("Untitled.ipynb", "a.ipynb")


async def test_nothing_is_restored_over_what_is_no_file(save: Any, call: Call, root: Path) -> None:
    await save("a.ipynb", "1")
    [version] = await versions_of(call)
    (root / "a.ipynb").unlink()
    (root / "a.ipynb").mkdir()
    answer = await call("POST", RESTORE, json_body={"version_id": version["version_id"]})
    assert answer.is_error(409, "conflict")


@pytest.mark.parametrize(
    ("verb", "route", "sent"),
    [
        ("GET", "/api/bookstore/versions/.bookstore/labels/a.ipynb.json", {}),
        ("GET", VERSIONS, {"query": {"version_id": "v", "version_path": ".bookstore/x.json"}}),
        ("POST", RESTORE, {"json_body": {"version_id": "v", "version_path": ".bookstore/x"}}),
        ("GET", DIFF, {"query": {"base": "v", "base_path": ".bookstore/x.ipynb"}}),
    ],
)
async def test_what_bookstore_keeps_for_itself_has_no_history(
    call: Call, verb: str, route: str, sent: dict[str, Any]
) -> None:
    assert (await call(verb, route, **sent)).is_error(404, "not_found")


@pytest.mark.parametrize("path", ["../a.ipynb", "x/../../a.ipynb", "a//b.ipynb"])
async def test_an_older_path_stays_in_the_workspace(call: Call, path: str) -> None:
    query = {"version_id": "v", "version_path": path}
    assert (await call("GET", VERSIONS, query=query)).is_error(400, "bad_request")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version_id": ""},
        {"version_id": "v", "target_path": "../out.ipynb"},
        {"version_id": "v", "target_path": "a.txt"},
        {"version_id": "v", "in_editor": "perhaps"},
        {"version_id": "v", "in_editor": True, "target_path": "b.ipynb"},
    ],
)
async def test_a_restore_that_cannot_be_is_refused(call: Call, body: dict[str, Any]) -> None:
    assert (await call("POST", RESTORE, json_body=body)).is_error(400, "bad_request")


async def test_restores_at_the_same_moment_all_become_versions(
    save: Any, call: Call, bookstore: Bookstore
) -> None:
    for number in range(4):
        await save("a.ipynb", str(number))
    ids = [version["version_id"] for version in await versions_of(call)]
    await asyncio.gather(
        *(call("POST", RESTORE, json_body={"version_id": version_id}) for version_id in ids[1:])
    )
    await bookstore.uploader.drain(deadline_s=20)
    kinds = [version["kind"] for version in await versions_of(call)]
    assert kinds == 3 * ["restore"] + 4 * ["save"]


# -- compare -----------------------------------------------------------------------------------


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


async def test_history_tells_what_was_changed_outside(
    save: Any, call: Call, root: Path, server: ServerApp
) -> None:
    await save("a.ipynb", "one")
    (root / "a.ipynb").write_bytes(on_disk(notebook("from a terminal")))
    newest, _ = await versions_of(call)
    assert newest["kind"] == "outside"


class OurManager(AsyncLargeFileManager):
    """A contents manager that does not archive."""


@pytest.mark.parametrize("manager_class", [f"{__name__}.OurManager"])
async def test_a_history_says_where_saves_make_no_versions(call: Call) -> None:
    told = (await call("GET", VERSIONS)).json
    assert told["versions"] == []
    assert told["archiver"]["active"] is False
    assert "OurManager" in told["archiver"]["message"]


async def test_a_history_says_that_saves_make_versions(call: Call) -> None:
    assert (await call("GET", VERSIONS)).json["archiver"]["active"] is True
