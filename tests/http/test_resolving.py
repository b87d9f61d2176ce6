"""``/api/bookstore/resolve``: which version an address means."""

from __future__ import annotations

from typing import Any

import pytest
from cli_runner import source_of
from http_helpers import Answer, Call, put, versions_of
from notebooks import notebook

from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

RESOLVE = "/api/bookstore/resolve"


async def asked(call: Call, address: str, **query: str) -> Answer:
    return await call("GET", RESOLVE, query={"address": address, **query})


async def version_of(call: Call, address: str) -> dict[str, Any]:
    answer = await asked(call, address)
    assert answer.status == 200, answer.text
    version: dict[str, Any] = answer.json["version"]
    return version


async def test_the_newest_version_is_meant_unless_another_is_named(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    await save("a.ipynb", "2")
    newest, oldest = await versions_of(call)
    assert await version_of(call, "bookstore://a.ipynb") == newest
    assert await version_of(call, "bookstore://a.ipynb?latest") == newest
    assert await version_of(call, oldest["address"]) == oldest
    named = f"bookstore://a.ipynb?at={oldest['saved_at'].replace('+', '%2B')}"
    assert (await version_of(call, named))["version_id"] == oldest["version_id"]


async def test_a_label_means_the_newest_version_of_that_name(save: Any, call: Call) -> None:
    for source in ("1", "2", "3"):
        await save("a.ipynb", source)
    _, middle, oldest = await versions_of(call)
    for version in (oldest, middle):
        named = {"version_id": version["version_id"], "label": "in use"}
        await call("PATCH", "/api/bookstore/versions/a.ipynb", json_body=named)
    found = await version_of(call, "bookstore://a.ipynb?label=in use")
    assert found["version_id"] == middle["version_id"]


async def test_a_version_that_a_renamed_notebook_had_before_is_found(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    [before] = await versions_of(call)
    named = {"version_id": before["version_id"], "label": "first"}
    await call("PATCH", "/api/bookstore/versions/a.ipynb", json_body=named)
    await call("PATCH", "/api/contents/a.ipynb", json_body={"path": "b.ipynb"})
    found = await version_of(call, "bookstore://b.ipynb?label=first")
    assert (found["version_id"], found["path"]) == (before["version_id"], "a.ipynb")
    answer = await asked(call, "bookstore://b.ipynb?label=first", content="1")
    assert source_of(answer.json["content"]) == "1"


async def test_the_bytes_come_along_where_they_are_asked_for(
    save: Any, call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    await save("a.ipynb", "1")
    answer = await asked(call, "bookstore://a.ipynb", content="1")
    stored = await store.get(bookstore.workspace.key("a.ipynb"))
    assert answer.json["content"].encode() == stored.body
    assert answer.json["version"]["version_id"] == stored.version.version_id


async def test_a_key_of_the_store_is_addressed_with_three_slashes(
    call: Call, store: MemoryStore
) -> None:
    version_id = await put(store, "published/x/y.ipynb", notebook("1"))
    found = await version_of(call, "bookstore:///published/x/y.ipynb")
    assert found["version_id"] == version_id
    assert found["address"] == f"bookstore:///published/x/y.ipynb?version={version_id}"
    assert await version_of(call, found["address"]) == {**found, "is_latest": True}


async def test_a_key_among_ones_own_notebooks_is_told_by_its_path(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    found = await version_of(call, "bookstore:///workspace/a.ipynb")
    assert found["path"] == "a.ipynb"
    assert found["address"].startswith("bookstore://a.ipynb?version=")


async def test_what_was_deleted_is_not_the_newest_version(save: Any, call: Call) -> None:
    await save("a.ipynb", "1")
    [before] = await versions_of(call)
    await call("DELETE", "/api/contents/a.ipynb")
    answer = await asked(call, "bookstore://a.ipynb")
    assert answer.is_error(404, "not_found")
    assert "was deleted" in answer.json["message"]
    assert (await version_of(call, before["address"]))["version_id"] == before["version_id"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 400),
        ("a.ipynb", 400),
        ("bookstore://a.ipynb?at=noon", 400),
        ("bookstore://a.ipynb?version=none", 404),
        ("bookstore://a.ipynb?label=none", 404),
        ("bookstore://a.ipynb?at=2001-01-01", 404),
        ("bookstore://b.ipynb", 404),
        ("bookstore://.bookstore/labels/a.ipynb.json", 404),
        ("bookstore:///workspace/.bookstore/labels/a.ipynb.json", 404),
        ("bookstore:///nothing/there.ipynb", 404),
    ],
)
async def test_an_address_that_means_nothing_is_refused(
    save: Any, call: Call, address: str, status: int
) -> None:
    await save("a.ipynb", "1")
    for content in ("", "1"):
        answer = await asked(call, address, content=content)
        assert answer.status == status, answer.text
        assert answer.json["message"]


@pytest.mark.parametrize("bookstore_config", [{"enable_s3_cloning": False}])
async def test_without_cloning_only_ones_own_notebooks_are_read(
    save: Any, call: Call, store: MemoryStore
) -> None:
    await save("a.ipynb", "1")
    await put(store, "elsewhere/a.ipynb", notebook("1"))
    assert (await asked(call, "bookstore:///elsewhere/a.ipynb")).is_error(403, "forbidden")
    assert (await asked(call, "bookstore:///workspace/a.ipynb")).status == 200


async def test_an_address_is_only_resolved_for_whoever_may_use_the_server(call: Call) -> None:
    answer = await call("GET", RESOLVE, query={"address": "bookstore://a"}, with_token=False)
    assert answer.status == 403
