"""Jupyter's own menu, "Revert to Checkpoint", shows versions and restores them."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from editor import Editor
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from notebooks import notebook
from tornado.httpclient import HTTPClientError
from traitlets.config import Config

from bookstore import BookstoreContentsArchiver
from bookstore.archive import checkpoints as checkpoints_module
from bookstore.archive.checkpoints import BookstoreCheckpoints
from bookstore.errors import OutboxUnavailable, StoreUnavailable
from bookstore.keys.checkpoint_ids import CheckpointAddress, from_checkpoint_id, to_checkpoint_id
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore


async def menu(editor: Editor, path: str) -> list[str]:
    """The source of each version in the menu, from the top; "file" for one that is a file."""
    shown = []
    for checkpoint in await editor.checkpoints(path):
        address = from_checkpoint_id(checkpoint["id"])
        if address is None:
            shown.append("file")
            continue
        key = f"workspace/{address.path or path}"
        read = await editor.bookstore.history.read(key, address.version_id)
        assert datetime.fromisoformat(checkpoint["last_modified"]) == read.entry.saved_at
        shown.append("".join(json.loads(read.body)["cells"][0]["source"]))
    return shown


async def test_manual_saves_and_named_versions_come_first_then_the_newest_others(
    editor: Editor, bookstore: Bookstore
) -> None:
    for source in ("auto 1", "named"):
        await editor.autosave("a.ipynb", source)
    for source in ("manual 1", "manual 2"):
        await editor.save("a.ipynb", source)
    await editor.autosave("a.ipynb", "auto 2")
    await editor.told("a.ipynb")
    entries = (await bookstore.history.page("workspace/a.ipynb")).entries
    await bookstore.history.label("workspace/a.ipynb", entries[3].version_id, label="good")
    expected = ["manual 2", "manual 1", "named", "auto 2", "auto 1"]
    assert await menu(editor, "a.ipynb") == expected


async def test_the_menu_has_twenty_and_costs_one_page(editor: Editor, store: MemoryStore) -> None:
    for number in range(30):
        await editor.autosave("a.ipynb", f"{number}")
    await editor.told("a.ipynb")
    store.requests.clear()
    await editor.checkpoints("a.ipynb")
    listings = [request for request, _ in store.requests if request == "versions"]
    assert len(listings) == 1
    assert await menu(editor, "a.ipynb") == [f"{n}" for n in range(29, 9, -1)]


async def test_reverting_brings_a_version_back_as_a_new_one(editor: Editor) -> None:
    await editor.save("a.ipynb", "good")
    await editor.autosave("a.ipynb", "bad")
    await editor.told("a.ipynb")
    good = (await editor.checkpoints("a.ipynb"))[0]
    editor.write_outside("a.ipynb", "worse")
    await editor.revert("a.ipynb", good)
    assert editor.on_disk("a.ipynb") == "good"
    assert await editor.told("a.ipynb") == [
        ("manual", "good"),
        ("save", "bad"),
        ("outside", "worse"),
        ("restore", "good"),
    ]
    entries = (await editor.bookstore.history.page("workspace/a.ipynb")).entries
    assert entries[0].source == f"workspace/a.ipynb?versionId={entries[-1].version_id}"


async def test_reverting_gives_the_very_bytes(editor: Editor) -> None:
    await editor.save("a.ipynb", "good ü")
    before = (editor.root / "a.ipynb").read_bytes()
    await editor.autosave("a.ipynb", "bad")
    await editor.revert("a.ipynb", (await editor.checkpoints("a.ipynb"))[0])
    assert (editor.root / "a.ipynb").read_bytes() == before


async def test_what_waits_in_the_outbox_can_be_reverted_to_and_its_id_goes_on_working(
    editor: Editor, store: MemoryStore
) -> None:
    store.fail_with(StoreUnavailable("down"))
    made = await editor.save("a.ipynb", "good")
    await editor.save("a.ipynb", "bad")
    await editor.revert("a.ipynb", made)
    assert editor.on_disk("a.ipynb") == "good"
    store.recover()
    await editor.save("a.ipynb", "bad again")
    await editor.told("a.ipynb")
    await editor.revert("a.ipynb", made)
    assert editor.on_disk("a.ipynb") == "good"


async def test_checkpoints_keep_their_ids_when_they_are_delivered(
    editor: Editor, store: MemoryStore
) -> None:
    store.fail_with(StoreUnavailable("down"))
    made = [(await editor.save("a.ipynb", source))["id"] for source in ("1", "2")]
    waiting = [checkpoint["id"] for checkpoint in await editor.checkpoints("a.ipynb")]
    store.recover()
    await editor.autosave("a.ipynb", "3")
    await editor.told("a.ipynb")
    delivered = [checkpoint["id"] for checkpoint in await editor.checkpoints("a.ipynb")]
    assert waiting == made[::-1]
    assert delivered[:2] == waiting


async def test_the_versions_from_before_a_rename_are_in_the_menu(editor: Editor) -> None:
    await editor.save("old.ipynb", "good")
    await editor.ask("PATCH", "old.ipynb", body={"path": "new.ipynb"})
    await editor.autosave("new.ipynb", "bad")
    await editor.told("new.ipynb")
    shown = await menu(editor, "new.ipynb")
    assert shown == ["good", "bad", "good"]
    await editor.revert("new.ipynb", (await editor.checkpoints("new.ipynb"))[0])
    assert editor.on_disk("new.ipynb") == "good"


async def test_deleting_a_checkpoint_deletes_no_version(editor: Editor) -> None:
    await editor.save("a.ipynb", "1")
    await editor.told("a.ipynb")
    [checkpoint] = await editor.checkpoints("a.ipynb")
    await editor.ask("DELETE", "a.ipynb", "checkpoints", checkpoint["id"])
    assert await editor.told("a.ipynb") == [("manual", "1")]
    assert await menu(editor, "a.ipynb") == ["1"]


async def test_making_a_checkpoint_copies_nothing(editor: Editor) -> None:
    await editor.save("a.ipynb", "1")
    assert sorted(path.name for path in editor.root.iterdir()) == ["a.ipynb"]
    await editor.ask("PATCH", "a.ipynb", body={"path": "b.ipynb"})
    await editor.checkpoints("b.ipynb")
    assert sorted(path.name for path in editor.root.iterdir()) == ["b.ipynb"]


async def test_a_checkpoint_that_is_asked_for_during_the_first_save_is_that_save(
    editor: Editor, manager: BookstoreContentsArchiver
) -> None:
    model = {"type": "notebook", "format": "json", "content": notebook("1")}
    saving = asyncio.ensure_future(manager.save(model, "a.ipynb"))
    while not len(manager.capture.paths):
        await asyncio.sleep(0)
    made = await manager.create_checkpoint("a.ipynb")
    await saving
    assert (await editor.checkpoints("a.ipynb"))[0]["id"] == made["id"]
    assert sorted(path.name for path in editor.root.iterdir()) == ["a.ipynb"]
    assert await editor.told("a.ipynb") == [("manual", "1")]


async def test_a_checkpoint_from_before_bookstore_is_below_the_versions_and_works(
    editor: Editor, manager: BookstoreContentsArchiver
) -> None:
    editor.write_outside("a.ipynb", "long ago")
    files = AsyncFileCheckpoints(parent=manager)
    await files.create_checkpoint(manager, "a.ipynb")
    await editor.save("a.ipynb", "new")
    assert await menu(editor, "a.ipynb") == ["new", "long ago", "file"]
    await editor.revert("a.ipynb", (await editor.checkpoints("a.ipynb"))[-1])
    assert await editor.told("a.ipynb") == [
        ("outside", "long ago"),
        ("manual", "new"),
        ("restore", "long ago"),
    ]
    await editor.ask("PATCH", "a.ipynb", body={"path": "b.ipynb"})
    assert (await menu(editor, "b.ipynb"))[-1] == "file"
    await editor.ask("DELETE", "b.ipynb", "checkpoints", "checkpoint")
    assert "file" not in await menu(editor, "b.ipynb")


async def test_opening_a_notebook_that_nobody_saved_shows_what_is_there(editor: Editor) -> None:
    editor.write_outside("a.ipynb", "from git")
    assert await menu(editor, "a.ipynb") == ["from git"]
    assert await editor.checkpoints("none.ipynb") == []


# -- a store that is down ------------------------------------------------------------------------


async def test_while_the_store_is_down_the_menu_shows_what_waits(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.save("a.ipynb", "delivered")
    await editor.told("a.ipynb")
    store.fail_with(StoreUnavailable("down"))
    await editor.save("a.ipynb", "waits 1")
    await editor.autosave("a.ipynb", "waits 2")
    assert await menu(editor, "a.ipynb") == ["waits 1", "waits 2"]


async def test_a_store_that_does_not_answer_keeps_nobody_from_opening_a_notebook(
    editor: Editor, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints_module, "LIST_PATIENCE_S", 0.1)
    await editor.save("a.ipynb", "1")
    await editor.told("a.ipynb")
    store.hang()
    assert await asyncio.wait_for(editor.checkpoints("a.ipynb"), 60) == []
    assert await asyncio.wait_for(editor.checkpoint("a.ipynb"), 60)
    await asyncio.wait_for(editor.save("a.ipynb", "2"), 60)
    assert len(await asyncio.wait_for(editor.checkpoints("a.ipynb"), 60)) == 1
    store.recover()


async def test_a_bug_in_history_keeps_nobody_from_opening_a_notebook(
    editor: Editor, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bookstore.history, "page", broken)
    await editor.save("a.ipynb", "1")
    assert len(await editor.checkpoints("a.ipynb")) == 1


async def test_a_save_asks_the_store_nothing(editor: Editor, store: MemoryStore) -> None:
    """Jupyter's manager lists checkpoints within every save."""
    await editor.autosave("a.ipynb", "1")
    await editor.told("a.ipynb")
    store.requests.clear()
    store.hang()
    await asyncio.wait_for(editor.save("a.ipynb", "2"), 60)
    assert store.requests == []
    store.recover()


