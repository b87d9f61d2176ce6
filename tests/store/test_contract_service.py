"""Every store serves many at once, says how it is, and closes."""

from __future__ import annotations

import asyncio

import pytest
from implementations import Implementation
from stored import KEY, bodies_of, keys_of, listed, put

from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def test_simultaneous_puts_of_one_key_are_all_kept(store: ObjectStore) -> None:
    """Twenty at once are twenty versions."""
    made = await asyncio.gather(*(put(store, KEY, b"%d" % n) for n in range(20)))

    assert len({version.version_id for version in made}) == 20
    assert sorted(await bodies_of(store, KEY)) == sorted(b"%d" % n for n in range(20))
    assert [v.is_latest for v in await listed(store.versions(KEY))].count(True) == 1


async def test_a_cancelled_put_stores_a_whole_version_or_none(store: ObjectStore) -> None:
    """Whenever it is cancelled; and the store goes on working."""
    whole = b"whole" * 50_000
    for turns in range(12):
        task = asyncio.ensure_future(put(store, KEY, whole))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    last = await put(store, KEY, b"last")

    assert (await store.get(KEY, version_id=last.version_id)).body == b"last"
    assert set(await bodies_of(store, KEY)) <= {whole, b"last"}


async def test_a_store_can_be_used_from_two_event_loops(store: ObjectStore) -> None:
    """Of two threads, at the same time: a server's and a command's."""

    async def use(name: bytes) -> None:
        for _ in range(5):
            await put(store, KEY, name)
            assert (await store.get(KEY)).body in (b"here", b"there")

    await asyncio.gather(use(b"here"), asyncio.to_thread(lambda: asyncio.run(use(b"there"))))

    assert sorted(await bodies_of(store, KEY)) == [b"here"] * 5 + [b"there"] * 5


async def test_a_working_store_says_so(store: ObjectStore) -> None:
    """Reachable, there, and keeping versions; before and after the first put."""
    for _ in range(2):
        check = await store.check()
        assert (check.reachable, check.exists, check.versioned) == (True, True, True)
        assert check.problems == ()
        await put(store, KEY, b"")


async def test_an_unreachable_store_says_so(unreachable_store: ObjectStore) -> None:
    """In words, without raising."""
    check = await unreachable_store.check()

    assert not check.reachable
    assert check.problems


async def test_a_check_leaves_nothing_behind(store: ObjectStore) -> None:
    """Whoever looks at the bucket finds only what was put there."""
    await store.check()

    assert await keys_of(store) == []


async def test_a_store_has_a_name_that_people_can_read(store: ObjectStore) -> None:
    """What it is and which bucket, in one line."""
    assert store.kind
    assert store.bucket
    assert store.bucket in store.display


async def test_a_store_can_be_closed_twice(store: ObjectStore) -> None:
    """And without ever having been used."""
    await put(store, KEY, b"")
    await store.close()
    await store.close()


async def test_an_unused_store_can_be_closed(implementation: Implementation) -> None:
    """A server that stops before its first save."""
    store = await implementation.fresh()
    await store.close()


async def test_two_buckets_know_nothing_of_each_other(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Neither objects nor histories."""
    other = await implementation.fresh()
    await put(store, KEY, b"here")

    assert await keys_of(other) == []
    assert await listed(other.versions(KEY)) == []
    await other.close()
