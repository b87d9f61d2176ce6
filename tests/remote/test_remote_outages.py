"""With the store away a save is refused in words, and what was saved is kept until it is back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from remote_contents import manager_on, text_model
from tornado.web import HTTPError

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.records import ObjectVersion
from bookstore.remote import ObjectStoreContentsManager
from bookstore.remote.rescue import LABEL
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager
KEY = "workspace/a.txt"


async def bodies(memory: MemoryStore) -> list[bytes]:
    """Return the bodies of the file's versions, newest first."""
    return [
        (await memory.get(KEY, version_id=version.version_id)).body
        async for version in memory.versions(KEY)
    ]


async def save_while_away(server: Manager, memory: MemoryStore, text: str) -> str:
    """Save while the store is away; return what was said."""
    memory.fail_with(StoreUnavailable("The store is down."))
    with pytest.raises(HTTPError, match="503") as told:
        await server.save(text_model(text), "a.txt")
    return str(told.value)


async def brought(server: Manager) -> None:
    """Return once all that was kept is in the store, as it is when the store is asked again."""
    assert server.rescue is not None
    await server.rescue.stop()
    assert await server.rescue._bring_all()


async def test_a_save_while_the_store_is_away_is_refused_and_what_it_held_is_kept(
    server: Manager, memory: MemoryStore
) -> None:
    """It is a version with a name when the store is back; the file is as it was."""
    await server.save(text_model("1"), "a.txt")
    said = await save_while_away(server, memory, "2")
    assert "The store is down." in said
    assert "kept on this server's disk" in said

    memory.recover()
    await brought(server)

    assert (await server.get("a.txt"))["content"] == "1"
    assert await bodies(memory) == [b"1", b"2", b"1"]
    page = await server.bookstore.history.page(KEY, limit=10)
    assert [entry.label for entry in page.entries if entry.label] == [LABEL]


class SavedInBetween(MemoryStore):
    """Another server saves right before what was kept arrives."""

    async def put(self, key: str, body: bytes, **facts: Any) -> ObjectVersion:
        if key == KEY and body == b"kept":
            await super().put(key, b"theirs", **facts | {"metadata": {"save-id": "theirs"}})
        return await super().put(key, body, **facts)


async def test_what_another_server_saves_while_what_was_kept_is_put_stays_on_top(
    tmp_path: Path,
) -> None:
    """It is what was below that is put back, and not what was there when that was looked at."""
    memory = SavedInBetween()
    server = manager_on(memory, tmp_path)
    await server.save(text_model("1"), "a.txt")
    await save_while_away(server, memory, "kept")
    memory.recover()
    await brought(server)

    assert await bodies(memory) == [b"theirs", b"kept", b"theirs", b"1"]


async def test_a_new_file_that_was_kept_is_there_when_the_store_is_back(
    server: Manager, memory: MemoryStore
) -> None:
    """Although nobody could look what was there when it was saved."""
    await save_while_away(server, memory, "new")
    memory.recover()
    await brought(server)

    assert (await server.get("a.txt"))["content"] == "new"


async def test_saving_again_puts_what_was_kept_below(server: Manager, memory: MemoryStore) -> None:
    """In the order in which it was saved, and no conflict with oneself; the same text once."""
    await server.save(text_model("1"), "a.txt")
    for text in ("2", "3", "3"):
        await save_while_away(server, memory, text)
    assert server.rescue is not None
    await server.rescue.stop()
    memory.recover()

    await server.save(text_model("4"), "a.txt")

    assert await bodies(memory) == [b"4", b"1", b"3", b"1", b"2", b"1"]


class AwayFor(MemoryStore):
    """Is away when one body comes for the first time."""

    body: bytes | None = None

    async def put(self, key: str, body: bytes, **facts: Any) -> ObjectVersion:
        if key == KEY and body == self.body:
            self.body = None
            raise StoreUnavailable("The store is down again.")
        return await super().put(key, body, **facts)


async def test_saving_again_leaves_nothing_on_top_where_that_fails(tmp_path: Path) -> None:
    """What was kept gives way before the save comes, whatever becomes of that."""
    memory = AwayFor()
    server, other = manager_on(memory, tmp_path / "one"), manager_on(memory, tmp_path / "other")
    await server.save(text_model("1"), "a.txt")
    await save_while_away(server, memory, "2")
    assert server.rescue is not None
    await server.rescue.stop()
    memory.recover()
    await other.get("a.txt")
    await other.save(text_model("newer"), "a.txt")

    memory.body = b"3"
    with pytest.raises(HTTPError, match="503"):
        await server.save(text_model("3"), "a.txt")
    assert (await other.get("a.txt"))["content"] == "newer"
    await brought(server)

    assert await bodies(memory) == [b"newer", b"3", b"newer", b"2", b"newer", b"1"]


