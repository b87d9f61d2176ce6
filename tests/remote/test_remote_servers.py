"""Two servers share a container: nothing is saved over unseen, nothing is lost."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from remote_contents import manager_on, notebook_model, source_in, text_model
from tornado.web import HTTPError

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.records import ObjectVersion
from bookstore.remote import ObjectStoreContentsManager, tree
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


async def test_whose_save_was_put_back_on_top_is_not_in_the_way_of_what_it_covers(
    manager: Manager, other: Manager
) -> None:
    """The other one was told; whoever was not goes on without having to look."""
    await manager.save(text_model("base"), "a.txt")
    await other.get("a.txt")
    await manager.save(text_model("1"), "a.txt")
    with pytest.raises(HTTPError, match="409"):
        await other.save(text_model("theirs"), "a.txt")

    await manager.save(text_model("2"), "a.txt")

    assert (await other.get("a.txt"))["content"] == "2"


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


@pytest.mark.parametrize("places", [("b", "b"), ("b", "c")], ids=["one place", "two places"])
async def test_two_that_move_one_folder_at_once_lose_nothing_of_it(
    manager: Manager, other: Manager, places: tuple[str, str]
) -> None:
    """All of it is at the one place, or at each of the two; who is told no may ask again."""
    wanted = {"1.txt": "1", "sub/2.txt": "2"}
    for folder in ("a", "a/sub"):
        await manager.save({"type": "directory"}, folder)
    for name, text in wanted.items():
        await manager.save(text_model(text), f"a/{name}")

    moves = (one.rename("a", to) for one, to in zip((manager, other), places, strict=True))
    told = await asyncio.gather(*moves, return_exceptions=True)

    assert all(each is None or isinstance(each, HTTPError) for each in told)
    if await manager.dir_exists("a"):
        await manager.rename("a", places[0])
    found = [
        {name: (await manager.get(f"{place}/{name}"))["content"] for name in wanted}
        for place in {*places}
        if await manager.dir_exists(place)
    ]
    assert wanted in found
    assert not await other.dir_exists("a")


async def test_two_moves_of_one_folder_on_one_server_are_one_after_the_other(
    manager: Manager,
) -> None:
    """The second finds nothing to move, and nothing comes of it."""
    await manager.save({"type": "directory"}, "a")
    await manager.save(text_model("1"), "a/1.txt")

    moves = (manager.rename("a", to) for to in ("b", "c"))
    told = await asyncio.gather(*moves, return_exceptions=True)

    assert [getattr(each, "status_code", None) for each in told] == [None, 404]
    assert (await manager.get("b/1.txt"))["content"] == "1"
    assert not await manager.dir_exists("c")


# -- a store in the test's hands -------------------------------------------------------------------


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


async def test_a_move_that_goes_on_does_not_cover_what_was_saved_at_the_new_place(
    server: Manager, memory: MemoryStore
) -> None:
    """Somebody went on working there after it was interrupted."""
    await interrupted_move(server, memory)
    await server.save(text_model("edited there"), "new/1.txt")

    await server.rename("a", "new")

    assert (await server.get("new/1.txt"))["content"] == "edited there"
    assert (await server.get("new/2.txt"))["content"] == "2"


async def test_a_move_that_goes_on_brings_what_was_saved_at_the_old_place(
    server: Manager, memory: MemoryStore
) -> None:
    await interrupted_move(server, memory)
    await server.save(text_model("edited here"), "a/1.txt")

    await server.rename("a", "new")

    assert (await server.get("new/1.txt"))["content"] == "edited here"


async def test_a_move_goes_on_over_nothing_else(server: Manager, memory: MemoryStore) -> None:
    """Both were edited: neither covers the other."""
    await interrupted_move(server, memory)
    await server.save(text_model("edited here"), "a/1.txt")
    await server.save(text_model("edited there"), "new/1.txt")

    with pytest.raises(HTTPError, match="409"):
        await server.rename("a", "new")

    assert (await server.get("a/1.txt"))["content"] == "edited here"
    assert (await server.get("new/1.txt"))["content"] == "edited there"


async def interrupted_move(server: Manager, memory: MemoryStore) -> None:
    """Move the folder *a* until all is at the new place, and nothing is gone from the old one."""
    await server.save({"type": "directory"}, "a")
    await server.save(text_model("1"), "a/1.txt")
    await server.save(text_model("2"), "a/2.txt")

    async def refuse(key: str) -> ObjectVersion:
        raise StoreRefused(f"{key}: no")

    memory.delete = refuse  # type: ignore[method-assign]
    with pytest.raises(HTTPError):
        await server.rename("a", "new")
    del memory.delete  # type: ignore[method-assign]
    assert (await server.get("new/1.txt"))["content"] == "1"


async def test_a_move_whose_last_word_was_lost_is_finished_when_it_is_asked_for_again(
    server: Manager, memory: MemoryStore
) -> None:
    await server.save(text_model("1"), "a.txt")
    noted = server.bookstore.workspace.reserved_key("moves", "a.txt")

    async def lose_the_last_word(key: str) -> ObjectVersion:
        memory.fail_with(StoreUnavailable("away"), key=noted)
        return await MemoryStore.delete(memory, key)

    memory.delete = lose_the_last_word  # type: ignore[method-assign]
    with pytest.raises(HTTPError, match="503"):
        await server.rename("a.txt", "b.txt")
    memory.recover()

    await server.rename("a.txt", "b.txt")

    assert (await server.get("b.txt"))["content"] == "1"
    assert b"unfinished" not in (await memory.get(noted)).body


async def test_what_another_server_saves_during_a_move_stays_where_it_was_saved(
    server: Manager, memory: MemoryStore
) -> None:
    """The move says so, and goes on with it when it is asked for again."""
    await server.save(text_model("1"), "a.txt")

    async def save_just_before(key: str) -> ObjectVersion:
        await memory.put(key, b"theirs", metadata={}, content_type="text/plain")
        del memory.delete  # type: ignore[method-assign]
        return await memory.delete(key)

    memory.delete = save_just_before  # type: ignore[method-assign]
    with pytest.raises(HTTPError, match=r"409.*saved by somebody else"):
        await server.rename("a.txt", "b.txt")

    assert (await server.get("a.txt"))["content"] == "theirs"
    await server.rename("a.txt", "b.txt")
    assert (await server.get("b.txt"))["content"] == "theirs"
    assert not await server.exists("a.txt")


async def test_who_is_covered_by_a_save_that_nobody_makes_good_for_is_told(
    server: Manager, memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its place is below, as it is where a store shows first what it puts on top."""
    monkeypatch.setattr(tree, "_PAUSES_S", (0,))
    await server.save(text_model("base"), "a.txt")

    async def put_twice(key: str, body: bytes, **said: Any) -> ObjectVersion:
        del memory.put  # type: ignore[method-assign]
        made = await memory.put(key, body, **said)
        await memory.put(key, b"theirs", metadata={}, content_type="text/plain")
        return made

    memory.put = put_twice  # type: ignore[method-assign]
    with pytest.raises(HTTPError, match=r"409.*saved by somebody else"):
        await server.save(text_model("mine"), "a.txt")

    assert await bodies(memory, "workspace/a.txt") == [b"theirs", b"mine", b"base"]
    await server.save(text_model("mine again"), "a.txt")
    assert (await server.get("a.txt"))["content"] == "mine again"


