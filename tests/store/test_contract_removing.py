"""In every store what was removed is gone, and the rest is as before."""

from __future__ import annotations

import asyncio

import pytest
from implementations import Implementation
from stored import KEY, bodies_of, deleted_keys_of, ids_of, keys_of, listed, put

from bookstore.errors import ObjectNotFound, VersionNotFound
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def test_what_was_removed_is_gone_and_the_rest_is_as_before(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Neither listed nor readable by its ID; the others in their order, byte for byte."""
    ids = [(await put(store, KEY, b"%d" % n)).version_id for n in range(5)]

    assert await store.remove(KEY, [ids[1], ids[3]]) == 2

    assert await ids_of(store, KEY) == [ids[4], ids[2], ids[0]]
    assert await bodies_of(store, KEY) == [b"4", b"2", b"0"]
    assert await ids_of(store, KEY, after=ids[4]) == [ids[2], ids[0]]
    for version_id in (ids[1], ids[3]):
        with pytest.raises(VersionNotFound):
            await store.get(KEY, version_id=version_id)
        with pytest.raises(VersionNotFound):
            await store.head(KEY, version_id=version_id)
    if implementation.knows_its_versions:
        with pytest.raises(VersionNotFound):
            await ids_of(store, KEY, after=ids[3])
    else:
        assert await ids_of(store, KEY, after=ids[3]) == [ids[2], ids[0]]


async def test_behind_a_removed_newest_version_the_next_is_newest(store: ObjectStore) -> None:
    """For get, head, history and the list of keys."""
    await put(store, KEY, b"first")
    second = await put(store, KEY, b"second", author="ada")
    third = await put(store, KEY, b"third")

    await store.remove(KEY, [third.version_id])

    assert (await store.get(KEY)).body == b"second"
    assert (await store.head(KEY)).metadata == {"author": "ada"}
    assert [v.is_latest for v in await listed(store.versions(KEY))] == [True, False]
    [only] = await listed(store.list())
    assert only.size_bytes == 6
    assert only.version_id in (second.version_id, "")


async def test_behind_many_removed_versions_the_next_is_newest(store: ObjectStore) -> None:
    """Whatever the order in which they are named."""
    first = await put(store, KEY, b"first")
    others = [(await put(store, KEY, b"%d" % n)).version_id for n in range(4)]
    others.append((await store.delete(KEY)).version_id)

    assert await store.remove(KEY, [others[4], *others[:4]]) == 5

    assert (await store.get(KEY)).body == b"first"
    [only] = await listed(store.versions(KEY))
    assert (only.version_id, only.is_latest) == (first.version_id, True)


async def test_removing_a_delete_marker_brings_the_key_back(store: ObjectStore) -> None:
    """As if it had never been deleted."""
    await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    assert await store.remove(KEY, [marker.version_id]) == 1

    assert (await store.get(KEY)).body == b"first"
    assert await keys_of(store) == [KEY]
    assert await deleted_keys_of(store) == []


async def test_a_key_without_versions_is_gone(store: ObjectStore) -> None:
    """Removing every version and marker leaves nothing; it can be put again."""
    first = await put(store, KEY, b"first")
    marker = await store.delete(KEY)
    await put(store, f"{KEY}.bak", b"neighbour")

    await store.remove(KEY, [first.version_id, marker.version_id])

    assert await ids_of(store, KEY) == []
    assert await deleted_keys_of(store) == []
    assert await keys_of(store) == [f"{KEY}.bak"]
    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    await put(store, KEY, b"again")
    assert await bodies_of(store, KEY) == [b"again"]


async def test_what_is_not_there_cannot_be_removed(store: ObjectStore) -> None:
    """Neither what never was nor what is another key's; without an ID nothing happens at all."""
    mine = await put(store, KEY, b"mine")
    other = await put(store, "other.ipynb", b"other")

    await store.remove(KEY, ["never", other.version_id, ""])
    await store.remove("missing.ipynb", [mine.version_id])
    assert await store.remove(KEY, []) == 0

    assert await ids_of(store, KEY) == [mine.version_id]
    assert await ids_of(store, "other.ipynb") == [other.version_id]
    assert await ids_of(store, "missing.ipynb") == []


async def test_nothing_can_be_removed_from_an_empty_store(store: ObjectStore) -> None:
    """And that is no error."""
    await store.remove(KEY, ["never"])

    assert await keys_of(store) == []


async def test_equal_bodies_are_removed_one_by_one(store: ObjectStore) -> None:
    """A version stays readable when another with the same bytes is removed."""
    first = await put(store, KEY, b"same")
    await put(store, KEY, b"same")
    await put(store, "other.ipynb", b"same")

    await store.remove(KEY, [first.version_id])

    assert await bodies_of(store, KEY) == await bodies_of(store, "other.ipynb") == [b"same"]


async def test_a_put_beside_a_removal_of_the_same_bytes_is_kept(store: ObjectStore) -> None:
    """Whatever the order in which they come to pass."""
    for _ in range(20):
        old = await put(store, KEY, b"same")
        new, _ = await asyncio.gather(
            put(store, "other.ipynb", b"same"), store.remove(KEY, [old.version_id])
        )
        assert (await store.get("other.ipynb", version_id=new.version_id)).body == b"same"
        await store.remove("other.ipynb", [new.version_id])
