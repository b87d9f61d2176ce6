"""To every store an awkward key is a key like any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from implementations import Implementation
from stored import bodies_of, deleted_keys_of, ids_of, keys_of, listed, newest_id_of, put

from bookstore.errors import BadRequest
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio

AWKWARD_KEYS = [
    "with spaces/a b  c .ipynb",
    " leading and trailing ",
    "plus+sign.ipynb",
    "percent%41.ipynb",
    "a%2Fb",
    "a/b",
    "100%",
    "smile 😀/ünï.ipynb",
    "tab\there",
    "new\nline",
    "what?.ipynb",
    "hash#tag.ipynb",
    "this&that=1;x.ipynb",
    "quo\"te'.ipynb",
    "back\\slash.ipynb",
    "<tag>&amp;.ipynb",
    ".hidden/.ipynb",
    "semi;colon:and*star|pipe.ipynb",
    "under_score%_[x].ipynb",
    "UPPER.ipynb",
    "upper.ipynb",
    "é" * 512,
]


@pytest.mark.parametrize("key", AWKWARD_KEYS)
async def test_an_awkward_key_is_a_key_like_any_other(store: ObjectStore, key: str) -> None:
    """It can be put, got, listed, its history read, deleted and removed, and stays as it is."""
    first = await put(store, key, b"first")
    second = await put(store, key, b"second")

    assert (await store.get(key)).body == b"second"
    assert (await store.head(key, version_id=first.version_id)).key == key
    assert [version.key for version in await listed(store.versions(key))] == [key, key]
    assert await keys_of(store) == [key]
    assert await keys_of(store, key) == [key]
    assert await store.remove(key, [first.version_id]) == 1
    assert await ids_of(store, key) == [second.version_id]
    await store.delete(key)
    assert await keys_of(store) == []


async def test_the_longest_key_is_a_key_like_any_other(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Of 1,024 letters, where a store takes that many."""
    key = "x" * implementation.longest_key_characters
    first = await put(store, key, b"first")
    await put(store, key, b"second")

    assert await bodies_of(store, key) == [b"second", b"first"]
    assert await ids_of(store, key, after=await newest_id_of(store, key)) == [first.version_id]
    assert await keys_of(store, key) == [key]
    await store.delete(key)
    assert await deleted_keys_of(store) == [key]
    assert await store.remove(key, [first.version_id]) == 1


async def test_keys_that_look_alike_are_different_keys(store: ObjectStore) -> None:
    """``a%2Fb`` is not ``a/b``, and composed letters are not decomposed ones."""
    keys = [*AWKWARD_KEYS, "caf\u00e9", "cafe\u0301"]
    for key in keys:
        await put(store, key, key.encode())

    expected = sorted(keys, key=str.encode)
    assert await keys_of(store) == expected
    for place, key in enumerate(expected, start=1):
        assert await bodies_of(store, key) == [key.encode()]
        assert await keys_of(store, after=key) == expected[place:]


@pytest.mark.parametrize(
    "key", ["", "x" * 1025, "é" * 513, "lone \ud800 surrogate"], ids=["empty", "1025", "é", "lone"]
)
async def test_a_key_that_no_store_could_keep_is_a_bad_request(
    store: ObjectStore, key: str
) -> None:
    """Empty, longer than 1,024 UTF-8 bytes, or not Unicode text."""
    requests: list[Callable[[], Awaitable[object]]] = [
        lambda: put(store, key, b""),
        lambda: store.get(key),
        lambda: store.head(key),
        lambda: store.delete(key),
        lambda: listed(store.versions(key)),
        lambda: store.remove(key, ["v"]),
    ]
    for request in requests:
        with pytest.raises(BadRequest):
            await request()
