"""What somebody saved by hand is told from what the editor saved by itself."""

from __future__ import annotations

import asyncio

import pytest
from editor import Editor
from notebooks import notebook

from bookstore import BookstoreContentsArchiver
from bookstore.archive.manual_saves import FOLLOWS_WITHIN_S, ManualSaves
from bookstore.editors.announcements import Announcement
from bookstore.editors.reasons import Reason
from bookstore.errors import StoreUnavailable
from bookstore.notebooks.resemblance import Content
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore


async def kinds_in_history(editor: Editor, path: str) -> list[str]:
    """The kinds that history tells, oldest first."""
    await editor.settled()
    page = await editor.bookstore.history.page(f"workspace/{path}")
    return [entry.kind for entry in page.entries][::-1]


async def test_a_save_by_hand_says_so_in_the_store_and_an_automatic_one_does_not(
    editor: Editor,
) -> None:
    await editor.autosave("a.ipynb", "1")
    await editor.save("a.ipynb", "2")
    await editor.autosave("a.ipynb", "3")
    assert await editor.told("a.ipynb") == [("save", "1"), ("manual", "2"), ("save", "3")]


async def test_fifty_quick_saves_by_hand_are_fifty_manual_versions_in_order(
    editor: Editor,
) -> None:
    for number in range(50):
        await editor.save("a.ipynb", f"{number}")
    told = await editor.told("a.ipynb")
    assert [source for _, source in told] == [f"{number}" for number in range(50)]
    assert set(await kinds_in_history(editor, "a.ipynb")) == {"manual"}


async def test_a_save_delivered_before_its_checkpoint_is_marked_beside_the_version(
    editor: Editor,
) -> None:
    await editor.autosave("a.ipynb", "1")
    assert await editor.told("a.ipynb") == [("save", "1")]
    await editor.checkpoint("a.ipynb")
    assert await kinds_in_history(editor, "a.ipynb") == ["manual"]