async def test_the_next_server_offers_what_the_last_one_kept(
    server: Manager, memory: MemoryStore, tmp_path: Path
) -> None:
    await server.save(text_model("1"), "a.txt")
    await save_while_away(server, memory, "2")
    await server.bookstore.close(deadline_s=0)
    memory.recover()

    next_server = manager_on(memory, tmp_path)
    await next_server.get("")
    await brought(next_server)

    assert await bodies(memory) == [b"1", b"2", b"1"]


async def test_what_was_stored_after_all_is_no_second_version(
    server: Manager, memory: MemoryStore
) -> None:
    """Only the answer had been lost.  The file is as it was: that the save failed was told."""
    await server.save(text_model("1"), "a.txt")
    memory.lose_answers(key=KEY)
    with pytest.raises(HTTPError, match="503"):
        await server.save(text_model("2"), "a.txt")
    memory.recover()
    await brought(server)

    assert await bodies(memory) == [b"1", b"2", b"1"]


class AwayForCopies(MemoryStore):
    """Takes what is put, and is away when it is to put something back."""

    copies = 0

    async def copy(self, *args: Any, **facts: Any) -> ObjectVersion:
        self.copies += 1
        if self.copies == 1:
            raise StoreUnavailable("The store is down again.")
        return await super().copy(*args, **facts)


async def test_what_was_kept_gives_way_also_where_that_was_interrupted(tmp_path: Path) -> None:
    """Newer work of another server is on top of it in the end."""
    memory = AwayForCopies()
    server, other = manager_on(memory, tmp_path / "one"), manager_on(memory, tmp_path / "other")
    await server.save(text_model("1"), "a.txt")
    await save_while_away(server, memory, "kept")
    assert server.rescue is not None
    await server.rescue.stop()
    memory.recover()
    await other.get("a.txt")
    await other.save(text_model("newer"), "a.txt")

    assert not await server.rescue._bring_all()
    await brought(server)

    assert await bodies(memory) == [b"newer", b"kept", b"newer", b"1"]


class SendsTwice(MemoryStore):
    """What is put arrives twice, as when a client had no answer and sent it anew."""

    async def put(self, key: str, body: bytes, **facts: Any) -> ObjectVersion:
        if key == KEY and body == b"kept":
            await super().put(key, body, **facts)
        return await super().put(key, body, **facts)


async def test_what_was_kept_and_arrived_twice_gives_way_to_what_was_there(tmp_path: Path) -> None:
    """And not to itself."""
    memory = SendsTwice()
    server = manager_on(memory, tmp_path)
    await server.save(text_model("1"), "a.txt")
    await save_while_away(server, memory, "kept")
    memory.recover()
    await brought(server)

    assert await bodies(memory) == [b"1", b"kept", b"kept", b"1"]


async def test_what_the_store_refuses_is_kept_as_well(server: Manager, memory: MemoryStore) -> None:
    """Until somebody has changed something."""
    memory.fail_with(StoreRefused("The quota is used up.", hint="Ask for room."), key=KEY)
    with pytest.raises(HTTPError, match="502") as told:
        await server.save(text_model("1"), "a.txt")
    assert "The quota is used up." in str(told.value)
    assert "Ask for room." in str(told.value)
    memory.recover()
    await brought(server)

    assert await bodies(memory) == [b"1"]


async def test_what_the_store_does_not_take_holds_up_no_other_file(
    server: Manager, memory: MemoryStore
) -> None:
    """Only what was saved at its own path later, which comes in order, however much there is."""
    assert server.rescue is not None
    memory.fail_with(StoreUnavailable("The store is down."))
    for name, text in (("a.txt", "1"), ("a.txt", "2"), ("b.txt", "b")):
        with pytest.raises(HTTPError, match="503"):
            await server.save(text_model(text), name)
    await server.rescue.stop()
    memory.recover()
    memory.fail_with(StoreUnavailable("The store did not answer in time."), key=KEY)

    memory.requests.clear()
    assert not await server.rescue._bring_all()
    assert [request for request in memory.requests if request[1] == KEY] == [("head", KEY)]
    assert (await server.get("b.txt"))["content"] == "b"

    memory.recover()
    await brought(server)
    assert await bodies(memory) == [b"1", b"2", b"1"]


async def test_nothing_is_kept_where_that_is_switched_off(
    memory: MemoryStore, tmp_path: Path
) -> None:
    """And the user is told to leave the document open."""
    server = manager_on(memory, tmp_path, keep_refused=False)
    await server.save(text_model("1"), "a.txt")

    said = await save_while_away(server, memory, "2")

    assert "Nothing of it is kept" in said
    assert server.rescue is None


async def test_a_disk_that_takes_nothing_is_told(
    server: Manager, memory: MemoryStore, tmp_path: Path
) -> None:
    await server.save(text_model("1"), "a.txt")
    place = server.bookstore.outbox.directory
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file where the folder should be")

    said = await save_while_away(server, memory, "2")

    assert "Nothing of it is kept" in said
    memory.recover()
    await server.save(text_model("3"), "a.txt")
    assert await bodies(memory) == [b"3", b"1"]