async def test_without_an_outbox_jupyters_own_checkpoint_is_made(
    editor: Editor, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise OutboxUnavailable("The disk is full.")

    await editor.autosave("a.ipynb", "1")
    for name in ("save_id", "holds"):
        monkeypatch.setattr(bookstore.outbox.heads, name, broken)
    made = await editor.checkpoint("a.ipynb")
    assert made["id"] == "checkpoint"


async def test_reverting_while_the_store_is_down_says_so_and_changes_nothing(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.save("a.ipynb", "good")
    await editor.told("a.ipynb")
    [good] = await editor.checkpoints("a.ipynb")
    store.fail_with(StoreUnavailable("The store is down."))
    with pytest.raises(HTTPClientError) as caught:
        await editor.revert("a.ipynb", good)
    assert caught.value.code == 503
    assert "The store is down." in json.loads(caught.value.response.body)["message"]  # type: ignore[union-attr]
    assert editor.on_disk("a.ipynb") == "good"


# -- what leads nowhere --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        CheckpointAddress("nonsense"),
        CheckpointAddress("save:nonsense"),
        CheckpointAddress("null", "../other/a.ipynb"),
        CheckpointAddress("null", ".bookstore/labels/a.ipynb.json"),
    ],
)
async def test_an_id_that_names_no_version_of_ones_own_is_not_found(
    editor: Editor, address: CheckpointAddress
) -> None:
    await editor.save("a.ipynb", "1")
    with pytest.raises(HTTPClientError) as caught:
        await editor.revert("a.ipynb", {"id": to_checkpoint_id(address)})
    assert caught.value.code == 404
    assert editor.on_disk("a.ipynb") == "1"


