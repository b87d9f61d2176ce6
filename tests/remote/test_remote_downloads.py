"""A real Jupyter server on files that live in a store: what browsers and editors ask of it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from http_fixtures import (
    bookstore,
    bookstore_config,
    call,
    jp_server_config,
    memory_stores,
    other_stores,
    server,
    store,
)
from http_helpers import Call
from jupyter_server.serverapp import ServerApp
from notebooks import notebook

from bookstore.remote import files
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

__all__ = [
    "bookstore",
    "bookstore_config",
    "call",
    "jp_server_config",
    "memory_stores",
    "other_stores",
    "server",
    "store",
]

BODY = bytes(range(256)) * 40


@pytest.fixture
def manager_class() -> str:
    """The contents manager of these tests."""
    return "bookstore.remote.ObjectStoreContentsManager"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Download a little at a time."""
    monkeypatch.setattr(files, "PART_BYTES", 1000)


async def put_file(store: MemoryStore, path: str, body: bytes = BODY) -> str:
    """Put a file as another tool would; return its version ID."""
    made = await store.put(f"workspace/{path}", body, metadata={}, content_type="text/plain")
    return made.version_id


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        (None, 200, 0, len(BODY)),
        ("bytes=0-9", 206, 0, 10),
        ("bytes=995-2004", 206, 995, 2005),
        ("bytes=10000-", 206, 10000, len(BODY)),
        ("bytes=-10", 206, len(BODY) - 10, len(BODY)),
        (f"bytes=0-{10**9}", 206, 0, len(BODY)),
        ("bytes=0-1,5-6", 200, 0, len(BODY)),
        ("bytes=-", 200, 0, len(BODY)),
        ("lines=1-2", 200, 0, len(BODY)),
    ],
)
async def test_a_file_is_downloaded_whole_or_in_part(
    call: Call, store: MemoryStore, asked: str | None, status: int, start: int, end: int
) -> None:
    """A part at a time, so that a large one takes no memory."""
    await put_file(store, "a b.bin")

    answer = await call("GET", "/files/a%20b.bin", headers={"Range": asked} if asked else None)

    assert answer.status == status
    assert answer.body == BODY[start:end]
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(BODY)}"


async def test_a_range_beyond_the_end_is_refused(call: Call, store: MemoryStore) -> None:
    await put_file(store, "a.bin")
    for asked in (f"bytes={len(BODY)}-", "bytes=-0", "bytes=5-4"):
        answer = await call("GET", "/files/a.bin", headers={"Range": asked})
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(BODY)}"


async def test_a_download_goes_on_with_the_version_that_it_began_with(
    call: Call, store: MemoryStore
) -> None:
    """What is unchanged is not sent again; a range of what was changed is the whole."""
    await put_file(store, "a.bin")
    etag = (await call("HEAD", "/files/a.bin")).headers["Etag"]

    unchanged = await call("GET", "/files/a.bin", headers={"If-None-Match": etag})
    assert (unchanged.status, unchanged.body) == (304, b"")
    await put_file(store, "a.bin", b"changed")
    changed = await call("GET", "/files/a.bin", headers={"Range": "bytes=1-2", "If-Range": etag})
    assert (changed.status, changed.body) == (200, b"changed")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.ipynb", "application/x-ipynb+json"),
        ("a.txt", "text/plain; charset=UTF-8"),
        ("a.html", "text/html"),
        ("a.png", "image/png"),
        ("a.csv.gz", "application/gzip"),
        ("unknown", "application/octet-stream"),
    ],
)
async def test_what_a_file_is_follows_from_its_name(
    call: Call, store: MemoryStore, name: str, kind: str
) -> None:
    """Scripts in it run in an origin of their own."""
    await put_file(store, name)

    answer = await call("GET", f"/files/{name}", query={"download": "1"})

    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox allow-scripts" in answer.headers["Content-Security-Policy"]


async def test_what_is_hidden_or_not_there_is_not_given(call: Call, store: MemoryStore) -> None:
    """Nor is a folder, or what bookstore keeps beside the files, and never to a stranger."""
    for path in (".secret/a.txt", ".bookstore/labels/a.ipynb.json", "folder/a.txt", "a.txt"):
        await put_file(store, path)
    for path in (".secret/a.txt", ".bookstore/labels/a.ipynb.json", "folder", "none.txt", ""):
        assert (await call("GET", f"/files/{path}")).status == 404
    assert (await call("GET", "/files/a.txt", with_token=False)).status in (302, 403)


async def test_hidden_files_are_given_where_they_are_allowed(
    call: Call, store: MemoryStore, server: ServerApp
) -> None:
    """What bookstore keeps beside the files is none of them, neither whole nor looked at."""
    server.contents_manager.allow_hidden = True
    for path in (".secret/a.txt", ".bookstore/labels/a.ipynb.json"):
        await put_file(store, path)

    assert (await call("GET", "/files/.secret/a.txt")).status == 200
    for method in ("GET", "HEAD"):
        answer = await call(method, "/files/.bookstore/labels/a.ipynb.json")
        assert answer.status == 404


