"""Search over HTTP: in one history, and in all of them."""

from __future__ import annotations

from typing import Any

import pytest
from http_helpers import Call, versions_of

SEARCH = "/api/bookstore/search"


async def test_what_was_deleted_from_a_notebook_is_found_in_its_history(
    save: Any, call: Call
) -> None:
    await save("a.ipynb", "df.drop(columns)")
    await save("a.ipynb", "df.keep(columns)")
    await save("b.ipynb", "df.drop(rows)")
    newest, oldest = await versions_of(call)
    answer = (await call("GET", SEARCH, query={"text": "df.drop", "path": "a.ipynb"})).json
    [found] = answer["found"]
    assert found["excerpt"] == "df.drop(columns)"
    assert found["first"]["version_id"] == found["last"]["version_id"] == oldest["version_id"]
    assert found["gone"]["version_id"] == newest["version_id"]
    assert [version["version_id"] for version in answer["versions"]] == [oldest["version_id"]]
    assert answer["is_complete"] is True

    everywhere = (await call("GET", SEARCH, query={"text": "df.drop"})).json
    assert [found["path"] for found in everywhere["found"]] == ["b.ipynb", "a.ipynb"]
    assert everywhere["versions"] == []


async def test_versions_that_are_found_tell_what_they_changed(save: Any, call: Call) -> None:
    for source in ("x = 1", "x = 2", "y = 1", "x = 2"):
        await save("a.ipynb", source)
    query = {"text": "x = ", "path": "a.ipynb"}
    told = {version["version_id"]: version["changed"] for version in await versions_of(call)}
    found = (await call("GET", SEARCH, query=query)).json["versions"]
    assert len(found) == 3
    for version in found[:-1]:
        assert version["changed"] == told[version["version_id"]]
        assert version["changed"]["excerpt"] == "x = 2"


async def test_versions_that_are_found_have_their_names(save: Any, call: Call) -> None:
    await save("a.ipynb", "x = 1")
    [version] = await versions_of(call)
    label = {"version_id": version["version_id"], "label": "sent"}
    await call("PATCH", "/api/bookstore/versions/a.ipynb", json_body=label)
    query = {"kind": "save", "path": "a.ipynb"}
    [found] = (await call("GET", SEARCH, query=query)).json["versions"]
    assert found["label"] == "sent"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "text, author or kind"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"kind": "autosave"}, "kind"),
        ({"text": "x", "limit": "0"}, "limit"),
    ],
)
async def test_a_search_that_cannot_be_meant_is_refused(
    call: Call, query: dict[str, str], field: str
) -> None:
    answer = await call("GET", SEARCH, query=query)
    assert answer.status == 400
    assert field in answer.json["message"]


@pytest.mark.parametrize(
    "text", ["\0", "a\0b\0c", '"', '""" OR ', "%", "_", "\\", "NOT", "*", "a*"]
)
async def test_what_has_a_meaning_elsewhere_is_text_here(save: Any, call: Call, text: str) -> None:
    await save("a.ipynb", f"before {text} after")
    await save("b.ipynb", "other")
    answer = (await call("GET", SEARCH, query={"text": f"{text} aft"})).json
    assert [found["path"] for found in answer["found"]] == ["a.ipynb"]
