"""Every store lists the keys there are, and tells what is missing from what is out of reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from stored import KEY, MANY, deleted_keys_of, keys_of, listed, put, put_many

from bookstore.errors import ObjectNotFound, StoreUnavailable, VersionNotFound
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def test_a_missing_key_and_a_missing_version_are_told_apart(store: ObjectStore) -> None:
    """No object of that name; no such version of it; a version of another key."""
    await put(store, KEY, b"first")
    other = await put(store, "other.ipynb", b"other")

    with pytest.raises(ObjectNotFound):
        await store.get("missing.ipynb")
    with pytest.raises(ObjectNotFound):
        await store.head("missing.ipynb")
    for version_id in ("no-such-version", other.version_id):
        with pytest.raises(VersionNotFound):
            await store.get(KEY, version_id=version_id)
        with pytest.raises(VersionNotFound):
            await store.head(KEY, version_id=version_id)


async def test_an_unreachable_store_is_not_a_missing_object(
    unreachable_store: ObjectStore,
) -> None:
    """Every request says that the store is unavailable, so that it is tried again."""
    store = unreachable_store
    requests: list[Callable[[], Awaitable[object]]] = [
        lambda: put(store, KEY, b""),
        lambda: store.get(KEY),
        lambda: store.head(KEY),
        lambda: store.get(KEY, version_id="v"),
        lambda: store.delete(KEY),
        lambda: listed(store.versions(KEY)),
        lambda: listed(store.list()),
        lambda: deleted_keys_of(store),
        lambda: store.remove(KEY, ["v"]),
    ]

    failures = await asyncio.gather(*(request() for request in requests), return_exceptions=True)

    assert [type(failure) for failure in failures] == [StoreUnavailable] * len(requests)


async def test_list_skips_deleted_keys_and_shows_the_newest_version(store: ObjectStore) -> None:
    """One entry a key."""
    await put(store, "a.ipynb", b"1")
    newest = await put(store, "a.ipynb", b"22")
    await put(store, "gone.ipynb", b"1")
    await store.delete("gone.ipynb")

    [only] = await listed(store.list())

    assert (only.key, only.size_bytes) == ("a.ipynb", 2)
    assert only.version_id in (newest.version_id, "")  # S3's listing does not tell it
    assert only.is_latest


async def test_list_honours_its_prefix_to_the_letter(store: ObjectStore) -> None:
    """No character of a prefix means more than itself, and a prefix need not end a segment."""
    keys = ["a%b/1", "a_b/1", "aXb/1", "a*b/1", "a/b", "A/b", "ab", "a/b/c", "é/1", "é", "e"]
    for key in keys:
        await put(store, key, b"")

    for prefix in ["", "a", "a%b/", "a_b/", "a*", "a/b", "A", "é", "é/", "zzz", "x" * 2000]:
        expected = sorted((k for k in keys if k.startswith(prefix)), key=str.encode)
        assert await keys_of(store, prefix) == expected


async def test_list_is_in_the_order_of_utf8(store: ObjectStore) -> None:
    """Not in that of UTF-16 or of a language."""
    keys = ["a", "a-b", "a/b", "a0", "B", "z", "é", "\ue000", "\uffee", "😀", "a b", "a\tb"]
    for key in keys:
        await put(store, key, b"")

    assert await keys_of(store) == sorted(keys, key=str.encode)


@pytest.mark.slow
async def test_more_keys_than_fit_in_a_page_are_all_listed(paging_store: ObjectStore) -> None:
    """Each once and in order; a percent sign at the end of a page confuses nobody."""
    store = paging_store
    keys = [f"many/{n:04d}%41 é.ipynb" for n in range(MANY)]
    await put(store, "before", b"")
    await put(store, "zafter", b"")
    await put_many(store, keys)

    assert await keys_of(store, "many/") == keys
    assert await keys_of(store, "many/", after=keys[9]) == keys[10:]
    assert await keys_of(store, "many/", after=f"{keys[9]}-gone") == keys[10:]
    assert len(await keys_of(store)) == MANY + 2
