"""Every store tells the versions of a key, newest first."""

from __future__ import annotations

import pytest
from implementations import Implementation
from stored import KEY, MANY, bodies_of, ids_of, listed, put

from bookstore.errors import VersionNotFound
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def test_versions_come_newest_first(store: ObjectStore) -> None:
    """In the order of the puts, the newest marked as such."""
    made = [await put(store, KEY, b"%d" % n) for n in range(5)]

    versions = await listed(store.versions(KEY))

    assert [v.version_id for v in versions] == [v.version_id for v in reversed(made)]
    assert [v.is_latest for v in versions] == [True, False, False, False, False]
    assert [v.size_bytes for v in versions] == [1] * 5
    assert {v.key for v in versions} == {KEY}


async def test_history_is_of_exactly_one_key(store: ObjectStore) -> None:
    """Keys that start with it have histories of their own."""
    await put(store, "a.ipynb", b"1")
    await put(store, "a.ipynb.bak", b"2")
    await put(store, "a.ipynb/b", b"3")
    await put(store, "a.ipyn", b"4")

    assert await bodies_of(store, "a.ipynb") == [b"1"]


async def test_a_key_that_was_never_put_has_an_empty_history(store: ObjectStore) -> None:
    """That is not an error: there is nothing to show."""
    assert await listed(store.versions(KEY)) == []


@pytest.mark.slow
async def test_more_versions_than_fit_in_a_page_all_come_and_go(paging_store: ObjectStore) -> None:
    """Each once, newest first; beside them there may be one of which the answer was lost.  All but
    the newest are removed at once."""
    store = paging_store
    made = [(await put(store, KEY, b"%d" % n)).version_id for n in range(MANY)]

    ids = await ids_of(store, KEY)

    assert len(set(ids)) == len(ids)
    assert [version_id for version_id in ids if version_id in set(made)] == made[::-1]
    for oldest in (made[-2], made[10]):
        assert await ids_of(store, KEY, after=oldest) == ids[ids.index(oldest) + 1 :]
    assert await store.remove(KEY, ids[1:]) == len(ids) - 1
    assert await ids_of(store, KEY) == ids[:1]
    assert await bodies_of(store, KEY) == [b"%d" % (MANY - 1)]


async def test_history_goes_on_after_a_version(store: ObjectStore) -> None:
    """Only older ones come, delete markers included; after the oldest there are none."""
    first = (await put(store, KEY, b"1")).version_id
    marker = (await store.delete(KEY)).version_id
    last = (await put(store, KEY, b"2")).version_id
    await put(store, f"{KEY}.bak", b"3")

    assert await ids_of(store, KEY, after=last) == [marker, first]
    assert await ids_of(store, KEY, after=marker) == [first]
    assert await ids_of(store, KEY, after=first) == []
    newer = await listed(store.versions(KEY, after=last))
    assert [version.is_latest for version in newer] == [False, False]


async def test_history_goes_on_after_no_version_that_never_was(store: ObjectStore) -> None:
    """A key without versions has none to go on after."""
    await put(store, KEY, b"1")

    for key in (KEY, "other.ipynb"):
        with pytest.raises(VersionNotFound):
            await listed(store.versions(key, after="never"))


async def test_history_goes_on_after_no_version_of_another_key(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Or, where a store cannot tell, with what is older than that."""
    older = await put(store, KEY, b"1")
    other = await put(store, f"{KEY}.bak", b"2")
    await put(store, KEY, b"3")

    if implementation.knows_its_versions:
        with pytest.raises(VersionNotFound):
            await ids_of(store, KEY, after=other.version_id)
    else:
        assert await ids_of(store, KEY, after=other.version_id) == [older.version_id]
