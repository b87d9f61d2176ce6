"""The narrowest interface that the rest of bookstore needs of a place that keeps versions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from ..records import ObjectVersion, StoreCheck, StoredObject


class ObjectStore(Protocol):
    """A bucket that keeps every version of every key.

    Every method may be called from any event loop and may be cancelled at any moment; a cancelled
    ``put`` has either stored a whole version or none.  All raise
    :class:`~bookstore.errors.StoreUnavailable` when trying again later may help and
    :class:`~bookstore.errors.StoreRefused` (or :class:`~bookstore.errors.BucketNotFound`) when
    somebody has to change something first.  Keys are any Unicode of 1 to 1,024 UTF-8 bytes.
    """

    kind: str
    """``"memory"``, ``"local"``, ``"s3"`` …"""
    bucket: str
    """The bucket's name, as it stands in links and ``s3_path``."""
    display: str
    """What people read: ``s3://bucket``, or the folder's name.  Holds no secret."""

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*, and say so only when it is durable."""
        ...

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default.

        Raises :class:`~bookstore.errors.ObjectNotFound`,
        :class:`~bookstore.errors.VersionNotFound`, or :class:`~bookstore.errors.TooLarge` before
        reading a body of more than *max_bytes*.
        """
        ...

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts, metadata included, without its body; raises as ``get``."""
        ...

    def versions(self, key: str) -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        ...

    def list(self, prefix: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key that starts with *prefix* and is not deleted,
        in the order of the keys' UTF-8 bytes."""
        ...

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions, destroying none, and return it."""
        ...

    async def check(self) -> StoreCheck:
        """Ask the store whether it is there and keeps versions; never raises for a bad store."""
        ...

    async def close(self) -> None:
        """Let go of connections, threads and files.  Safe to call twice."""
        ...
