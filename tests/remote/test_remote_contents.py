"""What users of Jupyter's contents API may expect, of files that live in a store."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from remote_contents import manager_on, names_in, notebook_model, source_in, text_model
from tornado.web import HTTPError

from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager


def refused(status: int) -> Any:
    """Expect an answer with this status."""
    return pytest.raises(HTTPError, match=f"HTTP {status}")


# -- reading and saving ----------------------------------------------------------------------------


async def test_a_notebook_that_was_saved_is_opened_again(manager: Manager) -> None:
    saved = await manager.save(notebook_model("1 + 1"), "demo.ipynb")
    opened = await manager.get("demo.ipynb", require_hash=True)

    assert source_in(opened) == "1 + 1"
    assert (opened["type"], opened["format"], opened["mimetype"]) == ("notebook", "json", None)
    assert (saved["content"], saved["format"]) == (None, None)
    assert saved["last_modified"].utcoffset() is not None
    assert "message" not in saved


async def test_the_bytes_are_those_that_jupyter_writes(
    manager: Manager, store: ObjectStore
) -> None:
    """And their hash is told without reading them."""
    await manager.save(notebook_model("1 + 1"), "demo.ipynb")

    body = (await store.get("workspace/demo.ipynb")).body
    assert body.startswith(b'{\n "cells": [\n')
    assert body.endswith(b"}\n")
    facts = await manager.get("demo.ipynb", content=False, require_hash=True)
    assert facts["hash"] == hashlib.sha256(body).hexdigest()
    assert facts["hash_algorithm"] == "sha256"


async def test_the_hash_of_what_another_tool_put_there_is_found_out(
    manager: Manager, store: ObjectStore
) -> None:
    await store.put("workspace/a.txt", b"theirs", metadata={}, content_type="text/plain")

    facts = await manager.get("a.txt", content=False, require_hash=True)

    assert facts["hash"] == hashlib.sha256(b"theirs").hexdigest()


async def test_text_and_bytes_come_back_as_they_are_asked_for(manager: Manager) -> None:
    """What is no text is base64 unless text was asked for, which is refused then."""
    await manager.save(text_model("Grüße\n"), "a.txt")
    encoded = base64.encodebytes(b"\xff\x00").decode()
    await manager.save({"type": "file", "format": "base64", "content": encoded}, "a.bin")

    text = await manager.get("a.txt")
    assert (text["content"], text["format"], text["mimetype"]) == ("Grüße\n", "text", "text/plain")
    as_bytes = await manager.get("a.txt", format="base64")
    assert base64.b64decode(as_bytes["content"]) == "Grüße\n".encode()
    binary = await manager.get("a.bin")
    assert (binary["content"], binary["format"]) == (encoded, "base64")
    with refused(400):
        await manager.get("a.bin", format="text")


async def test_a_notebook_can_be_had_as_the_file_it_is(manager: Manager) -> None:
    await manager.save(notebook_model("1 + 1"), "demo.ipynb")

    file = await manager.get("demo.ipynb", type="file")

    assert file["type"] == "file"
    assert file["content"].startswith('{\n "cells"')


async def test_what_is_no_notebook_is_refused_as_one(manager: Manager) -> None:
    await manager.save(text_model("no notebook"), "a.ipynb")

    with refused(400):
        await manager.get("a.ipynb")


@pytest.mark.parametrize(
    "model",
    [
        {"content": "x", "format": "text"},
        {"type": "file", "format": "text"},
        {"type": "file", "format": "json", "content": "x"},
        {"type": "file", "format": "base64", "content": "é"},
        {"type": "file", "format": "text", "content": {"a": 1}},
        {"type": "notebook", "format": "json", "content": "x"},
        {"type": "pipe", "content": "x"},
    ],
)
async def test_a_model_that_cannot_be_saved_is_refused(
    manager: Manager, model: dict[str, Any]
) -> None:
    with refused(400):
        await manager.save(model, "a.txt")
    assert not await manager.file_exists("a.txt")


async def test_what_is_not_there_is_not_found(manager: Manager) -> None:
    for path in ("none.ipynb", "none/a.ipynb", "none", "../etc/passwd", ".bookstore/labels"):
        with refused(404):
            await manager.get(path)
    assert not await manager.exists("none")


async def test_a_notebook_is_trusted_where_it_was_signed(manager: Manager) -> None:
    model = notebook_model("1 + 1")
    await manager.save(model, "demo.ipynb")
    untrusted = (await manager.get("demo.ipynb"))["content"]
    assert not manager.notary.check_cells(untrusted) or not untrusted.cells[0].outputs

    await manager.trust_notebook("demo.ipynb")

    assert (await manager.get("demo.ipynb"))["content"].cells[0].metadata.trusted


# -- new things ------------------------------------------------------------------------------------


async def test_untitled_things_get_free_names(manager: Manager) -> None:
    made = [
        (await manager.new_untitled(type="notebook"))["path"],
        (await manager.new_untitled(type="notebook"))["path"],
        (await manager.new_untitled(type="directory"))["path"],
        (await manager.new_untitled(type="directory"))["path"],
        (await manager.new_untitled(type="file", ext=".txt"))["path"],
        (await manager.new_untitled("Untitled Folder", ext=".ipynb"))["path"],
    ]

    assert made[:5] == [
        "Untitled.ipynb",
        "Untitled1.ipynb",
        "Untitled Folder",
        "Untitled Folder 1",
        "untitled.txt",
    ]
    assert made[5] == "Untitled Folder/Untitled.ipynb"
    assert (await manager.get("Untitled.ipynb"))["content"].cells == []


async def test_nothing_is_saved_where_there_is_no_folder_or_another_thing(
    manager: Manager,
) -> None:
    await manager.save({"type": "directory"}, "folder")
    await manager.save(text_model("x"), "file")

    with refused(404):
        await manager.save(text_model("x"), "none/a.txt")
    with refused(400):
        await manager.save(text_model("x"), "folder")
    with refused(400):
        await manager.save({"type": "directory"}, "file")
    with refused(400):
        await manager.get("folder", type="notebook")
    with refused(400):
        await manager.get("file", type="directory")


# -- folders ---------------------------------------------------------------------------------------


async def test_folders_are_as_users_expect(manager: Manager) -> None:
    """Empty ones too; one that is made twice stays; what is in one is named in full."""
    await manager.save({"type": "directory"}, "a")
    await manager.save({"type": "directory"}, "a/b é%41")
    await manager.save(text_model("x"), "a/x.txt")
    await manager.save({"type": "directory"}, "a")

    assert names_in(await manager.get("")) == ["a"]
    listed = await manager.get("a")
    assert names_in(listed) == ["b é%41", "x.txt"]
    folder, file = listed["content"]
    assert (folder["type"], folder["path"], folder["content"]) == ("directory", "a/b é%41", None)
    assert (file["type"], file["path"], file["size"]) == ("file", "a/x.txt", 1)
    assert names_in(await manager.get("a/b é%41")) == []
    assert await manager.dir_exists("a/b é%41")
    assert not await manager.file_exists("a")


async def test_a_folder_has_the_time_of_what_was_changed_in_it_last(manager: Manager) -> None:
    """Also one that is new and empty, and in the list of the folder that it is in."""
    await manager.save({"type": "directory"}, "a")
    [empty] = (await manager.get(""))["content"]
    assert empty["last_modified"].year > 2000

    saved = await manager.save(text_model("x"), "a/x.txt")

    [folder] = (await manager.get(""))["content"]
    assert folder["last_modified"] >= saved["last_modified"] >= empty["last_modified"]
    opened = await manager.get("a")
    assert opened["last_modified"] >= saved["last_modified"]


async def test_a_folder_that_nobody_has_opened_has_one_old_time_until_then(
    manager: Manager, store: ObjectStore, tmp_path: Path
) -> None:
    """A store does not tell; a time that changed by itself would make browsers draw it anew."""
    await manager.save({"type": "directory"}, "a")
    saved = await manager.save(text_model("x"), "a/x.txt")
    later = manager_on(store, tmp_path / "later")

    first, second = [(await later.get(""))["content"][0]["last_modified"] for _ in range(2)]
    await later.get("a")
    [opened] = (await later.get(""))["content"]

    assert first == second < saved["last_modified"]
    assert opened["last_modified"] > first


async def test_a_folder_named_checkpoints_is_a_folder(manager: Manager) -> None:
    await manager.save({"type": "directory"}, "checkpoints")
    await manager.save(notebook_model("1"), "checkpoints/a.ipynb")

    assert names_in(await manager.get("checkpoints")) == ["a.ipynb"]


async def test_a_folder_stays_when_the_last_file_in_it_goes(manager: Manager) -> None:
    """Also one that another tool made by putting something into it."""
    await manager.bookstore.store.put(
        "workspace/theirs/a.txt", b"", metadata={}, content_type="text/plain"
    )

    await manager.delete("theirs/a.txt")

    assert names_in(await manager.get("theirs")) == []


async def test_hidden_things_are_hidden_unless_they_are_allowed(manager: Manager) -> None:
    manager.allow_hidden = True
    await manager.save({"type": "directory"}, ".secret")
    await manager.save(text_model("x"), ".secret/a.txt")
    await manager.save(text_model("x"), ".profile")
    assert names_in(await manager.get("")) == [".profile", ".secret"]

    manager.allow_hidden = False
    assert names_in(await manager.get("")) == []
    with refused(404):
        await manager.get(".secret/a.txt")
    with refused(400):
        await manager.save(text_model("x"), ".secret/b.txt")
    with refused(400):
        await manager.delete(".profile")
    with refused(400):
        await manager.rename(".profile", "profile")


# -- moving ----------------------------------------------------------------------------------------


async def test_a_file_is_renamed_and_its_history_goes_with_it(manager: Manager) -> None:
    await manager.save(notebook_model("1"), "a.ipynb")
    await manager.save(notebook_model("2"), "a.ipynb")

    model = await manager.update({"path": "b.ipynb"}, "a.ipynb")

    assert model["path"] == "b.ipynb"
    assert not await manager.exists("a.ipynb")
    assert source_in(await manager.get("b.ipynb")) == "2"
    page = await manager.bookstore.history.page("workspace/b.ipynb", limit=10)
    assert [entry.kind for entry in page.entries] == ["rename", "save", "save"]


async def test_a_folder_is_renamed_with_all_that_is_in_it(
    manager: Manager, store: ObjectStore
) -> None:
    await manager.save({"type": "directory"}, "a")
    await manager.save({"type": "directory"}, "a/empty")
    await manager.save(text_model("1"), "a/1.txt")
    await manager.save({"type": "directory"}, "a/b")
    await manager.save(text_model("2"), "a/b/2.txt")
    await manager.save(text_model("neighbour"), "a.txt")

    await manager.rename("a", "new")

    assert [version.key async for version in store.list("workspace/a/")] == []
    assert names_in(await manager.get("new")) == ["1.txt", "b", "empty"]
    assert (await manager.get("a.txt"))["content"] == "neighbour"
    assert (await manager.get("new/b/2.txt"))["content"] == "2"


async def test_nothing_is_moved_over_something_else(manager: Manager) -> None:
    await manager.save(text_model("1"), "a.txt")
    await manager.save(text_model("2"), "b.txt")
    await manager.save({"type": "directory"}, "folder")

    with refused(409):
        await manager.rename("a.txt", "b.txt")
    with refused(409):
        await manager.rename("a.txt", "folder")
    with refused(400):
        await manager.rename("folder", "folder/inside")
    with refused(404):
        await manager.rename("none", "other")
    with refused(404):
        await manager.rename("a.txt", "none/a.txt")
    assert (await manager.get("a.txt"))["content"] == "1"
    assert (await manager.get("b.txt"))["content"] == "2"


async def test_copies_get_free_names_and_know_where_they_are_from(manager: Manager) -> None:
    await manager.save(notebook_model("1"), "a.ipynb")
    await manager.save({"type": "directory"}, "folder")

    copies = [
        await manager.copy("a.ipynb"),
        await manager.copy("a.ipynb"),
        await manager.copy("a.ipynb", "folder"),
        await manager.copy("a.ipynb", "folder/named.ipynb"),
        await manager.copy("folder"),
    ]

    assert [copy["path"] for copy in copies] == [
        "a-Copy1.ipynb",
        "a-Copy2.ipynb",
        "folder/a.ipynb",
        "folder/named.ipynb",
        "folder-Copy1",
    ]
    assert names_in(await manager.get("folder-Copy1")) == ["a.ipynb", "named.ipynb"]
    page = await manager.bookstore.history.page("workspace/a-Copy1.ipynb", limit=10)
    assert [entry.kind for entry in page.entries] == ["copy", "save"]
    with refused(404):
        await manager.copy("a.ipynb", "none/a.ipynb")
    with refused(400):
        await manager.copy("folder", "folder/inside")


async def test_what_was_deleted_can_be_brought_back(manager: Manager) -> None:
    """Nothing is removed from the store, of a folder neither."""
    await manager.save({"type": "directory"}, "a")
    await manager.save(notebook_model("1"), "a/1.ipynb")

    await manager.delete("a")

    assert not await manager.exists("a")
    with refused(404):
        await manager.delete("a")
    page = await manager.bookstore.history.deleted(manager.bookstore.workspace, limit=10)
    assert [found.key for found in page.notebooks] == ["workspace/a/1.ipynb"]


async def test_the_root_can_be_neither_deleted_nor_moved(manager: Manager) -> None:
    await manager.save(text_model("1"), "a.txt")
    with refused(400):
        await manager.delete("")
    with refused(400):
        await manager.delete_file("/")
    with refused(400):
        await manager.rename("", "other")
    assert await manager.file_exists("a.txt")


# -- checkpoints -----------------------------------------------------------------------------------


async def test_checkpoints_are_versions_and_there_are_many(manager: Manager) -> None:
    made = []
    for source in ("1", "2", "3"):
        await manager.save(notebook_model(source), "a.ipynb")
        made.append(await manager.create_checkpoint("a.ipynb"))
    await manager.bookstore.background.finish(timeout_s=60)

    listed = await manager.list_checkpoints("a.ipynb")
    assert [each["id"] for each in listed] == [each["id"] for each in made]
    await manager.restore_checkpoint(made[1]["id"], "a.ipynb")

    assert source_in(await manager.get("a.ipynb")) == "2"
    assert len(await manager.list_checkpoints("a.ipynb")) == 4
    page = await manager.bookstore.history.page("workspace/a.ipynb", limit=10)
    kinds = [entry.kind for entry in page.entries]
    assert kinds == ["restore", "manual", "manual", "manual"]  # somebody asked for them


async def test_a_checkpoint_survives_a_rename_and_leads_nowhere_else(manager: Manager) -> None:
    await manager.save(notebook_model("1"), "a.ipynb")
    await manager.save(notebook_model("2"), "a.ipynb")
    await manager.rename("a.ipynb", "b.ipynb")

    oldest = (await manager.list_checkpoints("b.ipynb"))[0]
    await manager.restore_checkpoint(oldest["id"], "b.ipynb")

    assert source_in(await manager.get("b.ipynb")) == "1"
    with refused(404):
        await manager.restore_checkpoint("made-up", "b.ipynb")
    with refused(404):
        await manager.create_checkpoint("none.ipynb")


# -- uploads ---------------------------------------------------------------------------------------


def piece(body: bytes, chunk: int) -> dict[str, Any]:
    """Return the model of a piece as JupyterLab sends it."""
    content = base64.b64encode(body).decode()
    return {"type": "file", "format": "base64", "content": content, "chunk": chunk}


async def test_an_upload_in_pieces_is_there_when_the_last_has_come(manager: Manager) -> None:
    """As one version, and nothing before."""
    pieces = [bytes([n]) * 1000 for n in range(5)]
    for number, body in enumerate(pieces[:-1], start=1):
        await manager.save(piece(body, number), "large.bin")
        assert names_in(await manager.get("")) == []

    saved = await manager.save(piece(pieces[-1], -1), "large.bin")

    assert saved["size"] == 5000
    stored = await manager.bookstore.store.get("workspace/large.bin")
    assert stored.body == b"".join(pieces)
    assert len(await manager.list_checkpoints("large.bin")) == 1


async def test_an_upload_begins_anew_and_one_that_never_began_is_refused(
    manager: Manager,
) -> None:
    await manager.save(piece(b"given up", 1), "a.bin")
    await manager.save(piece(b"12", 1), "a.bin")
    await manager.save(piece(b"34", -1), "a.bin")

    assert (await manager.bookstore.store.get("workspace/a.bin")).body == b"1234"
    with refused(409):
        await manager.save(piece(b"5", 2), "b.bin")
    with refused(400):
        await manager.save({**piece(b"5", 1), "type": "notebook"}, "c.ipynb")


async def test_pieces_of_two_uploads_to_one_file_are_never_mixed(manager: Manager) -> None:
    """Both are told to begin anew."""
    await manager.save(piece(b"mine 1", 1), "a.bin")
    await manager.save(piece(b"theirs 1", 1), "a.bin")
    await manager.save(piece(b"mine 2", 2), "a.bin")

    with refused(409):
        await manager.save(piece(b"theirs 2", 2), "a.bin")
    with refused(409):
        await manager.save(piece(b"mine 3", -1), "a.bin")
    assert not await manager.file_exists("a.bin")
