"""The embedded store: versions in a folder on local disk, for when no bucket is configured.

A folder holds ``journal.jsonl``, one line a version, and ``objects/``, each body once; these two
are the truth, and can be read by hand.  The index beside them only makes reading them fast.

A version is made in this order: its body, its line in the journal, the answer, each flushed to
disk before the next.  A crash in between leaves at most a body that nothing points to.  It is
removed in the opposite order: a line in the journal that says so, then its body, when no other
version has it.  Lines are added, and bodies removed, under a lock on a file of its own, which a
dead process lets go of; one that hangs is not waited for without end.  Reading needs no such
lock, only, for a moment, one to open the index.

Knows: the folder.  Must not know: settings, networks.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import secrets
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from ...errors import ObjectNotFound, StoreError, StoreRefused, StoreUnavailable, VersionNotFound
from ...files.durable import make_folder, sweep, write_whole
from ...records import DeletedObject, ObjectVersion, StoreCheck, StoredObject, utc_now
from ..base import check_size, key_bytes, prefix_bytes
from .bodies import Bodies
from .errors import closed, renamed
from .index import Index, Placed
from .journal import Journal
from .lock import SharedLock, hold
from .remover import Remover

P = ParamSpec("P")
T = TypeVar("T")

_FIRST_PAGE = 16
_VERSIONS_PER_PAGE = 128
"""Pages of versions grow up to this: most who ask need only the newest few."""
_FIRST_KEYS = 64
_KEYS_PER_PAGE = 1024
"""Pages of keys grow up to this: those who show them take fifty or so, others take all."""
_REMOVED_PER_LINE = 1000
_FAR_BEHIND_BYTES = 64 * 1024
"""So much of the journal, a hundred versions or so, is left to whoever asks next: indexing each by
itself costs more than making it."""
_THREADS = 4
_CLOSE_S = 2.0
_END_OF_JOURNAL = 2**62


class LocalStore:
    """An :class:`~bookstore.store.base.ObjectStore` in a folder, whose name is the bucket's.

    Any number of stores, in any number of processes, may share one folder.  Nothing is touched
    before the first request, and only writing makes the folder.
    """

    kind = "local"

    def __init__(self, directory: Path) -> None:
        self.bucket = directory.name
        self.display = f"local:{self.bucket}"
        self._directory = directory
        self._incoming = directory / "incoming"
        self._bodies = Bodies(directory)
        self._journal = Journal(directory)
        self._journal_lock = SharedLock(directory / "journal.lock")
        index_lock = SharedLock(directory / "index.lock")
        self._index = Index(directory, self._journal, lambda: index_lock.hold(self._check_open))
        self._mutex = threading.Lock()  # one thread at a time uses the index
        self._remover = Remover(self._index, self._indexed, self._journal, self._bodies)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="bookstore-local")
        self._under_way: set[Future[Any]] = set()
        self._is_swept = False
        self._is_closed = False

    # -- the contract --------------------------------------------------------------------------

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*; it survives a power cut from then on."""
        key_bytes(key)
        facts = dict(metadata)
        return await self._write(self._put, key, body, facts, content_type)

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default, after comparing its body's SHA-256."""
        key_bytes(key)
        return await self._run(self._get, key, version_id, max_bytes)

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts without its body."""
        key_bytes(key)
        return await self._run(self._find, key, version_id)

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        encoded, before, limit = key_bytes(key), _END_OF_JOURNAL, _FIRST_PAGE
        if after:
            before = await self._run(self._place, key, after)
        while page := await self._run(self._versions_page, encoded, before, limit):
            for placed in page:
                yield placed.version
            before, limit = page[-1].start, min(2 * limit, _VERSIONS_PER_PAGE)

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key below *prefix* and behind *after*."""
        first, end, limit = *_range(prefix, after), _FIRST_KEYS
        while page := await self._run(self._keys_page, first, end, limit):
            for placed in page:
                yield placed.version
            first, limit = _behind(page[-1].version.key), min(2 * limit, _KEYS_PER_PAGE)

    async def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key below *prefix* and behind *after* that was deleted."""
        first, end, limit = *_range(prefix, after), _FIRST_KEYS
        while page := await self._run(self._deleted_page, first, end, limit):
            for marker, last in page:
                at = marker.version.modified_at
                yield DeletedObject(key=last.version.key, deleted_at=at, last=last.version)
            first, limit = _behind(page[-1][1].version.key), min(2 * limit, _KEYS_PER_PAGE)

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many were removed.

        A body goes with the last version that has it, under whatever key.
        """
        key_bytes(key)
        return await self._write(self._remove, key, tuple(version_ids))

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions and return it."""
        key_bytes(key)
        return await self._write(self._delete, key)

    async def check(self) -> StoreCheck:
        """Write a file and read the index: then the rest works as well."""
        try:
            await self._run(self._try_out)
        except StoreError as error:
            problem = f"{error.message} {error.hint}"
            return StoreCheck(reachable=False, exists=False, versioned=False, problems=(problem,))
        return StoreCheck(reachable=True, exists=True, versioned=True)

    async def close(self) -> None:
        """Finish what is being written or read, and let go of threads and files.

        What waits for another process gives up, and a disk that hangs is left to itself.
        """
        self._is_closed = True
        self._threads.shutdown(wait=False)
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        concurrent.futures.wait(tuple(self._under_way), timeout=_CLOSE_S)
        if self._mutex.acquire(timeout=_CLOSE_S):
            try:
                self._index.close()
            finally:
                self._mutex.release()

    # -- on a thread of our own ----------------------------------------------------------------

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            future = self._threads.submit(work, *args, **kwargs)
        except RuntimeError as error:  # it takes no more work
            raise closed() from error
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        try:
            return await asyncio.wrap_future(future)
        except (OSError, sqlite3.Error) as error:
            raise renamed(error) from error

    async def _write(self, work: Callable[..., T], *args: object) -> T:
        abandoned = threading.Event()
        try:
            return await self._run(work, *args, partial(self._check_wanted, abandoned))
        except asyncio.CancelledError:
            abandoned.set()  # a thread cannot be stopped, but it looks here before the journal
            raise

    def _check_open(self) -> None:
        if self._is_closed:
            raise closed()

    def _check_wanted(self, abandoned: threading.Event) -> None:
        self._check_open()
        if abandoned.is_set():  # what is put next must not end up below this one
            raise StoreUnavailable("The request was cancelled.")

    def _put(
        self,
        key: str,
        body: bytes,
        metadata: Mapping[str, str],
        content_type: str,
        check_wanted: Callable[[], None],
    ) -> ObjectVersion:
        check_wanted()
        self._prepare()
        sha256 = self._bodies.add(body)
        version = ObjectVersion(
            key=key,
            version_id="",
            size_bytes=len(body),
            modified_at=utc_now(),
            etag=sha256,
            metadata=metadata,
            content_type=content_type,
        )
        return self._record(version, check_wanted, body)

    def _delete(self, key: str, check_wanted: Callable[[], None]) -> ObjectVersion:
        check_wanted()
        self._prepare()
        marker = ObjectVersion(
            key=key, version_id="", size_bytes=0, modified_at=utc_now(), is_delete_marker=True
        )
        return self._record(marker, check_wanted)

    def _record(
        self, version: ObjectVersion, check_wanted: Callable[[], None], body: bytes | None = None
    ) -> ObjectVersion:
        with self._journal_lock.hold(check_wanted):
            if body is not None:  # it may have been removed with another version meanwhile
                self._bodies.ensure(version.etag, body)
            now = utc_now()  # within the lock, so that times rise with the order of the versions
            version = replace(version, version_id=_new_version_id(now), modified_at=now)
            self._journal.append(version)
        self._catch_up_if_far_behind()
        return version

    def _remove(
        self, key: str, version_ids: Sequence[str], check_wanted: Callable[[], None]
    ) -> int:
        if not self._journal.size_bytes():
            return 0  # nothing was ever stored; there is not even a folder for the lock
        removed = 0
        for start in range(0, len(version_ids), _REMOVED_PER_LINE):
            with self._journal_lock.hold(check_wanted):
                some = version_ids[start : start + _REMOVED_PER_LINE]
                removed += self._remover.remove(key, some, utc_now())
        if left := self._remover.bodies_left():
            with self._journal_lock.hold(check_wanted):
                self._remover.remove_bodies(left)
        return removed

    def _catch_up_if_far_behind(self) -> None:
        # If not now, then before the next answer: a version that is made must not fail any more.
        is_far = self._index.behind_bytes() >= _FAR_BEHIND_BYTES
        if is_far and self._mutex.acquire(blocking=False):
            try:
                with contextlib.suppress(OSError, sqlite3.Error, StoreError):
                    self._index.catch_up()
            finally:
                self._mutex.release()

    def _get(self, key: str, version_id: str | None, max_bytes: int | None) -> StoredObject:
        version = self._find(key, version_id)
        check_size(key, version.size_bytes, max_bytes)
        try:
            body = self._bodies.read(version.etag, version.size_bytes)
        except StoreRefused:
            self._find(key, version.version_id)  # removed meanwhile?  Then that is the answer
            raise
        return StoredObject(version=version, body=body)

    def _find(self, key: str, version_id: str | None) -> ObjectVersion:
        encoded = key.encode()
        with self._indexed():
            if version_id is None:
                found = self._index.newest(encoded)
            else:
                found = self._index.version(encoded, version_id)
        if found is None and version_id is not None:
            raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        if found is None or found.is_delete_marker:
            raise ObjectNotFound(f"There is no object {key!r}.")
        return found

    def _place(self, key: str, version_id: str) -> int:
        with self._indexed():
            place = self._index.place(key.encode(), version_id)
        if place is None:
            raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        return place

    def _deleted_page(
        self, first: bytes, end: bytes, limit: int
    ) -> Sequence[tuple[Placed, Placed]]:
        with self._indexed():
            return self._index.deleted(first, end, limit)

    def _versions_page(self, key: bytes, before: int, limit: int) -> Sequence[Placed]:
        with self._indexed():
            return self._index.versions(key, before, limit)

    def _keys_page(self, first: bytes, end: bytes, limit: int) -> Sequence[Placed]:
        with self._indexed():
            return self._index.keys(first, end, limit)

    def _try_out(self) -> None:
        self._prepare()
        probe = self._incoming / f"check-{secrets.token_hex(8)}"
        write_whole(probe, self._incoming, ())
        probe.unlink()
        self._journal.make()
        self._journal_lock.try_out()
        with self._indexed():
            self._index.catch_up()

    def _prepare(self) -> None:
        make_folder(self._directory / "objects")
        make_folder(self._incoming)
        if not self._is_swept:
            self._is_swept = True
            sweep(self._incoming)

    def _indexed(self) -> contextlib.AbstractContextManager[None]:
        return hold(self._mutex, self._check_open)


def _range(prefix: str, after: str) -> tuple[bytes, bytes]:
    """Return the first key below *prefix* that may be behind *after*, and one behind the last."""
    encoded = prefix_bytes(prefix)
    return max(encoded, prefix_bytes(after) + b"\0"), encoded + b"\xff"  # UTF-8 has none as high


def _behind(key: str) -> bytes:
    return key.encode() + b"\0"  # the very next key there can be


def _new_version_id(now: datetime) -> str:
    # Sorts by time and says it to people who recover by hand; the order is the journal's, though.
    return f"{now:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(4)}"
