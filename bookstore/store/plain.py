"""What a store can do by its other methods, where it has no better way.

Knows: the store's interface.  Must not know: stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from ..errors import NoAddresses
from ..records import ObjectVersion
from .base import FileBody, ObjectStore

_BEHIND_ALL = "\U0010ffff" * 8
"""No key that anybody uses stands behind this."""


class PlainMethods:
    """Lists folders by listing keys, and reads the whole of versions for a part or a copy of them,
    and of files to put them."""

    has_addresses = False

    async def put_file(
        self: ObjectStore,
        key: str,
        file: FileBody,
        *,
        metadata: Mapping[str, str],
        content_type: str,
    ) -> ObjectVersion:
        """Store what *file* holds as the newest version of *key*."""
        body = await asyncio.to_thread(file.read_all)
        return await self.put(key, body, metadata=metadata, content_type=content_type)

    async def copy(
        self: ObjectStore,
        source: ObjectVersion,
        key: str,
        *,
        metadata: Mapping[str, str],
        content_type: str,
    ) -> ObjectVersion:
        """Store the body of *source* as the newest version of *key*."""
        body = (await self.get(source.key, version_id=source.version_id)).body
        return await self.put(key, body, metadata=metadata, content_type=content_type)

    async def link(self: ObjectStore, key: str, *, lasts_s: int) -> str:
        """Refuse: whoever has an address could reach nothing here."""
        raise NoAddresses(self.display)

    async def make_public(self: ObjectStore, key: str, version_id: str) -> str:
        """Refuse, likewise."""
        raise NoAddresses(self.display)

    async def make_private(self: ObjectStore, key: str, version_id: str) -> None:
        """Refuse, likewise."""
        raise NoAddresses(self.display)

    async def children(
        self: ObjectStore, prefix: str, *, after: str = ""
    ) -> AsyncIterator[ObjectVersion | str]:
        """Yield keys and folders directly below *prefix* and behind *after*.

        A folder costs one question, whatever is in it.
        """
        goes_on = True
        while goes_on:
            goes_on = False
            async for version in self.list(prefix, after=after):
                name, slash, _ = version.key.removeprefix(prefix).partition("/")
                if not slash:
                    yield version
                    continue
                folder = f"{prefix}{name}/"
                if not after.startswith(folder):  # its beginning, not the rest of it
                    yield folder
                after, goes_on = folder + _BEHIND_ALL, True
                break

    async def part(self: ObjectStore, key: str, *, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version from *start* on."""
        return (await self.get(key, version_id=version_id)).body[start : start + size]
