"""A store in memory: the public double of every other store, for tests and demonstrations.

Knows: the ObjectStore contract.  Must not know: disks, networks.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Literal

from ..errors import BookstoreError, ObjectNotFound, StoreUnavailable, VersionNotFound
from ..records import DeletedObject, ObjectVersion, StoreCheck, StoredObject, utc_now
from .base import check_size, key_bytes, prefix_bytes
from .plain import PlainMethods

UNVERSIONED_ID = "null"
"""The version ID of every object in a bucket that keeps no versions, as S3 has it."""


class MemoryStore(PlainMethods):
    """An :class:`~bookstore.store.base.ObjectStore` that lives as long as the process.

    It keeps the whole contract, from any number of event loops and threads, and can be made to
    misbehave like a store far away: be slow (``store.delay_s = 2``), fail (:meth:`fail_with`),
    not answer (:meth:`hang`) or do as asked and have the answer get lost (:meth:`lose_answers`),
    for every key or for one, until :meth:`recover`::

        store = MemoryStore()
        store.fail_with(StoreUnavailable("down for maintenance"))
        ...  # use whatever depends on the store
        store.recover()
        assert [put.body for put in store.puts] == [b"first", b"second"]

    With ``versioned=False`` it is a bucket that keeps only the newest body of each key.
    """

    kind = "memory"

    def __init__(self, bucket: str = "memory", *, versioned: bool = True) -> None:
        self.bucket = bucket
        self.display = f"memory:{bucket}"
        self.delay_s = 0.0
        """How long every request takes before anything happens."""
        self.requests: list[tuple[str, str]] = []
        """Every request in order, failed ones too: the method's name and its key or prefix."""
        self.puts: list[StoredObject] = []
        """Everything that was put and stored, in order."""
        self._versioned = versioned
        self._lines: dict[str, Sequence[StoredObject]] = {}  # each oldest first
        self._made = 0
        self._trouble = _Trouble()
        self._lock = threading.Lock()

    # -- making it misbehave -------------------------------------------------------------------

    def fail_with(self, error: BookstoreError, *, key: str | None = None) -> None:
        """Let every request, or every request for *key*, raise *error* and do nothing."""
        self._trouble.begin(error, key)

    def hang(self, *, key: str | None = None) -> None:
        """Let every request, or every request for *key*, wait: nothing is done or answered.

        At :meth:`recover` those that still wait are done and answered.
        """
        self._trouble.begin("hang", key)

    def lose_answers(self, *, key: str | None = None) -> None:
        """Let every request, or every request for *key*, be done and then look unanswered:
        it raises :class:`~bookstore.errors.StoreUnavailable`."""
        self._trouble.begin("lose answers", key)

    def recover(self, *, key: str | None = None) -> None:
        """End every trouble, or only that of *key*."""
        self._trouble.end(key)
        if key is None:
            self.delay_s = 0.0

    @property
    def hanging(self) -> int:
        """How many requests wait for :meth:`recover` at this moment."""
        return self._trouble.waiting

    async def until_hanging(self, requests: int = 1) -> None:
        """Return once as many *requests* hang."""
        await self._trouble.until_waiting(requests)

    # -- the contract --------------------------------------------------------------------------

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*."""
        key_bytes(key)
        await self._arrive("put", key)
        version = self._add(key, bytes(body), dict(metadata), content_type)
        self._trouble.on_answer(key)
        return version

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default."""
        key_bytes(key)
        await self._arrive("get", key)
        stored = self._find(key, version_id)
        check_size(key, stored.version.size_bytes, max_bytes)
        self._trouble.on_answer(key)
        return stored

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts without its body."""
        key_bytes(key)
        await self._arrive("head", key)
        stored = self._find(key, version_id)
        self._trouble.on_answer(key)
        return stored.version

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        key_bytes(key)
        await self._arrive("versions", key)
        self._trouble.on_answer(key)
        versions = [stored.version for stored in reversed(self._line(key))]
        for version in versions[_place_behind(after, key, versions) :]:
            yield version

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key below *prefix* and behind *after*."""
        behind = prefix_bytes(after)
        prefix_bytes(prefix)
        await self._arrive("list", prefix)
        self._trouble.on_answer(prefix)
        for line in self._lines_of(prefix):
            newest = line[-1].version
            if key_bytes(newest.key) > behind and not newest.is_delete_marker:
                yield newest

    async def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key below *prefix* and behind *after* that was deleted."""
        behind = prefix_bytes(after)
        prefix_bytes(prefix)
        await self._arrive("deleted", prefix)
        self._trouble.on_answer(prefix)
        for line in self._lines_of(prefix):
            versions = [stored.version for stored in reversed(line)]
            kept = [version for version in versions if not version.is_delete_marker]
            if key_bytes(versions[0].key) > behind and versions[0].is_delete_marker and kept:
                marker = versions[0]
                yield DeletedObject(key=marker.key, deleted_at=marker.modified_at, last=kept[0])

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many were removed."""
        key_bytes(key)
        wanted = frozenset(version_ids)
        await self._arrive("remove", key)
        with self._lock:
            line = self._lines.pop(key, [])
            left = [stored for stored in line if stored.version.version_id not in wanted]
            if left:
                newest = replace(left[-1], version=replace(left[-1].version, is_latest=True))
                self._lines[key] = [*left[:-1], newest]
        self._trouble.on_answer(key)
        return len(line) - len(left)

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions and return it."""
        key_bytes(key)
        await self._arrive("delete", key)
        marker = self._add(key, None, {}, "")
        self._trouble.on_answer(key)
        return marker

    async def check(self) -> StoreCheck:
        """Say that everything is well, unless it is not."""
        try:
            await self._arrive("check", "")
            self._trouble.on_answer("")
        except BookstoreError as error:
            problem = (error.message,)
            return StoreCheck(reachable=False, exists=False, versioned=False, problems=problem)
        problems = () if self._versioned else (f"The bucket {self.bucket!r} keeps no versions.",)
        return StoreCheck(reachable=True, exists=True, versioned=self._versioned, problems=problems)

    async def close(self) -> None:
        """Do nothing: what is stored stays, and the store can still be used."""

    # -- how it is kept ------------------------------------------------------------------------

    async def _arrive(self, method: str, key: str) -> None:
        self.requests.append((method, key))
        await asyncio.sleep(self.delay_s)  # even 0 lets others go first, as a network would
        await self._trouble.on_arrival(key)

    def _add(
        self, key: str, body: bytes | None, metadata: dict[str, str], content_type: str
    ) -> ObjectVersion:
        with self._lock:
            self._made += 1
            version = ObjectVersion(
                key=key,
                version_id=f"v{self._made:08d}" if self._versioned else UNVERSIONED_ID,
                size_bytes=len(body or b""),
                modified_at=utc_now(),
                etag="" if body is None else hashlib.sha256(body).hexdigest(),
                is_delete_marker=body is None,
                metadata=metadata,
                content_type=content_type,
            )
            stored = StoredObject(version=version, body=body or b"")
            self._lines[key] = [*self._past(key), stored]
            if body is not None:
                self.puts.append(stored)
            elif not self._versioned:
                del self._lines[key]
        return version

    def _past(self, key: str) -> Sequence[StoredObject]:
        if not self._versioned or not (line := self._lines.get(key)):
            return []
        newest = replace(line[-1], version=replace(line[-1].version, is_latest=False))
        return [*line[:-1], newest]

    def _line(self, key: str) -> Sequence[StoredObject]:
        with self._lock:
            return self._lines.get(key, [])  # replaced at every change, never changed itself

    def _lines_of(self, prefix: str) -> Sequence[Sequence[StoredObject]]:
        with self._lock:
            keys = sorted((key for key in self._lines if key.startswith(prefix)), key=key_bytes)
            return [self._lines[key] for key in keys]

    def _find(self, key: str, version_id: str | None) -> StoredObject:
        line = self._line(key)
        if version_id is None:
            found = line[-1:]
        else:
            found = [stored for stored in line if stored.version.version_id == version_id]
            if not found:
                raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        if not found or found[0].version.is_delete_marker:
            raise ObjectNotFound(f"There is no object {key!r}.")
        return found[0]


def _place_behind(after: str, key: str, versions: Sequence[ObjectVersion]) -> int:
    if not after:
        return 0
    for place, version in enumerate(versions, start=1):
        if version.version_id == after:
            return place
    raise VersionNotFound(f"{key!r} has no version {after!r}.")


class _Trouble:
    """What is wrong at the moment with every key (None), or with one.

    A key's own trouble goes before that of every key; the last one told replaces the one before.
    """

    def __init__(self) -> None:
        self._now: dict[str | None, BookstoreError | Literal["hang", "lose answers"]] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._watching: list[asyncio.Future[None]] = []

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def until_waiting(self, requests: int) -> None:
        while len(self._waiting) < requests:
            await _wait_in(self._watching)

    def begin(
        self, trouble: BookstoreError | Literal["hang", "lose answers"], key: str | None
    ) -> None:
        self._now[key] = trouble
        _wake(self._waiting)

    def end(self, key: str | None) -> None:
        if key is None:
            self._now.clear()
        else:
            self._now.pop(key, None)
        _wake(self._waiting)

    async def on_arrival(self, key: str) -> None:
        while self._of(key) == "hang":
            _wake(self._watching)
            await _wait_in(self._waiting)
        if isinstance(trouble := self._of(key), BookstoreError):
            raise copy(trouble)  # its traceback would grow with every raise

    def on_answer(self, key: str) -> None:
        if self._of(key) == "lose answers":
            raise StoreUnavailable(f"The answer to a request for {key!r} was lost.")

    def _of(self, key: str) -> BookstoreError | str | None:
        return self._now.get(key, self._now.get(None))


async def _wait_in(line: list[asyncio.Future[None]]) -> None:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    line.append(future)
    try:
        await future
    finally:
        line.remove(future)


def _wake(line: list[asyncio.Future[None]]) -> None:
    for future in tuple(line):
        with contextlib.suppress(RuntimeError):  # the loop it waited on was closed
            future.get_loop().call_soon_threadsafe(_finish, future)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