async def test_a_large_file_is_moved_and_copied_without_being_read(
    server: Manager, memory: MemoryStore
) -> None:
    """The store does it by itself."""
    await server.save(text_model("1"), "a.txt")
    copied = []

    async def copy(source: ObjectVersion, key: str, **said: Any) -> ObjectVersion:
        copied.append((source.key, key))
        return await MemoryStore.copy(memory, source, key, **said)

    memory.copy = copy  # type: ignore[method-assign]
    await server.copy("a.txt", "b.txt")
    await server.rename("b.txt", "c.txt")

    assert copied == [
        ("workspace/a.txt", "workspace/b.txt"),
        ("workspace/b.txt", "workspace/c.txt"),
    ]
    facts = await server.get("c.txt", content=False, require_hash=True)
    assert facts["hash"] == hashlib.sha256(b"1").hexdigest()


async def test_ones_own_save_whose_answer_was_lost_is_nobody_elses(
    server: Manager, memory: MemoryStore
) -> None:
    """The next save is no race with it."""
    await server.save(text_model("1"), "a.txt")
    memory.lose_answers(key="workspace/a.txt")
    with pytest.raises(HTTPError, match="503"):
        await server.save(text_model("2"), "a.txt")
    memory.recover()

    await server.save(text_model("3"), "a.txt")

    assert (await server.get("a.txt"))["content"] == "3"


async def test_a_folder_of_many_is_listed_in_one_question(
    server: Manager, memory: MemoryStore
) -> None:
    """However many files are in it, of which Jupyter shows all."""
    for number in range(10_000):
        await memory.put(
            f"workspace/many/{number:05}.txt", b"", metadata={}, content_type="text/plain"
        )
    memory.requests.clear()

    listed = await server.get("many")

    assert len(listed["content"]) == 10_000
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
