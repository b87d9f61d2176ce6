"""Every store lists what is directly below a prefix, as folders have it, and reads parts."""

from __future__ import annotations

import pytest
from implementations import Implementation
from stored import KEY, put

from bookstore.errors import ObjectNotFound, VersionNotFound
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio


async def children_of(store: ObjectStore, prefix: str, *, after: str = "") -> list[str]:
    """Return keys, and folders by what they begin with."""
    found = store.children(prefix, after=after)
    return [child if isinstance(child, str) else child.key async for child in found]


async def test_a_folder_is_listed_with_folders_in_place_of_what_is_in_them(
    store: ObjectStore,
) -> None:
    """Also one that only a deeper folder is in, and its own mark; each once and in order."""
    for key in ("w/", "w/b.ipynb", "w/a/1", "w/a/2", "w/a.b", "w/a0", "w/é +%41/x/y", "w2/z"):
        await put(store, key, b"")

    expected = ["w/", "w/a.b", "w/a/", "w/a0", "w/b.ipynb", "w/é +%41/"]
    assert await children_of(store, "w/") == expected
    assert await children_of(store, "") == ["w/", "w2/"]
    assert await children_of(store, "w/é +%41/") == ["w/é +%41/x/"]
    assert await children_of(store, "w/a/") == ["w/a/1", "w/a/2"]
    assert await children_of(store, "none/") == []
    for place, child in enumerate(expected, start=1):
        assert await children_of(store, "w/", after=child) == expected[place:]


async def test_a_folder_of_which_everything_was_deleted_is_not_listed(
    store: ObjectStore, implementation: Implementation
) -> None:
    """Nor is a key that was; sizes are those of the newest versions."""
    if implementation.forgets_folders:
        await put(store, "w/gone/1", b"1")
        await store.delete("w/gone/1")
    await put(store, "w/gone.ipynb", b"1")
    await store.delete("w/gone.ipynb")
    await put(store, "w/a.ipynb", b"1")
    await put(store, "w/a.ipynb", b"22")

    [only] = [child async for child in store.children("w/")]

    assert not isinstance(only, str)
    assert (only.key, only.size_bytes) == ("w/a.ipynb", 2)


async def test_parts_of_a_version_are_read(store: ObjectStore) -> None:
    """Up to its end; of an older version as well."""
    first = await put(store, KEY, bytes(range(100)))
    second = await put(store, KEY, b"newer")

    async def part(start: int, size: int, version_id: str = first.version_id) -> bytes:
        return await store.part(KEY, version_id=version_id, start=start, size=size)

    assert await part(0, 10) == bytes(range(10))
    assert await part(95, 10) == bytes(range(95, 100))
    assert await part(100, 10) == b""
    assert await part(1, 3, second.version_id) == b"ewe"


async def test_parts_of_what_is_not_there_cannot_be_read(store: ObjectStore) -> None:
    """As the whole cannot."""
    await put(store, KEY, b"first")
    marker = await store.delete(KEY)

    with pytest.raises(VersionNotFound):
        await store.part(KEY, version_id="never", start=0, size=1)
    with pytest.raises(ObjectNotFound):
        await store.part(KEY, version_id=marker.version_id, start=0, size=1)
