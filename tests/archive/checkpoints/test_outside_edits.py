"""What git, a script or a terminal writes to a notebook becomes a version before it is lost."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from editor import Editor

from bookstore import BookstoreContentsArchiver
from bookstore.archive import saves as saves_module
from bookstore.errors import OutboxUnavailable, StoreUnavailable
from bookstore.s3_paths import s3_key
from bookstore.settings.users import server_username
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore


async def test_what_git_pulled_is_a_version_before_the_editor_overwrites_it(
    editor: Editor,
) -> None:
    await editor.autosave("a.ipynb", "mine")
    editor.write_outside("a.ipynb", "pulled")
    await editor.autosave("a.ipynb", "mine again")
    assert await editor.told("a.ipynb") == [
        ("save", "mine"),
        ("outside", "pulled"),
        ("save", "mine again"),
    ]


async def test_opening_a_changed_file_archives_it_without_any_save(editor: Editor) -> None:
    await editor.autosave("a.ipynb", "mine")
    editor.write_outside("a.ipynb", "papermill")
    await editor.open("a.ipynb")
    await editor.open("a.ipynb")
    assert await editor.told("a.ipynb") == [("save", "mine"), ("outside", "papermill")]


async def test_a_file_from_before_bookstore_is_archived_when_it_is_opened(
    editor: Editor, bookstore: Bookstore
) -> None:
    editor.write_outside("a.ipynb", "old")
    last_year = datetime(2023, 7, 1, 12, tzinfo=timezone.utc)
    os.utime(editor.root / "a.ipynb", (last_year.timestamp(), last_year.timestamp()))
    await editor.open("a.ipynb")
    assert await editor.told("a.ipynb") == [("outside", "old")]
    [entry] = (await bookstore.history.page("workspace/a.ipynb")).entries
    assert entry.saved_at == last_year
    assert entry.author == server_username()


async def test_a_file_from_before_bookstore_is_archived_before_its_first_save(
    editor: Editor,
) -> None:
    editor.write_outside("a.ipynb", "old")
    await editor.autosave("a.ipynb", "new")
    assert await editor.told("a.ipynb") == [("outside", "old"), ("save", "new")]


async def test_an_older_file_that_took_the_place_of_a_newer_one_keeps_history_in_order(
    editor: Editor, bookstore: Bookstore
) -> None:
    """``cp --preserve`` puts the old modification time back."""
    await editor.autosave("a.ipynb", "newer")
    editor.write_outside("a.ipynb", "older")
    os.utime(editor.root / "a.ipynb", (1_600_000_000, 1_600_000_000))
    assert await editor.bookstore.uploader.drain(deadline_s=30) == 0
    await editor.open("a.ipynb")
    assert [source for _, source in await editor.told("a.ipynb")] == ["newer", "older"]
    newest, before = (await bookstore.history.page("workspace/a.ipynb")).entries
    assert newest.kind == "outside"
    assert newest.saved_at > before.saved_at


async def test_times_stay_in_order_also_where_this_server_never_saw_the_file_before(
    editor: Editor, bookstore: Bookstore, manager: BookstoreContentsArchiver
) -> None:
    await editor.autosave("a.ipynb", "newer")
    await editor.told("a.ipynb")
    editor.write_outside("a.ipynb", "older")
    os.utime(editor.root / "a.ipynb", (1_600_000_000, 1_600_000_000))
    manager.capture.reader.seen.forget("a.ipynb")  # as after a restart
    await editor.open("a.ipynb")
    assert [source for _, source in await editor.told("a.ipynb")] == ["newer", "older"]
    newest, before = (await bookstore.history.page("workspace/a.ipynb")).entries
    assert newest.saved_at > before.saved_at
    assert newest.saved_at > datetime.now(timezone.utc) - timedelta(minutes=1)


async def test_a_file_that_the_store_has_already_makes_no_version(
    editor: Editor, bookstore: Bookstore, manager: BookstoreContentsArchiver
) -> None:
    """A hub's user gets a new server with an empty outbox every morning."""
    await editor.autosave("a.ipynb", "1")
    await editor.told("a.ipynb")
    await bookstore.outbox.forget_heads()
    manager.capture.reader.seen.forget("a.ipynb")
    await editor.open("a.ipynb")
    await editor.autosave("a.ipynb", "1")
    assert await editor.told("a.ipynb") == [("save", "1")]


async def test_listing_history_notices_a_change(
    editor: Editor, manager: BookstoreContentsArchiver
) -> None:
    await editor.autosave("a.ipynb", "1")
    assert not await manager.capture.notice("a.ipynb")
    editor.write_outside("a.ipynb", "2")
    assert await manager.capture.notice("/a.ipynb")
    assert not await manager.capture.notice("a.ipynb")
    assert await editor.told("a.ipynb") == [("save", "1"), ("outside", "2")]


