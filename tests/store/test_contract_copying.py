"""Every store copies versions to other keys and to their own, and nothing else goes along."""

from __future__ import annotations

import pytest
from stored import KEY, put

from bookstore.errors import ObjectNotFound, VersionNotFound
from bookstore.records import ObjectVersion
from bookstore.store.base import ObjectStore

pytestmark = pytest.mark.asyncio

ODD = "w/é +%41 ?&#/a;b=c.ipynb"


async def copy(store: ObjectStore, source: ObjectVersion, key: str) -> ObjectVersion:
    """Copy a version, saying what is known of the copy."""
    metadata = {"kind": "copy", "source": source.key}
    return await store.copy(source, key, metadata=metadata, content_type="text/plain")


async def test_an_older_version_is_copied_under_another_name(store: ObjectStore) -> None:
    """With metadata and type of its own, and none of the source's; the source is as it was."""
    older = await put(store, ODD, b"older")
    newer = await put(store, ODD, b"newer")

    made = await copy(store, older, "w/ö/copy +%41?.txt")

    stored = await store.get("w/ö/copy +%41?.txt")
    assert stored.body == b"older"
    assert stored.version.metadata == {"kind": "copy", "source": ODD}
    assert stored.version.content_type == "text/plain"
    assert stored.version.version_id == made.version_id
    assert (made.size_bytes, made.etag) == (5, stored.version.etag)
    assert (await store.head(ODD)).version_id == newer.version_id


async def test_an_older_version_is_made_the_newest_of_its_own_key(store: ObjectStore) -> None:
    older = await put(store, KEY, b"older")
    newer = await put(store, KEY, b"newer")

    made = await copy(store, older, KEY)

    assert (await store.get(KEY)).body == b"older"
    found = [version.version_id async for version in store.versions(KEY)]
    assert found == [made.version_id, newer.version_id, older.version_id]


async def test_what_was_deleted_meanwhile_is_still_copied(store: ObjectStore) -> None:
    """Its version is there."""
    version = await put(store, KEY, b"1")
    await store.delete(KEY)

    await copy(store, version, "w/new")

    assert (await store.get("w/new")).body == b"1"


async def test_a_version_that_is_not_there_is_not_copied(store: ObjectStore) -> None:
    version = await put(store, KEY, b"1")
    await store.remove(KEY, [version.version_id])

    with pytest.raises((VersionNotFound, ObjectNotFound)):
        await copy(store, version, "w/new")
    with pytest.raises(ObjectNotFound):
        await store.head("w/new")
