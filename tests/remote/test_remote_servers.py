"""Two servers share a container: nothing is saved over unseen, nothing is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from remote_contents import manager_on, notebook_model, source_in, text_model
from tornado.web import HTTPError

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.base import ObjectStore
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager


@pytest.fixture
def other(store: ObjectStore, tmp_path: Path) -> Manager:
    """The contents manager of another server."""
    return manager_on(store, tmp_path / "other")


async def bodies(store: ObjectStore, key: str) -> list[bytes]:
    """Return the bodies of a key's versions, newest first."""
    return [
        (await store.get(key, version_id=version.version_id)).body
        async for version in store.versions(key)
    ]


async def test_what_another_server_saved_is_not_saved_over_unseen(
    manager: Manager, other: Manager, store: ObjectStore
) -> None:
    """The user is told; both edits are versions; whoever saves again has seen it."""
    await manager.save(notebook_model("base"), "a.ipynb")
    await manager.get("a.ipynb")
    await other.get("a.ipynb")
    await other.save(notebook_model("theirs"), "a.ipynb")

    with pytest.raises(HTTPError, match=r"409.*saved by somebody else"):
        await manager.save(notebook_model("mine"), "a.ipynb")

    assert source_in(await other.get("a.ipynb")) == "theirs"
    assert sum(b"mine" in body for body in await bodies(store, "workspace/a.ipynb")) == 1
    await manager.save(notebook_model("mine again"), "a.ipynb")
    assert source_in(await other.get("a.ipynb")) == "mine again"


async def test_of_two_that_save_at_once_one_is_told(
    manager: Manager, other: Manager, store: ObjectStore
) -> None:
    """The one whose edit is the newest then was told nothing."""
    await manager.save(text_model("base"), "a.txt")
    await manager.get("a.txt")
    await other.get("a.txt")

    answers = await asyncio.gather(
        manager.save(text_model("mine"), "a.txt"),
        other.save(text_model("theirs"), "a.txt"),
        return_exceptions=True,
    )

    refused = [isinstance(answer, HTTPError) for answer in answers]
    newest = (await manager.get("a.txt"))["content"]
    assert sorted(refused) == [False, True]
    assert newest == ("theirs" if refused[0] else "mine")
    assert {b"mine", b"theirs", b"base"} <= {*await bodies(store, "workspace/a.txt")}


async def test_of_two_that_make_the_same_file_one_is_told(manager: Manager, other: Manager) -> None:
    """Neither had seen a file there."""
    for each in (manager, other):
        assert not await each.file_exists("new.txt")

    await manager.save(text_model("mine"), "new.txt")

    with pytest.raises(HTTPError, match="409"):
        await other.save(text_model("theirs"), "new.txt")
    assert (await other.get("new.txt"))["content"] == "mine"


async def test_who_has_seen_the_others_save_may_save_over_it(
    manager: Manager, other: Manager
) -> None:
    """JupyterLab looks at the facts before each save, and asks its user."""
    await manager.save(text_model("base"), "a.txt")
    await other.get("a.txt")
    await other.save(text_model("theirs"), "a.txt")

    await manager.get("a.txt", content=False, require_hash=True)
    await manager.save(text_model("mine"), "a.txt")

    assert (await other.get("a.txt"))["content"] == "mine"


async def test_saving_what_was_saved_before_is_no_race(manager: Manager) -> None:
    for _ in range(3):
        await manager.save(text_model("same"), "a.txt")
        await manager.get("a.txt", content=False)

    assert (await manager.get("a.txt"))["content"] == "same"


async def test_a_file_that_was_deleted_elsewhere_may_be_saved_again(
    manager: Manager, other: Manager
) -> None:
    """Its editor still has it; nothing is saved over."""
    await manager.save(text_model("1"), "a.txt")
    await other.delete("a.txt")

    await manager.save(text_model("2"), "a.txt")

    assert (await other.get("a.txt"))["content"] == "2"


# -- a store in the test's hands -------------------------------------------------------------------


@pytest.fixture
def memory() -> MemoryStore:
    """A store that does as it is told."""
    return MemoryStore()


@pytest.fixture
def server(memory: MemoryStore, tmp_path: Path) -> Manager:
    """A manager on it."""
    return manager_on(memory, tmp_path)


async def test_a_save_while_the_store_is_away_is_refused_in_words(
    server: Manager, memory: MemoryStore
) -> None:
    """And does not say that it waits, for it does not."""
    await server.save(text_model("1"), "a.txt")
    memory.fail_with(StoreUnavailable("The store is down."))

    with pytest.raises(HTTPError, match=r"503.*The store is down.*nothing was changed") as told:
        await server.save(text_model("2"), "a.txt")
    assert "outbox" not in str(told.value)
    memory.recover()
    assert (await server.get("a.txt"))["content"] == "1"


@pytest.mark.parametrize("key", ["a/1.txt", "a/", "a/b/2.txt", "new/1.txt", "new/b/2.txt", "new/"])
async def test_a_move_that_is_interrupted_loses_nothing_and_goes_on(
    server: Manager, memory: MemoryStore, key: str
) -> None:
    """Wherever the store failed: what is at the old place goes only after all is at the new one."""
    for folder in ("a", "a/b"):
        await server.save({"type": "directory"}, folder)
    await server.save(text_model("1"), "a/1.txt")
    await server.save(text_model("2"), "a/b/2.txt")
    memory.fail_with(StoreRefused("no"), key=f"workspace/{key}")

    with pytest.raises(HTTPError):
        await server.rename("a", "new")

    memory.recover()
    there = {version.key async for version in memory.list("workspace/")}
    for name in ("1.txt", "b/2.txt"):
        assert there & {f"workspace/a/{name}", f"workspace/new/{name}"}
    await server.rename("a", "new")
    assert (await server.get("new/1.txt"))["content"] == "1"
    assert (await server.get("new/b/2.txt"))["content"] == "2"
    assert not await server.exists("a")


async def test_a_move_that_was_finished_does_not_go_on_with_another_folder(
    server: Manager, memory: MemoryStore
) -> None:
    """A new folder of the old name is not poured into what the old one became."""
    await server.save({"type": "directory"}, "a")
    await server.save(text_model("1"), "a/1.txt")
    await server.rename("a", "new")
    await server.save({"type": "directory"}, "a")
    await server.save(text_model("other"), "a/1.txt")

    with pytest.raises(HTTPError, match="409"):
        await server.rename("a", "new")

    assert (await server.get("a/1.txt"))["content"] == "other"
    assert (await server.get("new/1.txt"))["content"] == "1"


async def test_a_folder_of_many_is_listed_in_one_question(
    server: Manager, memory: MemoryStore
) -> None:
    """However many files are in it, and whatever is in the folders beside it."""
    for number in range(300):
        await memory.put(
            f"workspace/many/{number:04}.txt", b"", metadata={}, content_type="text/plain"
        )
    memory.requests.clear()

    listed = await server.get("many")

    assert len(listed["content"]) == 300
    assert memory.requests == [("list", "workspace/many/")]


async def test_a_save_costs_the_store_two_requests(server: Manager, memory: MemoryStore) -> None:
    """The version, and a look whether another came in between; looking at facts costs one."""
    await server.save(text_model("1"), "a.txt")
    await server.get("a.txt", content=False, require_hash=True)
    memory.requests.clear()

    assert await server.file_exists("a.txt")
    await server.save(text_model("2"), "a.txt")

    assert [method for method, _ in memory.requests] == ["put", "versions"]
    memory.requests.clear()
    await server.get("a.txt", content=False, require_hash=True)
    assert [method for method, _ in memory.requests] == ["head"]