# -- the contents API as editors use it ------------------------------------------------------------


async def test_a_notebook_is_made_saved_checkpointed_renamed_and_deleted(
    call: Call, store: MemoryStore, bookstore: Bookstore, tmp_path: Path
) -> None:
    """And no file is left on the server's disk."""
    made = await call("POST", "/api/contents", json_body={"type": "notebook"})
    assert made.status == 201
    path = made.json["path"]
    body = {"type": "notebook", "format": "json", "content": notebook("1 + 1")}
    saved = await call("PUT", f"/api/contents/{path}", json_body=body)
    assert saved.status == 200
    facts = await call("GET", f"/api/contents/{path}", query={"content": "0", "hash": "1"})
    assert facts.json["last_modified"] == saved.json["last_modified"]
    assert len(facts.json["hash"]) == 64
    checkpoint = await call("POST", f"/api/contents/{path}/checkpoints")
    assert checkpoint.status == 201
    await bookstore.background.finish(timeout_s=60)
    listed = await call("GET", f"/api/contents/{path}/checkpoints")
    assert checkpoint.json["id"] in [each["id"] for each in listed.json]
    restoring = f"/api/contents/{path}/checkpoints/{listed.json[0]['id']}"
    assert (await call("POST", restoring)).status == 204
    renamed = await call("PATCH", f"/api/contents/{path}", json_body={"path": "new.ipynb"})
    assert renamed.json["path"] == "new.ipynb"
    history = await call("GET", "/api/bookstore/versions/new.ipynb")
    kinds = [each["kind"] for each in history.json["versions"]]
    assert kinds == ["rename", "restore", "manual", "save"]
    assert (await call("DELETE", "/api/contents/new.ipynb")).status == 204
    assert (await call("GET", "/api/contents")).json["content"] == []
    assert not list(tmp_path.rglob("*.ipynb"))  # noqa: ASYNC240  # an empty folder


async def test_an_upload_in_pieces_comes_back_as_it_was(call: Call, store: MemoryStore) -> None:
    pieces = [BODY[start : start + 4000] for start in range(0, len(BODY), 4000)]
    for number, piece in enumerate(pieces, start=1):
        model = {
            "type": "file",
            "format": "base64",
            "chunk": -1 if number == len(pieces) else number,
            "content": base64.b64encode(piece).decode(),
        }
        answer = await call("PUT", "/api/contents/large.bin", json_body=model)
        assert answer.status in (200, 201), answer.text

    assert (await call("GET", "/files/large.bin")).body == BODY


async def test_a_version_is_restored_and_published_as_that_of_a_file_on_disk_is(
    call: Call, store: MemoryStore
) -> None:
    for source in ("1", "2"):
        body = {"type": "notebook", "format": "json", "content": notebook(source)}
        await call("PUT", "/api/contents/a.ipynb", json_body=body)
    versions = (await call("GET", "/api/bookstore/versions/a.ipynb")).json["versions"]

    oldest = {"version_id": versions[-1]["version_id"]}
    restored = await call("POST", "/api/bookstore/restore/a.ipynb", json_body=oldest)
    assert restored.status == 200, restored.text
    opened = await call("GET", "/api/contents/a.ipynb")
    assert opened.json["content"]["cells"][0]["source"] == "1"
    published = await call(
        "PUT", "/api/bookstore/published/a.ipynb", json_body={"type": "notebook"}
    )
    assert published.status in (200, 201), published.text
    copied = {"s3_bucket": store.bucket, "s3_key": "published/a.ipynb", "target_path": "b.ipynb"}
    cloned = await call("POST", "/api/bookstore/clone", json_body=copied)
    assert cloned.status in (200, 201), cloned.text
    assert (await call("GET", "/api/contents/b.ipynb")).json["content"]["cells"]
    label = {"version_id": versions[-1]["version_id"], "label": "first"}
    named = await call("PATCH", "/api/bookstore/versions/a.ipynb", json_body=label)
    assert named.status == 200, named.text
    diff = await call(
        "GET", "/api/bookstore/diff/a.ipynb", query={"base": versions[-1]["version_id"]}
    )
    assert diff.status == 200, diff.text


async def test_events_are_emitted_as_jupyters_own_manager_emits_them(
    call: Call, server: Any, store: MemoryStore
) -> None:
    emitted: list[tuple[str, str]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        emitted.append((data["action"], data["path"]))

    schema = "https://events.jupyter.org/jupyter_server/contents_service/v1"
    server.event_logger.add_listener(schema_id=schema, listener=listen)
    body = {"type": "file", "format": "text", "content": "x"}
    await call("PUT", "/api/contents/a.txt", json_body=body)
    await call("POST", "/api/contents", json_body={"copy_from": "a.txt"})
    await call("PATCH", "/api/contents/a.txt", json_body={"path": "b.txt"})
    await call("DELETE", "/api/contents/b.txt")

    actions = [action for action, _ in emitted if action != "get"]
    assert actions == ["save", "copy", "rename", "delete"]
