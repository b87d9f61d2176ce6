"""What did not change costs one question without a body, or none; nothing is ever stale."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from remote_contents import manager_on, notebook_model, source_in, text_model
from tornado.web import HTTPError

from bookstore.records import ObjectVersion
from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager
KEY = "workspace/a.txt"
LONG_S = 3600.0


@pytest.fixture
def memory() -> MemoryStore:
    """A store whose requests can be counted."""
    return MemoryStore()


@pytest.fixture
def server(memory: MemoryStore, tmp_path: Path) -> Manager:
    """A manager that believes the store for as long as the test runs."""
    return manager_on(memory, tmp_path, cache_s=LONG_S)


async def test_an_open_document_is_asked_about_every_second_and_the_store_is_not(
    server: Manager, memory: MemoryStore
) -> None:
    """As real-time collaboration does."""
    await server.save(text_model("1"), "a.txt")
    first = await server.get("a.txt", content=False)
    memory.requests.clear()

    for _ in range(20):
        assert await server.get("a.txt", content=False) == first

    assert memory.requests == []


class Clock:
    """Goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_of_several_open_documents_in_a_folder_one_listing_tells(
    server: Manager, memory: MemoryStore
) -> None:
    """Also when they are not asked for at the same time; of one alone the store is asked."""
    clock = server.tree.cache.clock = Clock()
    await server.save({"type": "directory"}, "lab")
    names = ["lab/a.txt", "lab/b.txt", "lab/c.txt", "alone.txt"]
    for name in names:
        await server.save(text_model(name), name)
        clock.now += LONG_S / 10
        await server.get(name, content=False)
    clock.now += LONG_S * 0.8
    memory.requests.clear()
    for _ in range(20):
        clock.now += LONG_S / 10
        await asyncio.gather(*(server.get(name, content=False) for name in names))
    listed, alone = ("list", "workspace/lab/"), ("head", "workspace/alone.txt")
    assert memory.requests.count(listed) == memory.requests.count(alone) == 2
    assert {*memory.requests} == {listed, alone}


async def test_a_listing_tells_files_that_did_not_change(manager: Manager) -> None:
    """On every store."""
    await manager.save(text_model("1"), "a.txt")
    facts = await manager.tree.file("a.txt")
    [listed] = await manager.tree.listed("", most=10)
    assert facts is not None
    assert (listed.key, listed.etag, listed.size_bytes) == (facts.key, facts.etag, 1)


async def test_what_a_listing_shows_to_have_changed_is_asked_for(
    server: Manager, memory: MemoryStore
) -> None:
    clock = server.tree.cache.clock = Clock()
    names = ["a.txt", "b.txt", "c.txt"]
    for name in names:
        await server.save(text_model(name), name)
        await server.get(name, content=False)
    clock.now += LONG_S + 1
    await memory.put("workspace/b.txt", b"theirs", metadata={}, content_type="text/plain")
    await memory.delete("workspace/c.txt")

    sizes = [(await server.get(name, content=False))["size"] for name in names[:2]]
    assert sizes == [len("a.txt"), len("theirs")]
    with pytest.raises(HTTPError, match="404"):
        await server.get(names[2], content=False)


class SlowToAnswer(MemoryStore):
    """Says when it answered, as S3 does, and later when the version was made: another second."""

    async def put(self, *args: Any, **facts: Any) -> ObjectVersion:
        made = await super().put(*args, **facts)
        return replace(made, modified_at=made.modified_at + timedelta(seconds=1))


async def test_a_version_has_one_time_whenever_it_is_told(tmp_path: Path) -> None:
    """Real-time collaboration takes another for somebody else's change, and loads the document
    again, over what was typed since."""
    server = manager_on(SlowToAnswer(), tmp_path, cache_s=0)
    saved = await server.save(notebook_model("1"), "a.ipynb")

    for asked in ({"content": False}, {"content": False, "require_hash": True}, {}):
        told = await server.get("a.ipynb", **asked)
        assert told["last_modified"] == saved["last_modified"]


async def test_what_this_server_changes_is_known_at_once(
    server: Manager, memory: MemoryStore
) -> None:
    await server.save(text_model("1"), "a.txt")
    await server.get("a.txt", content=False)
    await server.save(text_model("longer"), "a.txt")
    assert (await server.get("a.txt", content=False))["size"] == 6
    assert (await server.get("a.txt"))["content"] == "longer"

    await server.rename("a.txt", "b.txt")
    assert not await server.exists("a.txt")
    await server.delete("b.txt")
    assert not await server.exists("b.txt")


