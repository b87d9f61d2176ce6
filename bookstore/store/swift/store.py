"""Versions in a container of OpenStack Swift, by its own API.

The connections live in a thread of their own with its own event loop, so that importing aiohttp,
signing in and TLS cost the server's event loop nothing.

Knows: Swift's objects and versions.  Must not know: settings, notebooks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ...concurrency.loop_thread import LoopThread
from ...errors import (
    BookstoreError,
    BucketNotFound,
    StoreUnavailable,
    VersionNotFound,
)
from ...keys.metadata import decode_metadata, encode_metadata
from ...records import DeletedObject, ObjectVersion, StoreCheck, StoredObject, utc_now
from ..base import FileBody, check_size, key_bytes, md5_of, prefix_bytes, size_of
from . import listings
from .options import SwiftOptions
from .removal import Line, remove_versions
from .version_ids import moment_of

if TYPE_CHECKING:
    from .client import Look, SwiftClient
    from .container import Container
    from .errors import Answer

__all__ = ["SwiftOptions", "SwiftStore"]

T = TypeVar("T")


class SwiftStore:
    """One container of a Swift; see :class:`~bookstore.store.base.ObjectStore`.

    A request that got no answer is sent again, so a put may make two versions of one save: they
    have the same ``save_id`` and the same bytes.
    """

    kind = "swift"
    has_addresses = True

    def __init__(self, container: str, options: SwiftOptions) -> None:
        self.bucket = container
        self.display = f"swift://{container}"
        self._options = options
        self._thread = LoopThread(f"bookstore-swift-{container}")
        # Both belong to the thread, which makes them at its first call.
        self._client: SwiftClient | None = None
        self._container: Container | None = None

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*, and say so only when it is durable.

        Nothing is written to a container that keeps no versions, and a body that was damaged on its
        way is refused by the store.
        """
        key_bytes(key)
        return await self._put(key, body, metadata, content_type)

    async def put_file(
        self, key: str, file: FileBody, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store what *file* holds as the newest version of *key*, a piece at a time."""
        key_bytes(key)
        return await self._put(key, file, metadata, content_type)

    async def copy(
        self, source: ObjectVersion, key: str, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Let the store copy a version to be the newest of *key*."""
        key_bytes(key)
        self._check_named(source.key, source.version_id)
        encoded = encode_metadata(metadata)
        headers = _headers(encoded, content_type)
        version_id = await self._call(lambda container: container.copy(source, key, headers))
        return ObjectVersion(
            key=key,
            version_id=version_id,
            size_bytes=source.size_bytes,
            modified_at=moment_of(version_id) or utc_now(),
            etag=source.etag,
            metadata=decode_metadata(encoded),
            content_type=content_type,
        )

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default."""

        def look(answer: Answer) -> None:
            if answer.status == 200:
                check_size(key, int(answer.headers.get("Content-Length", 0)), max_bytes)

        version, body = await self._read("GET", key, version_id, look)
        if len(body) != version.size_bytes:
            raise StoreUnavailable(f"{self.display}/{key}: the body was cut on its way.")
        return StoredObject(version=version, body=body)

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts, metadata included, without its body."""
        version, _ = await self._read("HEAD", key, version_id)
        return version

    def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        key_bytes(key)
        return listings.versions(self._page, key, after)

    def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key below *prefix* and behind *after*."""
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.objects(self._page, prefix, after)

    def children(self, prefix: str, *, after: str = "") -> AsyncIterator[ObjectVersion | str]:
        """Yield keys and folders directly below *prefix* and behind *after*."""
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.children(self._level, prefix, after)

    async def part(self, key: str, *, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version from *start* on."""
        self._check_named(key, version_id)
        return await self._call(lambda container: container.part(key, version_id, start, size))

    async def link(self, key: str, *, lasts_s: int) -> str:
        """Return a temporary URL, signed with the container's key for them."""
        key_bytes(key)
        return await self._call(lambda container: container.link(key, lasts_s))

    async def make_public(self, key: str, version_id: str) -> str:
        """Return the address of the newest version where the container is open to everybody."""
        key_bytes(key)
        return await self._call(lambda container: container.open_address(key))

    async def make_private(self, key: str, version_id: str) -> None:
        """Refuse: who opened the container has opened all that is in it."""
        await self._call(lambda container: container.close_address())

    def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key below *prefix* and behind *after* that was deleted.

        Every version below *prefix* is listed for that.
        """
        prefix_bytes(prefix)
        prefix_bytes(after)
        return listings.deleted(self._page, prefix, after)

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many there were."""
        key_bytes(key)
        # Without a version ID the newest would be marked deleted.
        wanted = [version_id for version_id in version_ids if version_id]
        if not wanted:
            return 0
        line = Line(
            versions=partial(self.versions, key),
            remove=lambda version_id: self._call(lambda c: c.remove(key, version_id)),
            make_current=lambda version_id: self._call(lambda c: c.make_current(key, version_id)),
        )
        return await remove_versions(line, wanted)

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions, destroying none, and return it."""
        key_bytes(key)
        version_id = await self._call(lambda container: container.mark_deleted(key))
        return ObjectVersion(
            key=key,
            version_id=version_id,
            size_bytes=0,
            modified_at=moment_of(version_id) or utc_now(),
            is_delete_marker=True,
        )

    async def check(self) -> StoreCheck:
        """Ask the store whether it is there and keeps versions; never raises for a bad store."""
        try:
            problem = await self._call(lambda container: container.problem())
        except StoreUnavailable as error:
            return _check(reachable=False, problem=_sentence(error))
        except BucketNotFound as error:
            return _check(problem=_sentence(error))
        except BookstoreError as error:
            return _check(
                problem=f"The container {self.bucket!r} (BookstoreSettings.swift_container) cannot "
                f"be used. {_sentence(error)}"
            )
        return _check(exists=True, versioned=not problem, problem=problem)

    async def close(self) -> None:
        """Let go of connections and the thread; calls under way become ``StoreUnavailable``."""

        async def last() -> None:
            if self._client is not None:
                await self._client.close()

        await self._thread.close(last)

    async def _put(
        self,
        key: str,
        body: bytes | FileBody,
        metadata: Mapping[str, str],
        content_type: str,
    ) -> ObjectVersion:
        encoded = encode_metadata(metadata)
        headers = _headers(encoded, content_type)

        async def work(container: Container) -> str:
            headers["Etag"] = md5_of(body).hex()
            return await container.put(key, body, headers)

        version_id = await self._call(work)
        return ObjectVersion(
            key=key,
            version_id=version_id,
            size_bytes=size_of(body),
            modified_at=moment_of(version_id) or utc_now(),
            etag=headers["Etag"],
            metadata=decode_metadata(encoded),
            content_type=content_type,
        )

    # -- from the caller's loop to the thread ----------------------------------------------------

    async def _read(
        self, method: str, key: str, version_id: str | None, look: Look | None = None
    ) -> tuple[ObjectVersion, bytes]:
        self._check_named(key, version_id)
        return await self._call(lambda container: container.read(method, key, version_id, look))

    def _check_named(self, key: str, version_id: str | None) -> None:
        key_bytes(key)
        if version_id == "":  # Swift takes it for the newest
            raise VersionNotFound(f"{self.display}/{key} has no version ''.")

    async def _page(self, parameters: Mapping[str, str]) -> Sequence[ObjectVersion]:
        return await self._call(lambda container: container.page(parameters))

    async def _level(self, parameters: Mapping[str, str]) -> Sequence[ObjectVersion | str]:
        return await self._call(lambda container: container.level(parameters))

    async def _call(self, work: Callable[[Container], Awaitable[T]]) -> T:
        async def in_thread() -> T:
            from .client import SwiftClient
            from .container import Container

            self._client = self._client or SwiftClient(self._options)
            self._container = self._container or Container(self.bucket, self._client)
            return await work(self._container)

        return await self._thread.run(in_thread)


def _headers(encoded: Mapping[str, str], content_type: str) -> dict[str, str]:
    meta = {f"X-Object-Meta-{name}": value for name, value in encoded.items()}
    return {**meta, "Content-Type": content_type}


def _check(
    *, reachable: bool = True, exists: bool = False, versioned: bool = False, problem: str = ""
) -> StoreCheck:
    problems = (problem,) if problem else ()
    return StoreCheck(reachable=reachable, exists=exists, versioned=versioned, problems=problems)


def _sentence(error: BookstoreError) -> str:
    return f"{error.message} {error.hint}".strip()
