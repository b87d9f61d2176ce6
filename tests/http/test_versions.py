"""The routes of history: what a notebook's versions are, and what can be done with them."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, put, risky_notebook, sources, versions_of
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


# -- compare -----------------------------------------------------------------------------------


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


async def test_a_version_says_what_it_changed(save: Any, call: Call) -> None:
    await save("a.ipynb", "x = 1")
    await save("a.ipynb", "x = 2")
    newest, oldest = await versions_of(call)
    assert newest["changed"]["excerpt"] == "x = 2"
    assert newest["changed"]["metadata_changed"] is False
    assert oldest["changed"]["cells_added"] == 1
    query = {"version_id": newest["version_id"]}
    assert (await call("GET", VERSIONS, query=query)).json["version"] == newest


async def test_a_version_of_what_is_no_notebook_says_nothing(call: Call) -> None:
    body = {"type": "file", "format": "text", "content": "text"}
    await call("PUT", "/api/contents/a.ipynb", json_body=body)
    [version] = await versions_of(call)
    assert version["changed"] is None
