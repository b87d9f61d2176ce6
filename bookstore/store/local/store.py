"""The embedded store: versions in a folder on local disk, for when no bucket is configured.

A folder holds ``store.sqlite3``, and beside it ``bodies/`` and ``pieces/``, what is too large for
it.  A version is made in one transaction, whole; in the background it is cut into pieces, of which
other versions have most already.  It can be read at every moment in between.

Knows: the folder.  Must not know: settings, networks.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from ...databases.bodies import INLINE_BYTES, BodyFiles, is_in, next_number, put_in
from ...databases.owned import DatabaseUnavailable, OwnedDatabase, is_damage
from ...databases.parts import Part
from ...databases.readers import NotKnownYetError, Readers
from ...errors import ObjectNotFound, SaveLost, StoreError, StoreRefused, VersionNotFound
from ...records import DeletedObject, ObjectVersion, OutboxEntry, StoreCheck, StoredObject, utc_now
from ..base import check_size, key_bytes, prefix_bytes
from ..plain import PlainMethods
from . import earlier, pieces, salvage, tables
from .bodies import Bodies
from .earlier import EarlierFolder
from .errors import closed, renamed
from .packing import LOCK, Packing
from .removal import remove
from .tables import Row
from .upkeep import Upkeep

T = TypeVar("T")

SCHEMA = tables.SCHEMA + pieces.SCHEMA + earlier.SCHEMA
DATABASE = "store.sqlite3"
"""The file that says which versions there are."""
_FIRST_PAGE = 16
_VERSIONS_PER_PAGE = 128
"""Pages of versions grow up to this: most who ask need only the newest few."""
_FIRST_KEYS = 64
_KEYS_PER_PAGE = 1024
"""Pages of keys grow up to this: those who show them take fifty or so, others take all."""
_REMOVED_AT_ONCE = 100
_CLOSE_S = 2.0
_PATIENCE_S = 2.0
"""So long who asks waits for what is taken over from a file that was moved aside."""


class LocalStore(PlainMethods):
    """An :class:`~bookstore.store.base.ObjectStore` in a folder, whose name is the bucket's.

    Any number of stores, in any number of processes, may share one folder.  Nothing is touched
    before the first request, and only writing makes the folder.
    """

    kind = "local"

    def __init__(self, directory: Path, *, shared_with: tuple[Part, ...] = ()) -> None:
        """*shared_with*: the tables of others who keep theirs in the same file."""
        self.bucket = directory.name
        self.display = f"local:{self.bucket}"
        self.directory = directory
        self.is_shared = bool(shared_with)
        """Do others keep their tables in the same file?"""
        self._earlier = EarlierFolder(directory)
        self._files = BodyFiles(directory / "bodies")
        self._bodies = Bodies(directory, self._files, self._earlier)
        part = Part(
            SCHEMA,
            salvage.take_over,
            self._earlier.take_over,
            tables.files_in_use,
            holds="versions",
            traces=(LOCK,),
        )
        self.database = OwnedDatabase(
            directory / DATABASE,
            [part, *shared_with],
            tables.FORMAT_NUMBER,
            needs_locks=True,
        )
        """The file's one owner."""
        self._readers = Readers(directory / DATABASE, "bookstore-local")
        self._packing = Packing(
            directory, self.database, self._readers, self._bodies, self._files, self._earlier
        )
        self.upkeep = Upkeep(self.database, self._readers, self._bodies, self._packing)
        self._is_closed = False
        self._is_taken_up = False

    # -- the contract --------------------------------------------------------------------------

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*; it survives a power cut from then on."""
        key_bytes(key)
        made = ObjectVersion(
            key=key,
            version_id="",
            size_bytes=len(body),
            modified_at=utc_now(),
            etag=hashlib.sha256(body).hexdigest(),
            metadata=dict(metadata),
            content_type=content_type,
        )
        name = await self._write_if_large(body)
        version = await self._write(lambda db: self._put(db, made, body, name))
        self._packing.wake()
        return version

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default, after comparing its body's SHA-256."""
        key_bytes(key)
        return await self._read(lambda: self._get(key, version_id, max_bytes))

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts without its body."""
        key_bytes(key)
        return await self._read(lambda: self._find(key, version_id).version)

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        encoded, before, limit = key_bytes(key), tables.LAST, _FIRST_PAGE
        if after:
            before = await self._read(lambda: self._place(key, after))
        while page := await self._page(tables.versions, encoded, before, limit):
            for row in page:
                yield row.version
            before, limit = page[-1].sequence, min(2 * limit, _VERSIONS_PER_PAGE)

    async def list(self, prefix: str = "", *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the newest version of every key below *prefix* and behind *after*."""
        first, end, limit = *_range(prefix, after), _FIRST_KEYS
        while page := await self._page(tables.keys, first, end, limit):
            for row in page:
                yield row.version
            first, limit = _behind(page[-1].version.key), min(2 * limit, _KEYS_PER_PAGE)

    async def deleted(self, prefix: str = "", *, after: str = "") -> AsyncIterator[DeletedObject]:
        """Yield every key below *prefix* and behind *after* that was deleted."""
        first, end, limit = *_range(prefix, after), _FIRST_KEYS
        while page := await self._page(tables.deleted, first, end, limit):
            for marker, last in page:
                yield DeletedObject(key=last.key, deleted_at=marker.modified_at, last=last)
            first, limit = _behind(page[-1][1].key), min(2 * limit, _KEYS_PER_PAGE)

    async def remove(self, key: str, version_ids: Collection[str]) -> int:
        """Remove these versions of *key* for good and return how many were removed.

        What they are made of goes with the last version that has it, under whatever key.
        """
        encoded, wanted, removed = key_bytes(key), [*dict.fromkeys(version_ids)], 0
        if await self._read(lambda: self._readers.ask(lambda _: True)) is None:
            return 0  # removing makes no file
        for start in range(0, len(wanted), _REMOVED_AT_ONCE):
            some = wanted[start : start + _REMOVED_AT_ONCE]
            gone = await self._write(partial(remove, key=encoded, version_ids=some))
            await asyncio.to_thread(self._files.remove, gone.files)
            removed += gone.versions
        return removed

    async def delete(self, key: str) -> ObjectVersion:
        """Add a delete marker on top of *key*'s versions and return it."""
        key_bytes(key)
        marker = ObjectVersion(
            key=key, version_id="", size_bytes=0, modified_at=utc_now(), is_delete_marker=True
        )
        return await self._write(lambda db: _insert(db, marker, tables.NOWHERE))

    async def check(self) -> StoreCheck:
        """Write and read: then the rest works as well."""
        try:
            await self._write(lambda db: db.execute("UPDATE keys SET id = id WHERE id = 0"))
            await self._page(tables.keys, b"", b"", 1)
        except StoreError as error:
            problem = f"{error.message} {error.hint}"
            return StoreCheck(reachable=False, exists=False, versioned=False, problems=(problem,))
        return StoreCheck(reachable=True, exists=True, versioned=True)

    async def close(self) -> None:
        """Finish what is being written or read, and let go of threads and files.

        What waits for another process gives up, and a disk that hangs is left to itself.
        """
        self._is_closed = True
        await asyncio.to_thread(self._packing.close, timeout_s=_CLOSE_S)
        await asyncio.to_thread(self._readers.close, timeout_s=_CLOSE_S)
        await asyncio.to_thread(self.database.close)

    # -- what waits in the same file -------------------------------------------------------------

    def adopt(
        self, db: sqlite3.Connection, entry: OutboxEntry, metadata: Mapping[str, str]
    ) -> ObjectVersion:
        """Let a save that waits in the same file be a version, inside its transaction.

        Its body is not touched.  Done again, because a power cut undid it, it gives the same
        version.  Raises :class:`~bookstore.errors.BadRequest` for a key that no store takes and
        :class:`~bookstore.errors.SaveLost` when the body is gone.
        """
        key_bytes(entry.key)
        made = ObjectVersion(
            key=entry.key,
            version_id=_version_id(entry.queued_at, entry.save_id[:8]),
            size_bytes=entry.size_bytes,
            modified_at=entry.queued_at,
            is_delete_marker=entry.operation == "delete",
            metadata=None if entry.operation == "delete" else metadata,
            etag="" if entry.operation == "delete" else metadata["sha256"],
            content_type="" if entry.operation == "delete" else entry.content_type,
        )
        tables.insert(db, made, self._kept(db, entry), entry.sequence)
        return made

    def tidy_soon(self) -> None:
        """Cut versions that are still whole into pieces, in the background."""
        self._packing.wake()

    def newest_within(self, db: sqlite3.Connection, key: str) -> ObjectVersion | None:
        """Return the newest version of *key*, a delete marker included, inside a transaction.

        Raises :class:`~bookstore.databases.readers.NotKnownYetError` where :meth:`become_known`
        has not returned.
        """
        if self.database.is_taking_over:
            raise NotKnownYetError
        found = tables.newest(db, key.encode())
        return found and found.version

    def _kept(self, db: sqlite3.Connection, entry: OutboxEntry) -> str:
        if entry.operation == "delete":
            return tables.NOWHERE
        if is_in(db, entry.sequence):
            return tables.ROW
        if self._files.size_bytes(entry.save_id) != entry.size_bytes:
            raise SaveLost("The body of a waiting save is gone from the outbox.")
        return f"{tables.FILE}{entry.save_id}"

    # -- on threads of our own -------------------------------------------------------------------

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._check_open()
        future = self.database.run(work)
        try:
            return await asyncio.wrap_future(future)
        except DatabaseUnavailable as error:
            raise renamed(error.__cause__ or error) from error

    async def _read(self, work: Callable[[], T]) -> T:
        self._check_open()
        if not self._is_taken_up:
            await self._take_up()
            self._is_taken_up = True
        try:
            return await self._on_a_reader(work)
        except NotKnownYetError:
            pass
        except (OSError, sqlite3.Error) as error:
            if not is_damage(error):
                raise renamed(error) from error
            with contextlib.suppress(StoreError):
                await self._write(salvage.raise_if_damaged)
        await self.become_known(patience_s=_PATIENCE_S)
        try:
            return await self._on_a_reader(work)
        except (OSError, sqlite3.Error) as error:
            raise renamed(error) from error

    async def become_known(self, *, patience_s: float) -> None:
        """Return once all is known that can be known of files that were moved aside; raise
        :class:`~bookstore.errors.StoreUnavailable` when that takes longer than *patience_s*."""
        await salvage.until_known(self.database, patience_s=patience_s)

    async def _on_a_reader(self, work: Callable[[], T]) -> T:
        future: Future[T] = self._readers.submit(work)
        return await asyncio.wrap_future(future)

    async def _take_up(self) -> None:
        """Open the file where an earlier release left its folder, or where the file is not what it
        was: that takes over what is there, and what a process before this one has begun to pack
        goes on."""
        if not (self._earlier.is_there() or self.database.is_to_be_told_of()):
            if any(self.directory.glob(f"{DATABASE}.*")):  # one that was moved aside
                self._packing.wake()
            return
        try:
            await self._write(lambda _: None)
        except StoreError:  # on a disk that is full, what was taken over before can be read
            if not self.database.file.exists():
                raise
        self._packing.wake()

    async def _page(self, question: Callable[..., Sequence[T]], *values: object) -> Sequence[T]:
        ask = self._readers.ask
        return await self._read(lambda: ask(lambda db: question(db, *values)) or ())

    def _check_open(self) -> None:
        if self._is_closed:
            raise closed()

    async def _write_if_large(self, body: bytes) -> str:
        if len(body) <= INLINE_BYTES:
            return ""
        name = secrets.token_hex(16)
        try:
            await asyncio.to_thread(self._files.write, {name: body})
        except OSError as error:
            raise renamed(error) from error
        return name

    def _put(
        self, db: sqlite3.Connection, made: ObjectVersion, body: bytes, name: str
    ) -> ObjectVersion:
        if name:
            return _insert(db, made, f"{tables.FILE}{name}")
        sequence = next_number(db)
        put_in(db, sequence, body)
        return _insert(db, made, tables.ROW)

    def _get(self, key: str, version_id: str | None, max_bytes: int | None) -> StoredObject:
        row = self._find(key, version_id)
        check_size(key, row.version.size_bytes, max_bytes)
        return self._whole(key, row.version.version_id)

    def _whole(self, key: str, version_id: str) -> StoredObject:
        def question(db: sqlite3.Connection) -> Row | StoredObject | None:
            row = tables.version(db, key.encode(), version_id)
            try:
                return row and StoredObject(version=row.version, body=self._bodies.read(db, row))
            except StoreRefused:
                if row is None or row.kept == kept:
                    raise
                return row

        kept = None
        while isinstance(found := self._readers.ask(question), Row):
            kept = found.kept  # its file may have gone since, to be kept in another way: look again
        if found is None:  # removed meanwhile
            raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        return found

    def _find(self, key: str, version_id: str | None) -> Row:
        def question(db: sqlite3.Connection) -> Row | None:
            if version_id is None:
                return tables.newest(db, key.encode())
            return tables.version(db, key.encode(), version_id)

        found = self._readers.ask(question)
        if found is None and version_id is not None:
            raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        if found is None or found.version.is_delete_marker:
            raise ObjectNotFound(f"There is no object {key!r}.")
        return found

    def _place(self, key: str, version_id: str) -> int:
        row = self._readers.ask(lambda db: tables.version(db, key.encode(), version_id))
        if row is None:
            raise VersionNotFound(f"{key!r} has no version {version_id!r}.")
        return row.sequence


def has_versions(directory: Path) -> bool:
    """Was anything ever stored in this folder, by this release or an earlier one?"""
    return any(directory.glob(f"{DATABASE}*")) or EarlierFolder(directory).is_there()


def _insert(db: sqlite3.Connection, made: ObjectVersion, kept: str) -> ObjectVersion:
    made = replace(made, version_id=_version_id(made.modified_at, secrets.token_hex(4)))
    tables.insert(db, made, kept, next_number(db))
    return made


def _range(prefix: str, after: str) -> tuple[bytes, bytes]:
    """Return the first key below *prefix* that may be behind *after*, and one behind the last."""
    encoded = prefix_bytes(prefix)
    return max(encoded, prefix_bytes(after) + b"\0"), encoded + b"\xff"  # UTF-8 has none as high


def _behind(key: str) -> bytes:
    return key.encode() + b"\0"  # the very next key there can be


def _version_id(moment: datetime, unique: str) -> str:
    # Sorts by time and says it to people who recover by hand; the order is the numbers', though.
    return f"{moment:%Y%m%dT%H%M%S%f}Z-{unique}"