async def test_an_answer_from_before_a_save_is_not_believed_after_it(
    server: Manager, memory: MemoryStore
) -> None:
    """It comes in last."""
    await server.save(text_model("1"), "a.txt")
    old = await memory.head(KEY)
    changes = server.tree.cache.changes
    await server.save(text_model("longer"), "a.txt")

    server.tree.cache.note("a.txt", old, changes=changes)

    assert (await server.get("a.txt", content=False))["size"] == 6


async def test_who_is_about_to_save_is_told_what_is_there_now(
    server: Manager, memory: MemoryStore
) -> None:
    """JupyterLab asks for the hash then."""
    await server.save(text_model("1"), "a.txt")
    await server.get("a.txt", content=False)
    await memory.put(KEY, b"theirs", metadata={}, content_type="text/plain")

    facts = await server.get("a.txt", content=False, require_hash=True)

    assert facts["hash"] == hashlib.sha256(b"theirs").hexdigest()


async def test_opening_again_what_did_not_change_moves_no_body(
    server: Manager, memory: MemoryStore
) -> None:
    await server.save(notebook_model("1"), "a.ipynb")
    await server.get("a.ipynb")
    memory.requests.clear()

    opened = await server.get("a.ipynb")

    assert source_in(opened) == "1"
    assert memory.requests == [("head", "workspace/a.ipynb")]


async def test_what_somebody_else_saved_is_opened(server: Manager, memory: MemoryStore) -> None:
    await server.save(text_model("1"), "a.txt")
    await server.get("a.txt")
    await memory.put(KEY, b"theirs", metadata={}, content_type="text/plain")
    assert (await server.get("a.txt"))["content"] == "theirs"

    await memory.delete(KEY)
    assert not await server.exists("none.txt")
    assert await server.tree.read("a.txt") is None


@pytest.mark.parametrize("cache_bytes", [0, 10_000])
async def test_who_polls_is_told_of_nothing_older_than_what_was_opened(
    memory: MemoryStore, tmp_path: Path, cache_bytes: int
) -> None:
    """Nor is what is saved then a conflict, however much is kept of what was opened."""
    server = manager_on(memory, tmp_path, cache_s=LONG_S, cache_bytes=cache_bytes)
    await memory.put(KEY, b"1", metadata={"save-id": "1"}, content_type="text/plain")
    await server.get("a.txt", content=False)
    await memory.put(KEY, b"theirs", metadata={"save-id": "2"}, content_type="text/plain")
    assert (await server.get("a.txt"))["content"] == "theirs"

    assert (await server.get("a.txt", content=False))["size"] == len("theirs")
    await server.save(text_model("mine, after theirs"), "a.txt")
    assert (await server.get("a.txt"))["content"] == "mine, after theirs"


async def test_who_polls_is_told_that_a_file_is_gone_that_could_not_be_opened(
    server: Manager, memory: MemoryStore
) -> None:
    await server.save(text_model("1"), "a.txt")
    await server.get("a.txt", content=False)
    await memory.delete(KEY)

    for asked in ({"type": "file"}, {"type": "file", "content": False}):
        with pytest.raises(HTTPError, match="404"):
            await server.get("a.txt", **asked)


async def test_memory_is_bounded(memory: MemoryStore, tmp_path: Path) -> None:
    """What was opened last stays; what is large takes no room from the rest."""
    server = manager_on(memory, tmp_path, cache_bytes=1000)
    for number in range(10):
        await server.save(text_model("x" * 240), f"{number}.txt")
        await server.get(f"{number}.txt")
    await server.save(text_model("x" * 600), "large.txt")
    await server.get("large.txt")

    cache = server.tree.cache
    assert cache.size_bytes == 960
    assert [number for number in range(10) if cache.body(f"{number}.txt")] == [6, 7, 8, 9]
    assert cache.body("large.txt") is None


async def test_questions_at_the_same_time_agree(server: Manager, memory: MemoryStore) -> None:
    await server.save(text_model("1"), "a.txt")

    answers = await asyncio.gather(*(server.get("a.txt") for _ in range(20)))

    assert {answer["content"] for answer in answers} == {"1"}
