"""What tests put into a store, whichever it is, and how they look at what is in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bookstore.records import NOTEBOOK_CONTENT_TYPE, ObjectVersion
from bookstore.store.base import ObjectStore

KEY = "workspace/demo.ipynb"

MANY = 1050
"""More than fits in one page of any store."""


async def put(store: ObjectStore, key: str, body: bytes, **metadata: str) -> ObjectVersion:
    return await store.put(key, body, metadata=metadata, content_type=NOTEBOOK_CONTENT_TYPE)


async def put_many(store: ObjectStore, keys: list[str]) -> list[str]:
    """Put each of *keys*, many at a time, and return the version IDs."""
    made = []
    for start in range(0, len(keys), 50):
        some = (put(store, key, b"") for key in keys[start : start + 50])
        made += [version.version_id for version in await asyncio.gather(*some)]
    return made


async def listed(versions: AsyncIterator[ObjectVersion]) -> list[ObjectVersion]:
    return [version async for version in versions]


async def keys_of(store: ObjectStore, prefix: str = "", *, after: str = "") -> list[str]:
    return [version.key async for version in store.list(prefix, after=after)]


async def ids_of(store: ObjectStore, key: str, *, after: str = "") -> list[str]:
    """Return the IDs of a key's versions, newest first."""
    return [version.version_id async for version in store.versions(key, after=after)]


async def newest_id_of(store: ObjectStore, key: str) -> str:
    return (await ids_of(store, key))[0]


async def deleted_keys_of(store: ObjectStore, prefix: str = "", *, after: str = "") -> list[str]:
    return [deleted.key async for deleted in store.deleted(prefix, after=after)]


async def bodies_of(store: ObjectStore, key: str) -> list[bytes]:
    """Return the bodies of a key's versions, newest first."""
    return [
        (await store.get(key, version_id=version.version_id)).body
        for version in await listed(store.versions(key))
    ]