async def test_touching_a_file_makes_no_version(editor: Editor) -> None:
    await editor.autosave("a.ipynb", "1")
    os.utime(editor.root / "a.ipynb")
    await editor.open("a.ipynb")
    await editor.autosave("a.ipynb", "2")
    assert await editor.told("a.ipynb") == [("save", "1"), ("save", "2")]


async def test_nothing_is_noticed_where_there_is_nothing(
    editor: Editor, manager: BookstoreContentsArchiver, store: MemoryStore
) -> None:
    (editor.root / "folder.ipynb").mkdir()
    os.mkfifo(editor.root / "pipe.ipynb")
    (editor.root / "broken.ipynb").symlink_to(editor.root / "nowhere")
    (editor.root / "notes.txt").write_text("not archived")
    paths = ("folder.ipynb", "pipe.ipynb", "broken.ipynb", "notes.txt", "none.ipynb", "", "..")
    outside = ("../../x.ipynb", "a\0b.ipynb", "/", ".bookstore/labels/a.ipynb")
    for path in (*paths, *outside):
        assert not await manager.capture.notice(path)
    await editor.ask("GET", "", content="1")
    await editor.settled()
    assert store.requests == []


async def test_a_linked_notebook_is_archived_under_its_own_path(editor: Editor) -> None:
    editor.write_outside("there.txt", "linked")
    (editor.root / "a.ipynb").symlink_to(editor.root / "there.txt")
    await editor.open("a.ipynb")
    editor.write_outside("there.txt", "changed")
    await editor.autosave("a.ipynb", "saved")
    assert await editor.told("a.ipynb") == [
        ("outside", "linked"),
        ("outside", "changed"),
        ("save", "saved"),
    ]


