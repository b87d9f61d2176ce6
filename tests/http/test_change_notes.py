"""What new versions changed is found out soon after they were made, before anybody asks."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bookstore.archive import change_notes
from bookstore.archive.change_notes import ChangeNotes
from bookstore.history import Wanted
from bookstore.records import ArchiveEvent, ObjectVersion, utc_now
from bookstore.wiring import Bookstore

LOG = logging.getLogger("bookstore.test")


def archived(key: str) -> ArchiveEvent:
    version = ObjectVersion(key=key, version_id="v", size_bytes=1, modified_at=utc_now())
    return ArchiveEvent(action="archived", path=key, save_id="s", depth=0, version=version)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_notes, "PAUSE_S", 0.0)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("is_embedded", [False, True])
async def test_a_new_version_is_known_before_anybody_asks(
    save: Any, bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch, is_embedded: bool
) -> None:
    """In a store elsewhere, too, from which nothing is read."""
    monkeypatch.setattr(Bookstore, "is_embedded", is_embedded)
    if is_embedded:  # nobody looks at what is delivered
        monkeypatch.setattr(bookstore.uploader, "_look_at", lambda sha256, body: None)
    else:
        monkeypatch.setattr(bookstore.history, "read", None)
    notes = ChangeNotes(bookstore, log=LOG)
    bookstore.listeners.append(notes)
    notes.start()
    key = bookstore.workspace.key("a.ipynb")
    for text in ("first", "second"):
        await save("a.ipynb", text)
        notes(archived("missing.ipynb"))  # which stops nothing
        searching, wanted = bookstore.history.searching, Wanted(text=text)
        while not (await searching.in_history(key, wanted, limit=9)).versions:
            await asyncio.sleep(0.002)
    await notes.stop()


async def test_very_many_versions_take_no_more_than_their_room(bookstore: Bookstore) -> None:
    notes = ChangeNotes(bookstore, log=LOG)
    for number in range(2 * change_notes.MOST_WAITING):
        notes(archived(f"{number}.ipynb"))
    assert len(notes._waiting) == change_notes.MOST_WAITING
