"""Cloning through the API: ``/api/bookstore/cloned``, and ``/api/bookstore/clone`` of 2.5.1."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, names_in, put, risky_notebook
from memory_fixtures import BUCKET
from notebooks import notebook, on_disk

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

ROUTE = "/api/bookstore/clone"
ROUTES = pytest.mark.parametrize("route", ["/api/bookstore/cloned", ROUTE])


def wanted(key: str, **more: Any) -> dict[str, Any]:
    return {"s3_bucket": BUCKET, "s3_key": key, **more}


@ROUTES
async def test_a_clone_is_saved_among_the_users_files(
    call: Call, store: MemoryStore, root: Path, route: str
) -> None:
    version_id = await put(store, "published/a.ipynb", on_disk(notebook("1 + 1")))
    answer = await call("POST", route, json_body=wanted("published/a.ipynb"))
    assert answer.status == 200
    assert (root / "a.ipynb").read_bytes() == on_disk(notebook("1 + 1"))
    assert answer.json["type"] == "notebook"
    assert answer.json["path"] == answer.json["name"] == "a.ipynb"
    assert answer.json["s3_path"] == f"{BUCKET}/published/a.ipynb"
    assert answer.json["versionID"] == version_id
    assert answer.json["open_url"].endswith("/a.ipynb")


async def test_an_earlier_version_can_be_cloned(call: Call, store: MemoryStore, root: Path) -> None:
    first = await put(store, "published/a.ipynb", notebook("first"))
    await put(store, "published/a.ipynb", notebook("second"))
    answer = await call("POST", ROUTE, json_body=wanted("published/a.ipynb", s3_version_id=first))
    assert answer.json["versionID"] == first
    assert b"first" in (root / "a.ipynb").read_bytes()


async def test_a_clone_is_archived_with_where_it_came_from(
    call: Call, store: MemoryStore, bookstore: Bookstore
) -> None:
    version_id = await put(store, "published/a.ipynb", notebook("1"))
    await call("POST", ROUTE, json_body=wanted("published/a.ipynb", target_path="mine/b.ipynb"))
    await bookstore.uploader.drain(deadline_s=10)
    known = (await store.head("workspace/mine/b.ipynb")).metadata or {}
    assert known["kind"] == "clone"
    assert known["source"] == f"{BUCKET}/published/a.ipynb?versionId={version_id}"


async def test_a_clone_that_claims_to_be_trusted_opens_untrusted(
    call: Call, store: MemoryStore, root: Path
) -> None:
    """2.5.1 signed it, and foreign HTML ran when it was opened."""
    content = risky_notebook(trusted=True, keep=1)
    content["metadata"] |= {"trusted": True, "signature": "x"}
    await put(store, "published/a.ipynb", content)
    assert (await call("POST", ROUTE, json_body=wanted("published/a.ipynb"))).status == 200
    opened = (await call("GET", "/api/contents/a.ipynb")).json["content"]
    assert opened["cells"][0]["metadata"] == {"trusted": False, "keep": 1}
    assert opened["metadata"] == {}
    assert b"trusted" not in (root / "a.ipynb").read_bytes()


async def test_nothing_that_is_there_is_overwritten(
    call: Call, store: MemoryStore, root: Path
) -> None:
    (root / "a.ipynb").write_text("mine")
    await put(store, "published/a.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body=wanted("published/a.ipynb"))
    assert answer.json["path"] != "a.ipynb"
    assert (root / answer.json["path"]).exists()
    assert (root / "a.ipynb").read_text() == "mine"


async def test_many_clones_at_once_each_get_a_name_of_their_own(
    call: Call, store: MemoryStore, root: Path
) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    asked = [call("POST", ROUTE, json_body=wanted("published/a.ipynb")) for _ in range(8)]
    paths = {answer.json["path"] for answer in await asyncio.gather(*asked)}
    assert len(paths) == 8
    assert names_in(root) == sorted(paths)


async def test_missing_folders_of_the_target_are_made(
    call: Call, store: MemoryStore, root: Path
) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    body = wanted("published/a.ipynb", target_path="/new/and deep/b.ipynb")
    answer = await call("POST", ROUTE, json_body=body)
    assert answer.json["path"] == "new/and deep/b.ipynb"
    assert (root / "new/and deep/b.ipynb").exists()


async def test_a_target_that_ends_with_a_slash_is_a_folder(call: Call, store: MemoryStore) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body=wanted("published/a.ipynb", target_path="in/"))
    assert answer.json["path"] == "in/a.ipynb"


async def test_a_file_in_the_place_of_a_folder_is_a_conflict(
    call: Call, store: MemoryStore, root: Path
) -> None:
    (root / "in").write_text("a file")
    await put(store, "published/a.ipynb", notebook("1"))
    body = wanted("published/a.ipynb", target_path="in/a.ipynb")
    assert (await call("POST", ROUTE, json_body=body)).is_error(409, "conflict")


async def test_a_key_that_starts_with_a_slash_lands_in_the_root(
    call: Call, store: MemoryStore, root: Path
) -> None:
    """2.5.1 made ``../../x.ipynb`` of ``/x.ipynb``."""
    await put(store, "x.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body=wanted("/x.ipynb"))
    assert answer.json["path"] == "x.ipynb"
    assert names_in(root) == ["x.ipynb"]


@pytest.mark.parametrize(
    "target",
    [
        "../a.ipynb",
        "a/../../b.ipynb",
        "..",
        "./a.ipynb",
        "a//b.ipynb",
        ".hidden.ipynb",
        ".hidden/a.ipynb",
        "a\0.ipynb",
        "a\ud800.ipynb",
        "x" * 250 + ".ipynb",
        "y/" * 600 + "a.ipynb",
        "a.txt",
        7,
        ["a.ipynb"],
    ],
)
async def test_a_bad_target_is_refused_before_anything_happens(
    call: Call, store: MemoryStore, root: Path, target: object
) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    body = wanted("published/a.ipynb", target_path=target)
    answer = await call("POST", ROUTE, json_body=body)
    assert answer.is_error(400, "bad_request")
    assert "target_path" in answer.json["message"]
    assert names_in(root) == []


async def test_a_binary_object_is_cloned_as_such(
    call: Call, store: MemoryStore, root: Path
) -> None:
    """2.5.1 answered 500."""
    body = bytes(range(256))
    await put(store, "data/a.bin", body)
    answer = await call("POST", ROUTE, json_body=wanted("data/a.bin"))
    assert answer.json["type"] == "file"
    assert (root / "a.bin").read_bytes() == body


async def test_a_text_object_is_cloned_as_such(call: Call, store: MemoryStore, root: Path) -> None:
    body = "é = 1\r\n\ttab".encode()
    await put(store, "data/a.py", body)
    assert (await call("POST", ROUTE, json_body=wanted("data/a.py"))).status == 200
    assert (root / "a.py").read_bytes() == body


@pytest.mark.parametrize(
    "body", [b"not json", b"[]", b"{}", b"\xff\xfe\x00", b'{"nbformat": 4}', b"[" * 100_000]
)
async def test_an_object_that_is_no_notebook_is_not_cloned_as_one(
    call: Call, store: MemoryStore, root: Path, body: bytes
) -> None:
    await put(store, "published/a.ipynb", body)
    answer = await call("POST", ROUTE, json_body=wanted("published/a.ipynb"))
    assert answer.is_error(422, "invalid_notebook")
    assert names_in(root) == []


async def test_a_notebook_with_text_that_is_not_unicode_is_not_cloned(
    call: Call, store: MemoryStore
) -> None:
    await put(store, "published/a.ipynb", json.dumps(notebook("\ud800")).encode())
    answer = await call("POST", ROUTE, json_body=wanted("published/a.ipynb"))
    assert answer.is_error(422, "invalid_notebook")


async def test_keys_of_every_kind_can_be_cloned(call: Call, store: MemoryStore, root: Path) -> None:
    for name in ("a b.ipynb", "a+b%41.ipynb", "😀é.ipynb", "a\tb.ipynb", "a&b=c?d#e.ipynb"):
        await put(store, f"published/{name}", notebook("1"))
        answer = await call("POST", ROUTE, json_body=wanted(f"published/{name}"))
        assert answer.json["path"] == name
        assert (root / name).exists()


@pytest.mark.parametrize("bucket", ["elsewhere", "shelf"])
async def test_only_configured_buckets_can_be_cloned_from(
    call: Call, other_stores: dict[str, MemoryStore], root: Path, bucket: str
) -> None:
    """2.5.1 cloned from every bucket that the server's role could read."""
    await put(other_stores["shelf"], "a.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body={"s3_bucket": bucket, "s3_key": "a.ipynb"})
    assert answer.is_error(403, "forbidden")
    assert "BookstoreSettings.clone_buckets" in answer.json["hint"]
    assert names_in(root) == []


@pytest.mark.parametrize(
    "bookstore_config", [{"clone_buckets": ["shelf"]}, {"clone_buckets": ["*"]}]
)
async def test_an_allowed_bucket_can_be_cloned_from(
    call: Call, other_stores: dict[str, MemoryStore], root: Path
) -> None:
    await put(other_stores["shelf"], "a.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body={"s3_bucket": "shelf", "s3_key": "a.ipynb"})
    assert answer.json["s3_path"] == "shelf/a.ipynb"
    assert (root / "a.ipynb").exists()


@pytest.mark.parametrize("bookstore_config", [{"clone_buckets": ["*"]}])
@pytest.mark.parametrize("bucket", ["../../etc", "a/b", "x", "-ab", "a b c", "b\0cket"])
async def test_what_cannot_be_a_bucket_is_refused(call: Call, bucket: str) -> None:
    answer = await call("POST", ROUTE, json_body={"s3_bucket": bucket, "s3_key": "a.ipynb"})
    assert answer.is_error(400, "bad_request")
    assert "s3_bucket" in answer.json["message"]


@ROUTES
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "s3_bucket"),
        ({"s3_bucket": BUCKET}, "s3_key"),
        ({"s3_bucket": BUCKET, "s3_key": "/"}, "s3_key"),
        ({"s3_bucket": BUCKET, "s3_key": None}, "s3_key"),
        ({"s3_bucket": BUCKET, "s3_key": 12}, "s3_key must be text, not 12"),
        ({"s3_bucket": BUCKET, "s3_key": "\ud800"}, "s3_key"),
        ({"s3_bucket": BUCKET, "s3_key": "x" * 1025}, "s3_key"),
        ({"s3_bucket": ["a"], "s3_key": "a"}, "s3_bucket"),
        ({"s3_bucket": BUCKET, "s3_key": "a", "s3_version_id": 10**400}, "s3_version_id"),
    ],
)
async def test_a_bad_request_names_the_field(
    call: Call, route: str, body: object, field: str
) -> None:
    answer = await call("POST", route, json_body=body)
    assert answer.is_error(400, "bad_request")
    assert field in answer.json["message"]