async def test_a_look_without_content_costs_nothing(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JupyterLab asks for the time of an open file every few seconds."""
    editor.write_outside("a.ipynb", "1")
    await editor.ask("GET", "a.ipynb", content="0")
    assert await editor.told("a.ipynb") == []


async def test_an_ordinary_save_does_not_read_the_file(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read_signed = saves_module.read_signed

    def counted(file: Path) -> Any:
        reads.append(file)
        return read_signed(file)

    monkeypatch.setattr(saves_module, "read_signed", counted)
    for number in range(3):
        await editor.autosave("a.ipynb", f"{number}")
        await editor.open("a.ipynb")
    assert not reads
    assert await editor.told("a.ipynb") == [("save", "0"), ("save", "1"), ("save", "2")]


async def test_an_upload_in_chunks_over_a_changed_file_is_two_versions(editor: Editor) -> None:
    editor.write_outside("a.ipynb", "pulled")
    body = (editor.root / "a.ipynb").read_bytes().replace(b"pulled", b"uploaded")
    for chunk, piece in ((1, body[:100]), (2, body[100:200]), (-1, body[200:])):
        content = base64.b64encode(piece).decode()
        model = {"type": "file", "format": "base64", "content": content, "chunk": chunk}
        await editor.ask("PUT", "a.ipynb", body=model)
    assert await editor.told("a.ipynb") == [("outside", "pulled"), ("save", "uploaded")]


async def test_a_file_too_large_for_the_outbox_is_saved_and_opened_all_the_same(
    editor: Editor, bookstore: Bookstore, caplog: pytest.LogCaptureFixture
) -> None:
    bookstore.settings.outbox_max_bytes = 300
    editor.write_outside("a.ipynb", "x" * 1000)
    await editor.open("a.ipynb")
    await editor.autosave("a.ipynb", "small")
    assert editor.on_disk("a.ipynb") == "small"
    assert "too large to archive" in caplog.text


async def test_a_change_noticed_while_the_store_is_down_waits_like_a_save(
    editor: Editor, store: MemoryStore
) -> None:
    store.fail_with(StoreUnavailable("down"))
    editor.write_outside("a.ipynb", "pulled")
    await editor.open("a.ipynb")
    await editor.autosave("a.ipynb", "mine")
    store.recover()
    assert await editor.told("a.ipynb") == [("outside", "pulled"), ("save", "mine")]


async def test_a_change_noticed_while_the_outbox_is_down_is_held_like_a_save(
    editor: Editor, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await editor.autosave("a.ipynb", "0")
    editor.write_outside("a.ipynb", "pulled")

    async def broken(_: object) -> None:
        raise OutboxUnavailable("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(bookstore.outbox, "add", broken)
        await editor.autosave("a.ipynb", "mine")
        editor.write_outside("b.ipynb", "stays where it is")
        await editor.open("b.ipynb")
        assert bookstore.recorder.held == 2
    await bookstore.recorder._record_held()
    assert await editor.told("a.ipynb") == [("save", "0"), ("outside", "pulled"), ("save", "mine")]
    await editor.open("b.ipynb")
    assert await editor.told("b.ipynb") == [("outside", "stays where it is")]


async def test_whatever_goes_wrong_in_noticing_the_save_and_the_open_succeed(
    editor: Editor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    editor.write_outside("a.ipynb", "1")

    def broken(_: object) -> None:
        raise ZeroDivisionError("odd")

    with monkeypatch.context() as patch:
        patch.setattr(saves_module, "signature_of", broken)
        await editor.open("a.ipynb")
        await editor.autosave("a.ipynb", "2")
    assert "a.ipynb: what something else wrote is not archived: odd" in caplog.text
    assert await editor.told("a.ipynb") == [("save", "2")]


async def test_a_server_that_stops_waits_for_what_it_notices(
    editor: Editor, bookstore: Bookstore, store: MemoryStore
) -> None:
    editor.write_outside("a.ipynb", "1")
    await editor.ask("GET", "a.ipynb", content="1")
    await bookstore.close(deadline_s=30)
    assert [put.version.metadata["kind"] for put in store.puts] == ["outside"]  # type: ignore[index]


async def test_saves_and_opens_at_once_do_not_cross(editor: Editor) -> None:
    for number in range(5):
        editor.write_outside("a.ipynb", f"outside {number}")
        await asyncio.gather(
            editor.open("a.ipynb"),
            editor.autosave("a.ipynb", f"saved {number}"),
            editor.open("a.ipynb"),
        )
    told = await editor.told("a.ipynb")
    expected = [(kind, f"{word} {n}") for n in range(5) for kind, word in
                (("outside", "outside"), ("save", "saved"))]  # fmt: skip
    assert told == expected


# -- moves -------------------------------------------------------------------------------------


async def moves(store: MemoryStore, path: str) -> dict[str, Any]:
    """What the store says about where *path* went."""
    stored = await store.get(s3_key("workspace/.bookstore/moves", f"{path}.json"))
    assert stored.version.content_type == "application/json"
    document: dict[str, Any] = json.loads(stored.body)
    return document


async def rename(editor: Editor, old: str, new: str) -> None:
    await editor.ask("PATCH", old, body={"path": new})
    assert await editor.bookstore.uploader.drain(deadline_s=30) == 0


async def test_a_rename_leaves_word_of_where_the_notebook_went(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("old.ipynb", "1")
    await rename(editor, "old.ipynb", "new.ipynb")
    moved = await moves(store, "old.ipynb")
    assert moved["moved_to"] == "new.ipynb"
    at = datetime.fromisoformat(moved["at"])
    last = await store.head("workspace/new.ipynb")
    assert at >= datetime.fromisoformat((last.metadata or {})["saved-at"]) - timedelta(seconds=5)


async def test_a_renamed_folder_leaves_one_word_for_all_that_is_in_it(
    editor: Editor, store: MemoryStore
) -> None:
    (editor.root / "a" / "deep").mkdir(parents=True)
    for path in ("a/1.ipynb", "a/2.ipynb", "a/deep/3.ipynb"):
        await editor.autosave(path, path)
    await rename(editor, "a", "b")
    assert (await moves(store, "a"))["moved_to"] == "b"
    documents = [put for put in store.puts if ".bookstore/moves" in put.version.key]
    assert len(documents) == 1
    assert await editor.told("b/deep/3.ipynb") == [("rename", "a/deep/3.ipynb")]


async def test_a_notebook_renamed_to_something_else_leaves_word_too(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("a.ipynb", "1")
    await rename(editor, "a.ipynb", "a.txt")
    assert (await moves(store, "a.ipynb"))["moved_to"] == "a.txt"


async def test_renaming_what_is_not_archived_leaves_no_word(
    editor: Editor, store: MemoryStore
) -> None:
    (editor.root / "a.txt").write_text("1")
    (editor.root / "empty").mkdir()
    await rename(editor, "a.txt", "b.txt")
    await rename(editor, "empty", "full")
    assert store.puts == []


async def test_the_word_and_the_move_are_one_step(editor: Editor, bookstore: Bookstore) -> None:
    await editor.autosave("a.ipynb", "1")
    added: list[list[str]] = []
    add = bookstore.outbox.add

    async def watched(saves: Any) -> Any:
        added.append([save.key for save in saves])
        return await add(saves)

    bookstore.outbox.add = watched  # type: ignore[method-assign]
    await rename(editor, "a.ipynb", "b.ipynb")
    assert added == [
        ["workspace/.bookstore/moves/a.ipynb.json", "workspace/b.ipynb", "workspace/a.ipynb"]
    ]
