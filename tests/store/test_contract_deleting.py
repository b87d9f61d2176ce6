"""In every store a delete hides a key, destroys nothing, and can be looked up."""

from __future__ import annotations

import asyncio

import pytest
from stored import KEY, MANY, deleted_keys_of, keys_of, listed, put, put_many

from bookstore.errors import ObjectNotFound
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def test_delete_hides_a_key_and_destroys_nothing(store: ObjectStore) -> None:
    """Get and head find no object; every earlier version stays readable; history shows it."""
    first = await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    with pytest.raises(ObjectNotFound):
        await store.head(KEY)
    assert (await store.get(KEY, version_id=first.version_id)).body == b"first"
    assert not (await store.head(KEY, version_id=first.version_id)).is_latest
    assert marker.key == KEY
    assert marker.is_delete_marker
    assert marker.is_latest
    versions = await listed(store.versions(KEY))
    assert [v.version_id for v in versions] == [marker.version_id, first.version_id]
    assert [v.is_delete_marker for v in versions] == [True, False]
    assert [v.is_latest for v in versions] == [True, False]


async def test_put_after_delete_revives_a_key(store: ObjectStore) -> None:
    """The deletion stays in the history, below the new version."""
    await put(store, KEY, b"first")
    await store.delete(KEY)
    await put(store, KEY, b"second")

    assert (await store.get(KEY)).body == b"second"
    assert await keys_of(store) == [KEY]
    versions = await listed(store.versions(KEY))
    assert [v.is_delete_marker for v in versions] == [False, True, False]
    assert [v.is_latest for v in versions] == [True, False, False]


async def test_a_delete_marker_cannot_be_read(store: ObjectStore) -> None:
    """Its version ID exists, but there is no object behind it."""
    await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    with pytest.raises(ObjectNotFound):
        await store.get(KEY, version_id=marker.version_id)
    with pytest.raises(ObjectNotFound):
        await store.head(KEY, version_id=marker.version_id)


async def test_deleting_what_never_was_or_is_gone_is_no_error(store: ObjectStore) -> None:
    """A delivery that is repeated must not fail; the key is as absent as before."""
    await store.delete("never.ipynb")
    await put(store, KEY, b"first")
    await store.delete(KEY)
    await store.delete(KEY)

    assert await keys_of(store) == []
    with pytest.raises(ObjectNotFound):
        await store.get("never.ipynb")


async def test_deleted_keys_are_listed_with_what_was_there_last(store: ObjectStore) -> None:
    """When they were deleted, and their newest version that has a body."""
    await put(store, "a.ipynb", b"1")
    await put(store, "gone.ipynb", b"1")
    last = await put(store, "gone.ipynb", b"22")
    await store.delete("gone.ipynb")
    marker = await store.delete("gone.ipynb")

    [only] = [deleted async for deleted in store.deleted()]

    assert only.key == only.last.key == "gone.ipynb"
    assert only.last.version_id == last.version_id
    assert only.last.size_bytes == 2
    assert not only.last.is_latest
    assert not only.last.is_delete_marker
    assert abs((only.deleted_at - marker.modified_at).total_seconds()) <= 1


async def test_only_what_can_be_brought_back_is_listed_as_deleted(store: ObjectStore) -> None:
    """Neither what never had a body nor what was put again."""
    await store.delete("never.ipynb")
    await put(store, "revived.ipynb", b"1")
    await store.delete("revived.ipynb")
    await put(store, "revived.ipynb", b"2")

    assert await deleted_keys_of(store) == []


async def test_deleted_keys_come_in_order_below_a_prefix_and_behind_a_key(
    store: ObjectStore,
) -> None:
    """Keys that begin alike are keys of their own, and live ones between them do not show."""
    keys = ["a%b/1", "a/b", "a/b.bak", "a/b/c", "a_b/1", "é/1", "😀/1", "\uffee/1"]
    for key in keys:
        await put(store, key, b"")
        await put(store, f"{key}-live", b"")
        await store.delete(key)
    expected = sorted(keys, key=str.encode)

    for prefix in ["", "a", "a/b", "a%b/", "é", "zzz", "x" * 2000]:
        below = [key for key in expected if key.startswith(prefix)]
        assert await deleted_keys_of(store, prefix) == below
    for place, key in enumerate(expected, start=1):
        assert await deleted_keys_of(store, after=key) == expected[place:]
    assert await deleted_keys_of(store, "a/", after="a/b") == ["a/b.bak", "a/b/c"]


@pytest.mark.slow
async def test_deleted_keys_are_found_across_pages(paging_store: ObjectStore) -> None:
    """Also when the versions of one fill more than a page; a percent sign there confuses nobody."""
    store = paging_store
    long, keys = "many/a%41 é.ipynb", [f"many/b{n:03d}%2F+" for n in range(20)]
    await put_many(store, [long] * MANY + keys)
    last = await put(store, long, b"")
    await asyncio.gather(*(store.delete(key) for key in (long, *keys)))

    deleted = [deleted async for deleted in store.deleted("many/")]

    assert [found.key for found in deleted] == [long, *keys]
    assert deleted[0].last.version_id == last.version_id
    assert await deleted_keys_of(store, "many/", after=keys[9]) == keys[10:]
