"""A store in memory whose listings tell as little as S3's, and as late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from bookstore.records import DeletedObject, ObjectVersion
from bookstore.store.memory import MemoryStore

PAGE = 3


class ListsLikeS3(MemoryStore):
    """Lists page by page, each as the store is when it is asked for it; no listing tells metadata,
    that of the keys no version ID, and times are told to the second."""

    kind = "s3"

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of *key*, a few for each request."""
        goes_on = True
        while goes_on:
            page = [_told(version) async for version in super().versions(key, after=after)][:PAGE]
            for version in page:
                yield version
                after = version.version_id
            goes_on = len(page) == PAGE

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest versions below *prefix*, a few for each request."""
        goes_on = True
        while goes_on:
            page = [_told(version) async for version in super().list(prefix, after=after)][:PAGE]
            for version in page:
                yield replace(version, version_id="")
                after = version.key
            goes_on = len(page) == PAGE

    async def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield what was deleted below *prefix*, a few for each request."""
        goes_on = True
        while goes_on:
            page = [found async for found in super().deleted(prefix, after=after)][:PAGE]
            for found in page:
                deleted_at = found.deleted_at.replace(microsecond=0)
                yield replace(found, deleted_at=deleted_at, last=_told(found.last))
                after = found.key
            goes_on = len(page) == PAGE


def _told(version: ObjectVersion) -> ObjectVersion:
    modified_at = version.modified_at.replace(microsecond=0)
    return replace(version, modified_at=modified_at, metadata=None, content_type="")
