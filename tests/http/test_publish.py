"""Publishing: ``/api/bookstore/published`` and the route of 2.5.1."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import nbformat
import pytest
from http_helpers import Call, put, risky_notebook, url_path
from memory_fixtures import BUCKET
from notebooks import notebook, on_disk

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.store.memory import MemoryStore

ROUTES = pytest.mark.parametrize("route", ["/api/bookstore/published", "/api/bookstore/publish"])


def model(content: Any) -> dict[str, Any]:
    return {"type": "notebook", "content": content}


@ROUTES
async def test_a_published_notebook_is_in_the_store(
    call: Call, store: MemoryStore, route: str
) -> None:
    answer = await call("PUT", f"{route}/a/b.ipynb", json_body=model(notebook("1 + 1")))
    assert answer.status == 200
    stored = await store.get("published/a/b.ipynb")
    assert stored.body == on_disk(notebook("1 + 1"))
    assert answer.json["s3_path"] == f"{BUCKET}/published/a/b.ipynb"
    assert answer.json["versionID"] == stored.version.version_id
    assert answer.json["path"] == "a/b.ipynb"


async def test_publishing_sends_content_type_and_metadata(call: Call, store: MemoryStore) -> None:
    """2.5.1 published objects that nobody could tell the type or origin of."""
    await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(notebook("1")))
    stored = await store.get("published/a.ipynb")
    known = stored.version.metadata or {}
    assert stored.version.content_type == "application/x-ipynb+json"
    assert known["kind"] == "publish"
    assert known["source"] == "workspace/a.ipynb"
    assert known["sha256"] == hashlib.sha256(stored.body).hexdigest()
    assert known["author"]


async def test_what_is_saved_is_published_byte_for_byte(
    call: Call, store: MemoryStore, root: Path
) -> None:
    """The published object and the archived one are the same bytes, however they are formatted."""
    saved = json.dumps(notebook("é = 1"), indent=4).encode()
    (root / "a.ipynb").write_bytes(saved)
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body={"type": "notebook"})
    assert answer.status == 200
    assert (await store.get("published/a.ipynb")).body == saved


async def test_publishing_content_gives_the_bytes_that_saving_gives(
    call: Call, store: MemoryStore, root: Path
) -> None:
    content = notebook("é = 1\nprint(é)")
    await call("PUT", "/api/contents/a.ipynb", json_body={**model(content), "format": "json"})
    await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(content))
    assert (await store.get("published/a.ipynb")).body == (root / "a.ipynb").read_bytes()


@pytest.mark.parametrize("how", ["sent", "saved"])
async def test_nothing_published_claims_to_be_trusted(
    call: Call, store: MemoryStore, root: Path, how: str
) -> None:
    content = risky_notebook(trusted=True, tags=["keep"])
    content["metadata"] |= {"trusted": True, "signature": "abc", "keep": 1}
    (root / "a.ipynb").write_text(json.dumps(content))
    body = model(content) if how == "sent" else {"type": "notebook"}
    assert (await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)).status == 200
    published = json.loads((await store.get("published/a.ipynb")).body)
    assert published["metadata"] == {"keep": 1}
    assert published["cells"][0]["metadata"] == {"tags": ["keep"]}


async def test_an_old_notebook_is_published_as_jupyter_opens_it(
    call: Call, store: MemoryStore
) -> None:
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell("1")])]
    )
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(dict(old)))
    assert answer.status == 200
    assert json.loads((await store.get("published/a.ipynb")).body)["nbformat"] == 4


async def test_the_answer_holds_a_link_that_clones(call: Call, store: MemoryStore) -> None:
    path = "Größe & co/a+b %41.ipynb"
    route = f"/api/bookstore/published/{url_path(path)}"
    answer = await call("PUT", route, json_body=model(notebook("1")))
    link = urlsplit(answer.json["url"])
    assert dict(parse_qsl(link.query)) == {"s3_bucket": BUCKET, "s3_key": f"published/{path}"}
    assert (await call("GET", f"/{link.path}?{link.query}")).status == 200


@ROUTES
@pytest.mark.parametrize("end", ["", "/"])
async def test_publishing_without_a_path_is_refused(call: Call, route: str, end: str) -> None:
    answer = await call("PUT", route + end, json_body=model(notebook("1")))
    assert answer.is_error(400, "bad_request")


@pytest.mark.parametrize("path", ["../a.ipynb", "a/../../b.ipynb", "%2e%2e/a.ipynb", "a//b.ipynb"])
async def test_a_path_cannot_leave_the_published_prefix(
    call: Call, store: MemoryStore, path: str
) -> None:
    route = f"/api/bookstore/published/{path}"
    answer = await call("PUT", route, json_body=model(notebook("1")))
    assert answer.is_error(400, "bad_request")
    assert store.puts == []


async def test_an_encoded_slash_is_a_slash(call: Call, store: MemoryStore) -> None:
    route = "/api/bookstore/published/a%2Fb.ipynb"
    assert (await call("PUT", route, json_body=model(notebook("1")))).status == 200
    assert store.puts[0].version.key == "published/a/b.ipynb"


async def test_publishing_without_a_notebook_is_refused(call: Call) -> None:
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", body="")
    assert answer.is_error(400, "bad_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("a.txt", {"type": "notebook"}),
        ("a.ipynb", {"type": "file", "content": "x"}),
        ("a.ipynb", {"content": notebook("1")}),
    ],
)
async def test_what_is_no_notebook_is_not_published(call: Call, path: str, body: object) -> None:
    answer = await call("PUT", f"/api/bookstore/published/{path}", json_body=body)
    assert answer.is_error(415, "not_a_notebook")


@pytest.mark.parametrize("content", [None, {}, [], ""])
async def test_an_empty_notebook_is_not_published(call: Call, content: object) -> None:
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(content))
    assert answer.is_error(422, "invalid_notebook")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"nbformat": 4, "nbformat_minor": 5, "cells": []}, "'metadata' is a required property"),
        ({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}, "cells: 7 is not"),
        ({"nbformat": 4, "nbformat_minor": "x", "metadata": {}, "cells": []}, "nbformat_minor"),
        ({"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}, "not 5"),
        ({"cells": []}, "nbformat"),
        (7, "empty"),
    ],
)
async def test_an_invalid_notebook_is_refused_in_words(
    call: Call, store: MemoryStore, content: object, words: str
) -> None:
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(content))
    assert answer.is_error(422, "invalid_notebook")
    assert words in answer.json["message"]
    assert store.puts == []


async def test_text_that_is_not_unicode_is_refused(call: Call) -> None:
    body = model(notebook("\ud800"))
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)
    assert answer.is_error(422, "invalid_notebook")


async def test_what_was_never_saved_cannot_be_published(call: Call) -> None:
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body={"type": "notebook"})
    assert answer.is_error(404, "not_found")


async def test_a_hidden_notebook_is_not_published(call: Call, root: Path) -> None:
    (root / ".a.ipynb").write_bytes(on_disk(notebook("1")))
    answer = await call("PUT", "/api/bookstore/published/.a.ipynb", json_body={"type": "notebook"})
    assert answer.is_error(404, "not_found")


@pytest.mark.parametrize("bookstore_config", [{"published_prefix": "/"}])
async def test_publishing_without_a_prefix_names_the_setting(call: Call) -> None:
    body = model(notebook("1"))
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)
    assert answer.is_error(403, "forbidden")
    assert "published_prefix" in answer.json["hint"]


async def test_a_key_longer_than_stores_take_is_refused(call: Call) -> None:
    path = "/".join(["x" * 210] * 5) + "/a.ipynb"
    body = model(notebook("1"))
    answer = await call("PUT", f"/api/bookstore/published/{path}", json_body=body)
    assert answer.is_error(400, "bad_request")


async def test_a_store_that_is_down_is_503_and_a_refusal_is_502(
    call: Call, store: MemoryStore
) -> None:
    """Neither 403 nor 500: it is not the user who did something wrong."""
    body = model(notebook("1"))
    store.fail_with(StoreUnavailable("published/a.ipynb: SlowDown"))
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)
    assert answer.is_error(503, "store_unavailable")
    store.recover()
    store.fail_with(StoreRefused("published/a.ipynb: AccessDenied"))
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)
    assert answer.is_error(502, "store_refused")
    assert answer.json["hint"]


@pytest.mark.parametrize("bookstore_config", [{"store_timeout_s": 0.1}])
async def test_a_store_that_hangs_does_not_hang_the_user(call: Call, store: MemoryStore) -> None:
    store.hang()
    body = model(notebook("1"))
    answer = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=body)
    assert answer.is_error(503, "store_unavailable")


async def test_the_list_tells_who_published_what_and_when(call: Call, store: MemoryStore) -> None:
    version_id = await put(store, "published/a.ipynb", notebook("1"), author="zoë")
    await put(store, "published-elsewhere/b.ipynb", notebook("1"))
    listed = (await call("GET", "/api/bookstore/published")).json
    assert listed["next"] is None
    (entry,) = listed["published"]
    assert entry["path"] == "a.ipynb"
    assert entry["publisher"] == "zoë"
    assert entry["version_id"] == version_id
    assert entry["size_bytes"] == len(json.dumps(notebook("1")))
    assert entry["modified_at"].startswith("20")
    assert entry["url"].startswith("bookstore/clone?")


async def test_the_list_is_paged_without_losing_or_repeating_any(
    call: Call, store: MemoryStore
) -> None:
    paths = ["a.ipynb", "b/c.ipynb", "b.ipynb", "é.ipynb", "😀.ipynb"]
    for path in paths:
        await put(store, f"published/{path}", notebook("1"))
    seen, query = [], {"limit": "2"}
    while True:
        page = (await call("GET", "/api/bookstore/published", query=query)).json
        seen += [entry["path"] for entry in page["published"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == sorted(paths, key=str.encode)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "501", "1e2", "٣", "9" * 5000])
async def test_a_bad_limit_is_refused_by_its_value(call: Call, limit: str) -> None:
    answer = await call("GET", "/api/bookstore/published", query={"limit": limit})
    assert answer.is_error(400, "bad_request")
    assert limit[:50] in answer.json["message"]


async def test_unpublishing_keeps_the_versions_in_the_store(call: Call, store: MemoryStore) -> None:
    version_id = await put(store, "published/a.ipynb", notebook("1"))
    answer = await call("DELETE", "/api/bookstore/published/a.ipynb")
    assert answer.status == 200
    assert (await call("GET", "/api/bookstore/published")).json["published"] == []
    assert (await store.get("published/a.ipynb", version_id=version_id)).body


async def test_unpublishing_what_is_not_published_adds_no_marker(
    call: Call, store: MemoryStore
) -> None:
    answer = await call("DELETE", "/api/bookstore/published/a.ipynb")
    assert answer.is_error(404, "object_not_found")
    assert [version async for version in store.versions("published/a.ipynb")] == []


@pytest.mark.parametrize("bookstore_config", [{"published_prefix": "/published/{username}/"}])
async def test_each_user_publishes_under_their_name(
    call: Call, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ana")
    await put(store, "published/bo/b.ipynb", notebook("1"))
    await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(notebook("1")))
    listed = (await call("GET", "/api/bookstore/published")).json["published"]
    assert [entry["s3_path"] for entry in listed] == [f"{BUCKET}/published/ana/a.ipynb"]


async def test_what_was_published_already_says_since_when(call: Call) -> None:
    first = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(notebook("1")))
    told = (await call("GET", "/api/bookstore/published/a.ipynb")).json["published"]
    second = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(notebook("1")))
    assert first.json["published_before"] is None
    assert told["version_id"] == first.json["versionID"]
    assert second.json["published_before"] == told["modified_at"]


async def test_what_is_not_published_is_told_as_nothing(call: Call) -> None:
    answer = await call("GET", "/api/bookstore/published/a.ipynb")
    assert (answer.status, answer.json) == (200, {"published": None})


async def test_who_may_put_and_not_look_publishes_too(
    call: Call, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(key: str, *, version_id: str | None = None) -> Any:
        raise StoreRefused("The store refused to tell.")

    monkeypatch.setattr(store, "head", refuse)
    told = await call("PUT", "/api/bookstore/published/a.ipynb", json_body=model(notebook("1")))
    assert told.status == 200
    assert told.json["published_before"] is None
