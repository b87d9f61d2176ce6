"""Versions on S3 and whatever speaks its protocol: Amazon, Ceph, Swift's s3api, MinIO and others.

The client lives in a thread of its own with its own event loop, so that importing aiobotocore,
making the client, signing and TLS cost the server's event loop nothing.

Knows: S3's operations.  Must not know: settings, notebooks.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ...concurrency.loop_thread import LoopThread
from ...errors import (
    BookstoreError,
    BucketNotFound,
    ObjectNotFound,
    StoreRefused,
    StoreUnavailable,
    VersionNotFound,
)
from ...keys.metadata import decode_metadata, encode_metadata
from ...records import DeletedObject, ObjectVersion, StoreCheck, StoredObject
from ..base import FileBody, check_size, key_bytes, md5_of, prefix_bytes, size_of
from . import links, listings
from .answers import Answer, answered_at, contradicts, etag_of, keeps_versions, object_version
from .options import S3Options
from .problems import VERSIONING_PROBLEMS, checked, sentence

if TYPE_CHECKING:
    from .client import SharedClient
    from .versioning import VersioningGuard

__all__ = ["S3Options", "S3Store"]

T = TypeVar("T")
_SLOWEST_BYTES_PER_S = 256 * 1024


class S3Store:
    """One bucket of an S3 service; see :class:`~bookstore.store.base.ObjectStore`.

    A request that got no answer is sent again, so a put may make two versions of one save: they
    have the same ``save_id`` and the same bytes.  The ``version_id`` of what :meth:`list` yields
    is empty, since S3 does not tell it there.
    """

    kind = "s3"
    has_addresses = True

    def __init__(self, bucket: str, options: S3Options) -> None:
        self.bucket = bucket
        self.display = f"s3://{bucket}"
        self._options = options
        self._thread = LoopThread(f"bookstore-s3-{bucket}")
        # Both belong to the thread, which makes them at its first call.
        self._client: SharedClient | None = None
        self._versioning: VersioningGuard | None = None

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*, and say so only when it is durable.

        Nothing is written to a bucket that keeps no versions, and an answer with a checksum that
        is not the body's is not believed.
        """
        return await self._store(key, body, metadata, content_type)

    async def put_file(
        self, key: str, file: FileBody, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store what *file* holds as the newest version of *key*, a piece at a time."""
        return await self._store(key, file, metadata, content_type)

    async def _store(
        self, key: str, body: bytes | FileBody, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        key_bytes(key)
        encoded = encode_metadata(metadata)

        async def work(client: Any) -> ObjectVersion:
            await self._guard().require(client)
            answer = await self._put(client, key, body, encoded, content_type)
            return ObjectVersion(
                key=key,
                version_id=answer["VersionId"],
                size_bytes=size_of(body),
                modified_at=answered_at(answer),
                etag=etag_of(answer),
                metadata=decode_metadata(encoded),
                content_type=content_type,
            )

        return await self._call(work, key)

    async def copy(
        self, source: ObjectVersion, key: str, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Let the store copy a version to be the newest of *key*."""
        key_bytes(key)
        encoded = encode_metadata(metadata)

        target = {**self._named(key, None), **self._encryption(), "ContentType": content_type}

        async def work(client: Any) -> ObjectVersion:
            from .copying import copied

            await self._guard().require(client)
            return await copied(client, source, target, encoded, self._guard())

        return await self._read(work, source.key, source.version_id)

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default."""

        async def work(client: Any) -> StoredObject:
            answer = await client.get_object(**self._named(key, version_id))
            stream = answer["Body"]
            async with stream:
                length = answer.get("ContentLength")
                if length is None:  # a body that ends early could not be told from a whole one
                    raise StoreUnavailable(f"{self.display}/{key}: the store gave no length.")
                check_size(key, length, max_bytes)
                body = await stream.read()
            if len(body) != length:
                raise StoreUnavailable(f"{self.display}/{key}: the body was cut on its way.")
            version = object_version(key, answer, is_latest=version_id is None)
            return StoredObject(version=version, body=body)

        return await self._read(work, key, version_id)

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts, metadata included, without its body."""

        async def work(client: Any) -> ObjectVersion:
            from botocore.exceptions import ClientError  # type: ignore[import-untyped]

            from .errors import hides_its_reason

            named = self._named(key, version_id)
            try:
                answer = await client.head_object(**named)
            except ClientError as error:
                if not hides_its_reason(error):
                    raise
                # The answer to a HEAD has no body, and so no reason; the one to a GET has both.
                answer = await client.get_object(**named)
                answer["Body"].close()
            return object_version(key, answer, is_latest=version_id is None)

        return await self._read(work, key, version_id)

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        key_bytes(key)
        ask, came = partial(self._page, version_id=after or None), False
        async for version in listings.versions(ask, key, after):
            came = True
            yield version
        if after and not came:  # so says Ceph of a version that is not there, too
            with contextlib.suppress(ObjectNotFound):  # a delete marker
                await self.head(key, version_id=after)

    def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key below *prefix* and behind *after*."""
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.objects(self._page, prefix, after)

    def children(self, prefix: str, *, after: str = "") -> AsyncIterator[ObjectVersion | str]:
        """Yield keys and folders directly below *prefix* and behind *after*."""
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.children(self._page, prefix, after)

    async def part(self, key: str, *, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version from *start* on."""

        async def work(client: Any) -> bytes:
            from .reading import part_of

            return await part_of(client, self._named(key, version_id), start, size)

        return await self._read(work, key, version_id)

    async def link(self, key: str, *, lasts_s: int) -> str:
        """Return a presigned URL; the credentials that sign it must last as long."""
        key_bytes(key)
        named = self._named(key, None)
        return await self._call(partial(links.presigned, named=named, lasts_s=lasts_s), key)

    async def make_public(self, key: str, version_id: str) -> str:
        """Let everybody read this version, and return its address."""
        named = self._named(key, version_id)
        return await self._read(partial(links.made_public, named=named), key, version_id)

    async def make_private(self, key: str, version_id: str) -> None:
        """Let only those read this version who may read the bucket."""
        named = self._named(key, version_id)
        await self._read(partial(links.made_private, named=named), key, version_id)

    def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key below *prefix* and behind *after* that was deleted.

        Every version below *prefix* is listed for that.
        """
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.deleted(self._page, prefix, after)

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many the store says are gone."""
        key_bytes(key)
        # Without a version ID the newest would be marked deleted.
        wanted = [version_id for version_id in version_ids if version_id]

        async def work(client: Any) -> int:
            from .removal import remove_versions

            return await remove_versions(client, self.bucket, key, wanted)

        return await self._call(work, key)

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions, destroying none, and return it.

        Amazon and others mark a key without versions too; a store that does not has nothing to
        mark, and the marker returned has no version ID.
        """
        key_bytes(key)

        async def work(client: Any) -> ObjectVersion:
            await self._guard().require(client)
            answer = await client.delete_object(Bucket=self.bucket, Key=key)
            if not keeps_versions(answer):
                await self._guard().confirm(client)
            return ObjectVersion(
                key=key,
                version_id=answer.get("VersionId", ""),
                size_bytes=0,
                modified_at=answered_at(answer),
                is_delete_marker=True,
            )

        return await self._call(work, key)

    async def check(self) -> StoreCheck:
        """Ask the store whether it is there and keeps versions; never raises for a bad store."""
        try:
            status = await self._call(self._status)
        except StoreUnavailable as error:
            return checked(reachable=False, problem=sentence(error))
        except BucketNotFound as error:
            return checked(problem=sentence(error))
        except BookstoreError as error:
            return checked(
                problem=f"The bucket {self.bucket!r} (BookstoreSettings.s3_bucket) cannot be "
                f"used. {sentence(error)}"
            )
        return checked(
            exists=True,
            versioned=status in ("enabled", "unknown"),
            problem=VERSIONING_PROBLEMS[status].format(bucket=self.bucket),
        )

    async def close(self) -> None:
        """Let go of connections and the thread; calls under way become ``StoreUnavailable``."""

        async def last() -> None:
            if self._client is not None:
                await self._client.close()

        await self._thread.close(last)

    # -- what runs in the thread -----------------------------------------------------------------

    async def _put(
        self,
        client: Any,
        key: str,
        body: bytes | FileBody,
        encoded: Mapping[str, str],
        content_type: str,
    ) -> Answer:
        from .client import ATTEMPTS

        md5, options = md5_of(body), self._options
        if isinstance(body, FileBody):
            body.file.seek(0)
        request = client.put_object(
            **self._named(key, None),
            Body=body.file if isinstance(body, FileBody) else body,
            ContentMD5=base64.b64encode(md5).decode(),
            ContentType=content_type,
            Metadata=encoded,
            **self._encryption(),
        )
        # No timeout of aiohttp's runs while a body is sent to a store that does not read it.
        patience_s = options.connect_timeout_s + options.read_timeout_s
        patience_s += size_of(body) / _SLOWEST_BYTES_PER_S
        answer: Answer = await asyncio.wait_for(request, ATTEMPTS * patience_s)
        if options.sse != "aws:kms" and contradicts(answer, md5.hex()):
            raise StoreUnavailable(
                f"{self.display}/{key}: the store answered with a checksum that is not the body's."
            )
        if not keeps_versions(answer):
            raise self._guard().disproved()
        return answer

    def _encryption(self) -> dict[str, str]:
        asked = {
            "ServerSideEncryption": self._options.sse,
            "SSEKMSKeyId": self._options.sse_kms_key_id,
        }
        return {name: value for name, value in asked.items() if value}

    async def _status(self, client: Any) -> str:
        status = await self._guard().status(client)
        if status == "unknown":
            await client.head_bucket(Bucket=self.bucket)
        return status

    def _guard(self) -> VersioningGuard:
        from .versioning import VersioningGuard

        self._versioning = self._versioning or VersioningGuard(self.bucket)
        return self._versioning

    # -- from the caller's loop to the thread ----------------------------------------------------

    async def _read(
        self, work: Callable[[Any], Awaitable[T]], key: str, version_id: str | None
    ) -> T:
        key_bytes(key)
        if version_id == "":  # some stores take it for the newest
            raise VersionNotFound(f"{self.display}/{key} has no version ''.")
        try:
            return await self._call(work, key, version_id, reads_object=True)
        except VersionNotFound:
            if version_id and await self._is_marker(key, version_id):
                raise ObjectNotFound(f"{self.display}/{key} was deleted there.") from None
            raise

    async def _is_marker(self, key: str, version_id: str) -> bool:
        # Stores differ in how they refuse to read a delete marker; all of them list it.
        try:
            async for version in self.versions(key):
                if version.version_id == version_id:
                    return version.is_delete_marker
        except StoreRefused:  # these credentials may not list
            pass
        return False

    async def _page(
        self,
        operation: str,
        prefix: str,
        marker: Mapping[str, Any],
        version_id: str | None = None,
    ) -> Answer:
        # Asked for by us, botocore leaves the encoding alone; its own decoding also decodes
        # markers, and then listings go wrong behind keys with "%" in them.
        async def work(client: Any) -> Answer:
            ask: Callable[..., Awaitable[Answer]] = getattr(client, operation)
            return await ask(Bucket=self.bucket, Prefix=prefix, EncodingType="url", **marker)

        return await self._call(work, prefix, version_id, reads_object=version_id is not None)

    async def _call(
        self,
        work: Callable[[Any], Awaitable[T]],
        key: str = "",
        version_id: str | None = None,
        *,
        reads_object: bool = False,
    ) -> T:
        async def in_thread() -> T:
            from .client import SharedClient
            from .errors import Target

            self._client = self._client or SharedClient(self._options)
            target = Target(self.bucket, key, version_id, reads_object)
            return await self._client.call(work, target)

        return await self._thread.run(in_thread)

    def _named(self, key: str, version_id: str | None) -> dict[str, str]:
        named = {"Bucket": self.bucket, "Key": key}
        return named if version_id is None else {**named, "VersionId": version_id}
