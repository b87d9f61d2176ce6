"""Panels, figures and notes follow what becomes of saves: of those in the store, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from remote_contents import manager_on, notebook_model

from bookstore.records import ArchiveEvent
from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager
Heard = list[ArchiveEvent]


@pytest.fixture
def server(tmp_path: Path) -> Manager:
    """A server's contents manager."""
    return manager_on(MemoryStore(), tmp_path)


@pytest.fixture
def heard(server: Manager) -> Heard:
    """What is told of versions."""
    events: Heard = []
    server.bookstore.listeners.append(events.append)
    return events


async def test_each_version_is_told_once_it_is_in_the_store(server: Manager, heard: Heard) -> None:
    for source in ("1", "2"):
        await server.save(notebook_model(source), "a.ipynb")
    first = (await server.list_checkpoints("a.ipynb"))[-1]
    await server.restore_checkpoint(first["id"], "a.ipynb")

    assert [(event.action, event.path) for event in heard] == [("archived", "a.ipynb")] * 3
    kinds = [(event.version.metadata or {})["kind"] for event in heard if event.version]
    assert kinds == ["save", "save", "restore"]
    assert len({event.save_id for event in heard}) == 3
    assert all(event.took_s is not None for event in heard)


async def test_a_rename_is_told_of_both_places_and_a_deletion_of_its_own(
    server: Manager, heard: Heard
) -> None:
    await server.save(notebook_model("1"), "a.ipynb")
    heard.clear()
    await server.rename("a.ipynb", "b.ipynb")
    await server.delete("b.ipynb")

    told = [
        (event.path, event.version.is_delete_marker) for event in heard if event.version is not None
    ]
    assert told == [("b.ipynb", False), ("a.ipynb", True), ("b.ipynb", True)]


async def test_a_listener_that_fails_costs_no_save(server: Manager) -> None:
    def fail(event: ArchiveEvent) -> None:
        raise ValueError(event.path)

    server.bookstore.listeners.append(fail)
    saved = await server.save(notebook_model("1"), "a.ipynb")
    assert saved["path"] == "a.ipynb"