async def test_saving_by_hand_what_was_saved_automatically_marks_that_version(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("a.ipynb", "1")
    await editor.told("a.ipynb")
    for _ in range(3):
        await editor.save("a.ipynb", "1")
    assert await editor.told("a.ipynb") == [("save", "1")]
    assert await kinds_in_history(editor, "a.ipynb") == ["manual"]
    labels = [put for put in store.puts if "labels" in put.version.key]
    assert len(labels) == 1, "a version is marked once"


async def test_the_first_save_which_names_the_notebook_is_a_manual_one(editor: Editor) -> None:
    """JupyterLab's "Rename and Save": it saves, renames, and then asks for the checkpoint."""
    await editor.autosave("Untitled.ipynb", "1")
    await editor.ask("PATCH", "Untitled.ipynb", body={"path": "sales.ipynb"})
    await editor.checkpoint("sales.ipynb")
    assert await kinds_in_history(editor, "sales.ipynb") == ["manual", "rename"]


async def test_saving_by_hand_what_still_waits_amends_it(editor: Editor) -> None:
    await editor.autosave("a.ipynb", "1")
    await editor.save("a.ipynb", "1")
    assert await editor.told("a.ipynb") == [("manual", "1")]


async def test_a_checkpoint_without_a_save_marks_nothing(editor: Editor) -> None:
    """JupyterLab makes one when it opens a notebook that has none."""
    editor.write_outside("a.ipynb", "from git")
    await editor.open("a.ipynb")
    await editor.checkpoint("a.ipynb")
    assert await kinds_in_history(editor, "a.ipynb") == ["outside"]


async def test_a_second_checkpoint_does_not_mark_what_was_saved_automatically_since(
    editor: Editor,
) -> None:
    await editor.save("a.ipynb", "1")
    await editor.checkpoint("a.ipynb")
    await editor.autosave("a.ipynb", "2")
    assert await kinds_in_history(editor, "a.ipynb") == ["manual", "save"]


def announce_restore(bookstore: Bookstore, source: str, text: str) -> None:
    """Announce that a notebook with *text* comes back to a.ipynb."""
    announcement = Announcement(
        reason=Reason("restore", source, "ada"),
        version=Content.of(notebook(text)),
        before=Content.of(b""),
    )
    bookstore.announcements.announce("a.ipynb", announcement)


async def test_what_was_restored_stays_restored(editor: Editor, bookstore: Bookstore) -> None:
    announce_restore(bookstore, "workspace/a.ipynb?versionId=1", "1")
    await editor.save("a.ipynb", "1")
    await editor.save("a.ipynb", "1")
    assert await editor.told("a.ipynb") == [("restore", "1")]
    assert await kinds_in_history(editor, "a.ipynb") == ["restore"]


async def test_an_announced_save_is_what_was_announced_and_the_next_one_is_ordinary(
    editor: Editor, bookstore: Bookstore
) -> None:
    source = "workspace/a.ipynb?versionId=1"
    announce_restore(bookstore, source, "1")
    await editor.autosave("b.ipynb", "other")
    await editor.autosave("a.ipynb", "1")
    await editor.autosave("a.ipynb", "2")
    assert await editor.told("a.ipynb") == [("restore", "1"), ("save", "2")]
    assert await editor.told("b.ipynb") == [("save", "other")]
    page = await bookstore.history.page("workspace/a.ipynb")
    assert page.entries[-1].source == source


async def test_a_save_by_hand_while_the_store_is_down_succeeds_and_is_manual(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("b.ipynb", "0")
    store.fail_with(StoreUnavailable("down"))
    made = await editor.save("a.ipynb", "1")
    assert made["id"]
    store.recover()
    assert await editor.told("a.ipynb") == [("manual", "1")]


async def test_a_mark_that_the_store_does_not_take_disturbs_nobody(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("a.ipynb", "1")
    await editor.told("a.ipynb")
    store.fail_with(StoreUnavailable("down"))
    await editor.checkpoint("a.ipynb")
    await editor.settled()
    store.recover()
    assert await kinds_in_history(editor, "a.ipynb") == ["save"]
    await editor.save("a.ipynb", "1")
    assert await kinds_in_history(editor, "a.ipynb") == ["manual"]


async def test_a_hanging_store_does_not_keep_a_save_by_hand_waiting(
    editor: Editor, store: MemoryStore
) -> None:
    await editor.autosave("a.ipynb", "1")
    await editor.told("a.ipynb")
    store.hang()
    await asyncio.wait_for(editor.save("a.ipynb", "1"), 60)
    await asyncio.wait_for(editor.save("a.ipynb", "2"), 60)
    store.recover()
    assert [source for _, source in await editor.told("a.ipynb")] == ["1", "2"]


async def test_a_save_that_jupyter_makes_a_checkpoint_for_by_itself_is_no_manual_one(
    manager: BookstoreContentsArchiver, editor: Editor
) -> None:
    """Jupyter's manager wants every notebook to have a checkpoint, and asks in every save."""
    await manager.new_untitled(type="notebook", ext=".ipynb")
    await editor.autosave("Untitled.ipynb", "1")
    assert await editor.told("Untitled.ipynb") == [("save", ""), ("save", "1")]
    assert not (editor.root / ".ipynb_checkpoints").exists()


async def test_a_checkpoint_long_after_a_save_does_not_belong_to_it(bookstore: Bookstore) -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    manual = ManualSaves(
        bookstore.outbox, bookstore.history, bookstore.background, bookstore.settings.log, clock
    )
    manual.note_save("workspace/a.ipynb", "1")
    clock.now += FOLLOWS_WITHIN_S + 1
    await manual.note_checkpoint("workspace/a.ipynb")
    await bookstore.background.finish(timeout_s=60)
    assert await bookstore.history.labels.of("workspace/a.ipynb") == {}


@pytest.mark.parametrize("path", ["a.txt", "d/b.py"])
async def test_what_is_not_archived_has_jupyters_own_checkpoint(
    editor: Editor, store: MemoryStore, path: str
) -> None:
    (editor.root / "d").mkdir()
    for text in ("one", "two"):
        await editor.ask("PUT", path, body={"type": "file", "format": "text", "content": text})
        if text == "one":
            made = await editor.checkpoint(path)
    assert made["id"] == "checkpoint"
    assert [listed["id"] for listed in await editor.checkpoints(path)] == ["checkpoint"]
    await editor.revert(path, made)
    assert (editor.root / path).read_text() == "one"
    await editor.ask("DELETE", path, "checkpoints", "checkpoint")
    assert await editor.checkpoints(path) == []
    assert store.puts == []
