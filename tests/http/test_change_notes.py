"""What a new version changed is found out soon after it was made, before anybody asks."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from http_helpers import Call
from support import until

from bookstore.archive import change_notes
from bookstore.archive.change_notes import ChangeNotes
from bookstore.records import ArchiveEvent
from bookstore.wiring import Bookstore

LOG = logging.getLogger("bookstore.test")


def archived(path: str) -> ArchiveEvent:
    return ArchiveEvent(action="archived", path=path, save_id="s", depth=0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_notes, "PAUSE_S", 0.0)


@pytest.mark.usefixtures("quick")
async def test_a_new_version_is_looked_at_before_anybody_asks(
    save: Any, call: Call, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    changes = bookstore.history.changes

    async def noted(entries: Any) -> Any:
        async for entry, changed in changes(entries):
            told.append(changed.excerpt)
            yield entry, changed

    monkeypatch.setattr(bookstore.history, "changes", noted)
    notes = ChangeNotes(bookstore, log=LOG)
    notes.start()
    await save("a.ipynb", "first")
    notes(archived("a.ipynb"))
    await until(lambda: told == ["first"])
    await save("a.ipynb", "second")
    notes(archived("missing.ipynb"))  # which stops nothing
    notes(archived("a.ipynb"))
    await until(lambda: told == ["first", "second"])
    await notes.stop()


async def test_very_many_notebooks_take_no_more_than_their_room(bookstore: Bookstore) -> None:
    notes = ChangeNotes(bookstore, log=LOG)
    for number in range(2 * change_notes.MOST_PATHS):
        notes(archived(f"{number}.ipynb"))
    assert len(notes._paths) == change_notes.MOST_PATHS
