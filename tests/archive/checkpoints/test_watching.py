"""What something else writes to the file of an open notebook: each state of it is a version."""

from __future__ import annotations

import pytest
from editor import Editor

from bookstore import BookstoreContentsArchiver
from bookstore.archive import watching
from bookstore.archive.watching import FOR_S, Watcher


class Clock:
    """A clock that the test winds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watcher(manager: BookstoreContentsArchiver, clock: Clock) -> Watcher:
    """A watcher that looks when the test says so."""
    watcher = Watcher(manager.capture, every_s=3600, clock=clock)
    manager.bookstore.guests.append(watcher.stop)
    return watcher


async def settle(watcher: Watcher) -> None:
    """Let two turns go by in which nothing is written."""
    await watcher.look()
    await watcher.look()


async def test_each_state_that_settles_is_a_version(editor: Editor, watcher: Watcher) -> None:
    await editor.autosave("a.ipynb", "0")
    watcher.note_open("a.ipynb")
    for number in range(1, 9):
        editor.write_outside("a.ipynb", f"state {number}")
        await settle(watcher)
    told = await editor.told("a.ipynb")
    assert told == [("save", "0"), *(("outside", f"state {number}") for number in range(1, 9))]


async def test_what_is_still_being_written_is_no_version(editor: Editor, watcher: Watcher) -> None:
    await editor.autosave("a.ipynb", "0")
    watcher.note_open("a.ipynb")
    for number in range(1, 9):
        editor.write_outside("a.ipynb", f"half of it, {'x' * number}")
        await watcher.look()
    await watcher.look()
    kinds = [kind for kind, _ in await editor.told("a.ipynb")]
    assert kinds == ["save", "outside"]


async def test_a_save_in_jupyter_is_no_version_once_more(editor: Editor, watcher: Watcher) -> None:
    watcher.note_open("a.ipynb")
    for number in range(3):
        await editor.autosave("a.ipynb", str(number))
        await settle(watcher)
    assert [kind for kind, _ in await editor.told("a.ipynb")] == ["save"] * 3


async def test_a_notebook_that_was_closed_long_ago_is_not_looked_at(
    editor: Editor, watcher: Watcher, clock: Clock
) -> None:
    await editor.autosave("a.ipynb", "0")
    watcher.note_open("a.ipynb")
    clock.now += FOR_S + 1
    editor.write_outside("a.ipynb", "1")
    await settle(watcher)
    assert [kind for kind, _ in await editor.told("a.ipynb")] == ["save"]


async def test_a_notebook_that_is_never_archived_is_looked_at_no_longer_than_others(
    editor: Editor, watcher: Watcher, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is never as it was recorded, and that is no news of it."""
    await editor.autosave("a.ipynb", "0")
    watcher.note_open("a.ipynb")
    editor.write_outside("a.ipynb", "too large")
    with monkeypatch.context() as patch:
        patch.setattr("bookstore.archive.capture.LOOKED_AT_BYTES", 1)
        for _ in range(5):
            await watcher.look()
            clock.now += FOR_S / 3
    editor.write_outside("a.ipynb", "1")
    await settle(watcher)
    assert [kind for kind, _ in await editor.told("a.ipynb")] == ["save"]


async def test_only_so_many_are_watched_those_opened_last(
    editor: Editor, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST", 1)
    for path in ("a.ipynb", "b.ipynb"):
        await editor.autosave(path, "0")
        watcher.note_open(path)
    for path in ("a.ipynb", "b.ipynb"):
        editor.write_outside(path, "1")
    await settle(watcher)
    assert [kind for kind, _ in await editor.told("a.ipynb")] == ["save"]
    assert [kind for kind, _ in await editor.told("b.ipynb")] == ["save", "outside"]


async def test_a_file_that_goes_away_disturbs_nothing(editor: Editor, watcher: Watcher) -> None:
    await editor.autosave("a.ipynb", "0")
    watcher.note_open("a.ipynb")
    (editor.root / "a.ipynb").unlink()
    await settle(watcher)
    editor.write_outside("a.ipynb", "1")
    await settle(watcher)
    assert [kind for kind, _ in await editor.told("a.ipynb")] == ["save", "outside"]
