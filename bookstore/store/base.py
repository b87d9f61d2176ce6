"""The narrowest interface that the rest of bookstore needs of a place that keeps versions."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import IO, Protocol

from ..errors import BadRequest, TooLarge
from ..records import DeletedObject, ObjectVersion, StoreCheck, StoredObject
from ..s3_paths import MAX_KEY_BYTES


def key_bytes(key: str) -> bytes:
    """Return *key* in UTF-8, or raise :class:`~bookstore.errors.BadRequest`.

    Every store asks this before anything else, so that all accept the same keys.
    """
    encoded = _utf8(key)
    if not encoded:
        raise BadRequest("A key must not be empty.")
    if len(encoded) > MAX_KEY_BYTES:
        raise BadRequest(
            f"The key {key[:40]!r}… has {len(encoded)} bytes; {MAX_KEY_BYTES} are allowed."
        )
    return encoded


def prefix_bytes(prefix: str) -> bytes:
    """Return a prefix of keys, which may be empty, in UTF-8; raises as :func:`key_bytes`."""
    return _utf8(prefix)


def check_size(key: str, size_bytes: int, max_bytes: int | None) -> None:
    """Raise :class:`~bookstore.errors.TooLarge` for a body of more than *max_bytes*."""
    if max_bytes is not None and size_bytes > max_bytes:
        raise TooLarge(f"{key!r} has {size_bytes} bytes; {max_bytes} are allowed.")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest(f"The key {text!r} holds a lone surrogate, not Unicode text.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """A body in an open file, which stays open; nobody else uses it meanwhile."""

    file: IO[bytes]
    size_bytes: int
    md5: bytes
    """Of what is in it, the digest itself."""

    def read_all(self) -> bytes:
        """Return what is in it.  Blocks on a disk."""
        self.file.seek(0)
        return self.file.read()


def size_of(body: bytes | FileBody) -> int:
    """Return how many bytes a body has."""
    return body.size_bytes if isinstance(body, FileBody) else len(body)


def md5_of(body: bytes | FileBody) -> bytes:
    """Return a body's MD5, the digest itself.  Slow for large bytes."""
    if isinstance(body, FileBody):
        return body.md5
    return hashlib.md5(body, usedforsecurity=False).digest()


class ObjectStore(Protocol):
    """A bucket that keeps every version of every key.

    Every method may be called from any event loop and may be cancelled at any moment; a cancelled
    ``put`` has either stored a whole version or none.  All raise
    :class:`~bookstore.errors.StoreUnavailable` when trying again later may help and
    :class:`~bookstore.errors.StoreRefused` (or :class:`~bookstore.errors.BucketNotFound`) when
    somebody has to change something first.  Keys are any Unicode of 1 to 1,024 UTF-8 bytes;
    any other key is a :class:`~bookstore.errors.BadRequest`.
    """

    kind: str
    """``"memory"``, ``"local"``, ``"s3"`` …"""
    bucket: str
    """The bucket's name, as it stands in links and ``s3_path``."""
    display: str
    """What people read: ``s3://bucket``, or the folder's name.  Holds no secret."""
    has_addresses: bool
    """Can what is in it be reached from elsewhere, so that there can be links?"""

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*, and say so only when it is durable."""
        ...

    async def put_file(
        self, key: str, file: FileBody, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """As :meth:`put`, of what is in a file, which a store elsewhere never holds in memory."""
        ...

    async def copy(
        self, source: ObjectVersion, key: str, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store the body of the version *source* as the newest version of *key*, which may be its
        own; a store elsewhere copies it there, whatever its size.

        Nothing else of *source* goes along.  Raises as ``get`` where it is gone.
        """
        ...

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default.

        Raises :class:`~bookstore.errors.ObjectNotFound` when the newest version is asked for and
        there is none or it is a delete marker, and for a delete marker's own version ID;
        :class:`~bookstore.errors.VersionNotFound` for any other version ID that *key* does not
        have; and :class:`~bookstore.errors.TooLarge` before reading a body of more than
        *max_bytes*.
        """
        ...

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts, metadata included, without its body; raises as ``get``."""
        ...

    def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first.

        With *after*, a version ID, only those that are older than that version.  The store is
        asked page by page, as they are taken, so the first ones cost the same however long the
        history is.  Raises :class:`~bookstore.errors.VersionNotFound` when *key* has no version
        *after*.  Only S3 may be unable to tell: a store that goes on from some place all the same
        is believed.
        """
        ...

    def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key that starts with *prefix* and is not deleted,
        in the order of the keys' UTF-8 bytes.

        With *after*, only keys behind that one, which need not be there any more; what is before
        costs nothing then.  The store is asked page by page, as they are taken.  The version ID is
        empty where the store's listing does not tell it, as S3's does not; :meth:`head` does.
        """
        ...

    def children(self, prefix: str, *, after: str = "") -> AsyncIterator[ObjectVersion | str]:
        """Yield what stands directly below *prefix*, as a folder has it: the newest version of
        every key without a slash behind *prefix*, and, for all keys that go on alike up to the
        next slash, what they begin with, that slash included.

        In the order of UTF-8 bytes, behind *after*, and otherwise as :meth:`list`.
        """
        ...

    async def part(self, key: str, *, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version from *start* on, fewer at its end; raises as ``get``."""
        ...

    async def link(self, key: str, *, lasts_s: int) -> str:
        """Return an address that gives the newest version of *key* to whoever has it, with no
        sign-in, for so many seconds.

        Raises :class:`~bookstore.errors.NoAddresses` where the store has none.
        """
        ...

    async def make_public(self, key: str, version_id: str) -> str:
        """Let everybody read this version, and return its address.

        A store that opens whole containers only returns the address of the newest version where
        that is done, and raises :class:`~bookstore.errors.StoreRefused` where it is not.
        """
        ...

    async def make_private(self, key: str, version_id: str) -> None:
        """Undo :meth:`make_public`, also of a version that is private."""
        ...

    def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key that starts with *prefix*, whose newest version is a delete marker and
        that has a version below it, in the order of the keys' UTF-8 bytes.

        With *after*, only keys behind that one, which need not be there any more.
        """
        ...

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many were removed.

        This is the one method that destroys: retention calls it, ``doctor`` for its own probe, and
        the gallery for a version of its own that was never published, and for delete markers.
        A version that is not there is passed over (S3 does not tell, and counts it).  When the
        newest version is removed, a delete marker too, the next one becomes the newest; a key
        without versions is gone.  When it raises, some may have been removed and others not;
        asking again goes on.
        """
        ...

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions, destroying none, and return it.

        A key without versions gets one too: whoever asks twice is not told no.
        """
        ...

    async def check(self) -> StoreCheck:
        """Ask the store whether it is there and keeps versions; never raises for a bad store."""
        ...

    async def close(self) -> None:
        """Let go of connections, threads and files.  Safe to call twice."""
        ...
