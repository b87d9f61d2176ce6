"""The routes that bring versions back: restore, and deleted notebooks."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from http_helpers import Call, put, sources, versions_of
from notebooks import notebook, on_disk

from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

VERSIONS = "/api/bookstore/versions/a.ipynb"
RESTORE = "/api/bookstore/restore/a.ipynb"


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
