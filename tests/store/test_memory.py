"""The public double: how it is made to misbehave.  What it promises is in the contract suite."""

from __future__ import annotations

import asyncio

import pytest

from bookstore.errors import ObjectNotFound, StoreRefused, StoreUnavailable
from bookstore.records import ObjectVersion
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def put(store: MemoryStore, key: str, body: bytes = b"") -> ObjectVersion:
    return await store.put(key, body, metadata={}, content_type="text/plain")


async def let_hang(store: MemoryStore, key: str = "a", body: bytes = b"") -> asyncio.Task[object]:
    """Start a put and return once it hangs."""
    task: asyncio.Task[object] = asyncio.ensure_future(put(store, key, body))
    await store.until_hanging()
    return task


async def test_a_failing_store_stores_nothing_until_it_recovers() -> None:
    """Every request raises the error it was told."""
    store = MemoryStore()
    store.fail_with(StoreUnavailable("down for maintenance"))

    with pytest.raises(StoreUnavailable, match="down for maintenance"):
        await put(store, "a")
    with pytest.raises(StoreUnavailable):
        await store.get("a")

    store.recover()
    await put(store, "a", b"now")
    assert [stored.body for stored in store.puts] == [b"now"]


async def test_one_key_can_be_refused_while_others_go_through() -> None:
    """And recovers on its own."""
    store = MemoryStore()
    store.fail_with(StoreRefused("not this one"), key="a")

    with pytest.raises(StoreRefused):
        await put(store, "a")
    await put(store, "b")
    store.recover(key="a")
    await put(store, "a")

    assert [stored.version.key for stored in store.puts] == ["b", "a"]


async def test_a_hanging_request_is_done_when_the_store_recovers() -> None:
    """Until then nothing is stored."""
    store = MemoryStore()
    store.hang()
    task = await let_hang(store, "a", b"late")
    assert store.puts == []

    store.recover()
    await task

    assert [stored.body for stored in store.puts] == [b"late"]
    assert store.hanging == 0


async def test_a_hanging_request_that_is_cancelled_stores_nothing() -> None:
    """Not even after the store recovers."""
    store = MemoryStore()
    store.hang(key="a")
    task = await let_hang(store)

    task.cancel()
    await asyncio.wait([task])
    store.recover()

    assert (store.hanging, store.puts) == (0, [])


async def test_a_hanging_request_fails_when_the_store_is_told_to_fail() -> None:
    """The last trouble told replaces the one before."""
    store = MemoryStore()
    store.hang()
    task = await let_hang(store)

    store.fail_with(StoreUnavailable("gone"))

    with pytest.raises(StoreUnavailable, match="gone"):
        await task


async def test_a_lost_answer_leaves_the_version_behind() -> None:
    """The request was done; whoever asked cannot know."""
    store = MemoryStore()
    store.lose_answers(key="a")

    with pytest.raises(StoreUnavailable):
        await put(store, "a", b"kept")

    store.recover()
    assert (await store.get("a")).body == b"kept"


async def test_a_slow_store_answers_after_its_delay() -> None:
    """Others of the same loop go on meanwhile; recovering ends the delay."""
    store = MemoryStore()
    store.delay_s = 0.02
    loop = asyncio.get_running_loop()
    start = loop.time()
    puts = [asyncio.ensure_future(put(store, f"{n}")) for n in range(10)]

    await asyncio.wait(puts, return_when=asyncio.FIRST_COMPLETED)

    assert loop.time() - start > 0.01
    assert len(store.requests) == 10
    await asyncio.gather(*puts)
    store.recover()
    assert store.delay_s == 0


async def test_every_request_is_recorded_in_order() -> None:
    """Failed ones too."""
    store = MemoryStore()
    await put(store, "a")
    store.fail_with(StoreUnavailable("down"))
    with pytest.raises(StoreUnavailable):
        await store.head("b")

    assert store.requests == [("put", "a"), ("head", "b")]


async def test_a_failing_store_is_unreachable_when_checked() -> None:
    """In the words of the error."""
    store = MemoryStore()
    store.fail_with(StoreUnavailable("down for maintenance"))

    check = await store.check()

    assert not check.reachable
    assert check.problems == ("down for maintenance",)


async def test_an_unversioned_bucket_keeps_only_the_newest_body_and_says_so() -> None:
    """As S3 does when versioning was never switched on."""
    store = MemoryStore(versioned=False)
    await put(store, "a", b"first")
    await put(store, "a", b"second")

    check = await store.check()
    [only] = [version async for version in store.versions("a")]

    assert (check.reachable, check.versioned) == (True, False)
    assert "keeps no versions" in check.problems[0]
    assert only.version_id == "null"
    assert (await store.get("a")).body == b"second"
    await store.delete("a")
    with pytest.raises(ObjectNotFound):
        await store.get("a")