async def test_a_missing_object_and_a_missing_version_are_told_apart(
    call: Call, store: MemoryStore
) -> None:
    await put(store, "a.ipynb", notebook("1"))
    answer = await call("POST", ROUTE, json_body=wanted("b.ipynb"))
    assert answer.is_error(404, "object_not_found")
    answer = await call("POST", ROUTE, json_body=wanted("a.ipynb", s3_version_id="no such"))
    assert answer.is_error(404, "version_not_found")


@pytest.mark.parametrize("bookstore_config", [{"clone_max_bytes": 100}])
async def test_a_large_object_is_refused_without_reading_it(
    call: Call, store: MemoryStore, root: Path
) -> None:
    await put(store, "a.bin", b"x" * 101)
    answer = await call("POST", ROUTE, json_body=wanted("a.bin"))
    assert answer.is_error(413, "too_large")
    assert "clone_max_bytes" in answer.json["hint"]
    assert ("get", "a.bin") not in store.requests
    assert names_in(root) == []


async def test_a_store_that_is_down_is_503_and_a_refusal_is_502(
    call: Call, store: MemoryStore
) -> None:
    """2.5.1 passed the store's own 403 and 503 on as the user's."""
    store.fail_with(StoreUnavailable("a.ipynb: ServiceUnavailable"))
    answer = await call("POST", ROUTE, json_body=wanted("a.ipynb"))
    assert answer.is_error(503, "store_unavailable")
    store.recover()
    store.fail_with(StoreRefused("a.ipynb: AccessDenied"))
    answer = await call("POST", ROUTE, json_body=wanted("a.ipynb"))
    assert answer.is_error(502, "store_refused")


@pytest.mark.parametrize("bookstore_config", [{"enable_s3_cloning": False}])
@ROUTES
async def test_cloning_that_is_switched_off_names_the_setting(call: Call, route: str) -> None:
    answer = await call("POST", route, json_body=wanted("a.ipynb"))
    assert answer.is_error(403, "forbidden")
    assert "enable_s3_cloning" in answer.json["hint"]


@pytest.mark.parametrize(
    "manager_class",
    [
        "jupyter_server.services.contents.filemanager.FileContentsManager",
        "jupyter_server.services.contents.largefilemanager.AsyncLargeFileManager",
    ],
)
async def test_cloning_works_with_other_contents_managers(
    call: Call, store: MemoryStore, root: Path
) -> None:
    await put(store, "published/a.ipynb", notebook("1"))
    body = wanted("published/a.ipynb", target_path="in/a.ipynb")
    assert (await call("POST", ROUTE, json_body=body)).json["path"] == "in/a.ipynb"
    assert (root / "in/a.ipynb").exists()