async def test_nobody_reverts_to_what_another_user_keeps_in_the_bucket(
    editor: Editor, store: MemoryStore
) -> None:
    theirs = await store.put("other/a.ipynb", b"{}", metadata={}, content_type="")
    await editor.save("a.ipynb", "1")
    for path in ("../other/a.ipynb", "/../other/a.ipynb", "x/../../other/a.ipynb"):
        checkpoint = to_checkpoint_id(CheckpointAddress(theirs.version_id, path))
        with pytest.raises(HTTPClientError) as caught:
            await editor.revert("a.ipynb", {"id": checkpoint})
        assert caught.value.code == 404


# -- settings ------------------------------------------------------------------------------------


def test_an_administrators_own_checkpoints_class_wins(tmp_path: Path) -> None:
    config = Config({"ContentsManager": {"checkpoints_class": AsyncFileCheckpoints}})
    manager = BookstoreContentsArchiver(config=config, root_dir=str(tmp_path))
    assert type(manager.checkpoints) is AsyncFileCheckpoints


def test_settings_of_file_checkpoints_reach_them(tmp_path: Path) -> None:
    config = Config({"FileCheckpoints": {"checkpoint_dir": ".mine"}})
    manager = BookstoreContentsArchiver(config=config, root_dir=str(tmp_path))
    assert isinstance(manager.checkpoints, BookstoreCheckpoints)
    assert type(manager.checkpoints.files) is AsyncFileCheckpoints
    assert manager.checkpoints.checkpoint_dir == ".mine"
    kwargs = Config({"ContentsManager": {"checkpoints_kwargs": {"root_dir": "/elsewhere"}}})
    manager = BookstoreContentsArchiver(config=kwargs, root_dir=str(tmp_path))
    assert manager.checkpoints.files.root_dir == "/elsewhere"


def test_a_manager_that_does_not_archive_cannot_have_them() -> None:
    with pytest.raises(TypeError, match="that archives"):
        BookstoreCheckpoints(parent=AsyncLargeFileManager())
