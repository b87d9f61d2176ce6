"""Files and folders in a store: found, listed, written, and moved so that nothing can be lost.

Knows: the store, keys.  Must not know: Jupyter, contents models.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from ..archive.saves import save_of
from ..concurrency.path_locks import TreeLock
from ..editors.reasons import Reason
from ..errors import NotFound, ObjectNotFound, StoreUnavailable
from ..keys.workspace import Area, Workspace, is_reserved
from ..notebooks.models import content_type_of
from ..records import ArchiveEvent, ObjectVersion, OutboxEntry, Provenance, Save, StoredObject
from ..store.base import ObjectStore
from ..wiring import Bookstore
from . import standing
from .cache import Cache
from .uploads import Upload

T = TypeVar("T")

FOLDER_TYPE = "application/directory"
PART_BYTES = 4 * 2**20
"""So much is held in memory of a file that is read a part at a time."""
_AT_ONCE = 8
_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""A store may show what it puts on top before what it puts below: whether who put the one has
seen the other is only known when they had the time to make good for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What is directly in a folder."""

    path: str
    file: ObjectVersion | None
    """None: a folder."""
    modified_at: datetime | None = None
    """Of a folder: when something in it was changed last, as far as that was seen."""


class Tree:
    """The files of one workspace.  Paths are API paths in their one spelling (``normal_path``)."""

    def __init__(self, bookstore: Bookstore, cache: Cache) -> None:
        self._bookstore = bookstore
        self.cache = cache
        self.locks = TreeLock()
        """Held while what is at a path changes; those of other servers are not held."""

    # -- looking -----------------------------------------------------------------------------------

    async def file(self, path: str) -> ObjectVersion | None:
        """Return the facts of the file at *path*; None where there is none."""
        if not path:
            return None
        changes, version = self.cache.changes, None
        with contextlib.suppress(ObjectNotFound):
            found = await self._ask(self._store.head(self.key(path)))
            version = self.cache.as_told(path, found)
        self.cache.note(path, version, changes=changes)
        return version

    async def listed(self, path: str, *, most: int) -> list[ObjectVersion]:
        """Return the first files in the folder at *path* as the store lists them."""

        async def look() -> list[ObjectVersion]:
            found: list[ObjectVersion] = []
            async for child in self._store.children(self._mark(path)):
                if isinstance(child, ObjectVersion):
                    found.append(child)
                if len(found) >= most:
                    break
            return found

        return await self._ask(look())

    async def read(self, path: str) -> StoredObject | None:
        """Return the file at *path*; None where there is none."""
        if not path:
            return None
        if kept := self.cache.body(path):
            facts = await self.file(path)
            if facts is None:
                return None
            if (facts.version_id, facts.etag) == (kept.version.version_id, kept.version.etag):
                return StoredObject(version=facts, body=kept.body)
        changes = self.cache.changes
        try:
            stored = await self._ask(self._store.get(self.key(path)))
        except ObjectNotFound:
            self.cache.note(path, None, changes=changes)
            return None
        stored = replace(stored, version=self.cache.as_told(path, stored.version))
        self.cache.note(path, stored.version, changes=changes)
        self.cache.keep(path, stored)
        return stored

    async def part(self, path: str, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version of the file at *path*, from *start* on."""
        key = self.key(path)
        asking = self._store.part(key, version_id=version_id, start=start, size=size)
        return await self._ask(asking, size_bytes=size)

    async def digest_of(self, version: ObjectVersion) -> str:
        """Return the SHA-256 of what a version holds, which is read a part at a time."""
        digest, start = hashlib.sha256(), 0
        while start < version.size_bytes:
            path, version_id = self.path(version.key), version.version_id
            part = await self.part(path, version_id, start, PART_BYTES)
            if not part:
                raise StoreUnavailable(f"{path}: the store gave less than it said.")
            await asyncio.to_thread(digest.update, part)
            start += len(part)
        return digest.hexdigest()

    async def is_folder(self, path: str) -> bool:
        """Is there a folder at *path*?  The root is always there."""
        return not path or await self._ask(self._has_children(path))

    async def children(self, path: str) -> list[Child] | None:
        """Return what is in the folder at *path*, in order; None where there is none."""
        return await self._ask(self._children(path))

    # -- changing ----------------------------------------------------------------------------------

    async def save_of(self, path: str, body: bytes, reason: Reason) -> Save:
        """Return what :meth:`put` makes the newest version of the file at *path*."""
        return await asyncio.to_thread(save_of, self.workspace, path, body, reason)

    async def put_as(self, entry: OutboxEntry, body: bytes) -> ObjectVersion:
        """Store *body* as *entry* says."""
        putting = self._store.put(
            entry.key, body, metadata=entry.metadata, content_type=entry.content_type
        )
        return await self._change(entry.key, putting, len(body))

    async def write_upload(self, path: str, upload: Upload, reason: Reason) -> ObjectVersion:
        """Make what was uploaded the newest version of the file at *path*."""
        provenance = replace(
            Provenance.of(b"", author=reason.author, kind=reason.kind, source=reason.source),
            sha256=upload.sha256,
        )
        body = upload.whole()
        putting = self._store.put_file(
            self.key(path),
            body,
            metadata=provenance.to_metadata(),
            content_type=content_type_of(path),
        )
        return await self._change(self.key(path), putting, body.size_bytes)

    async def make_folder(self, path: str) -> None:
        """Make an empty folder, or let one stay that only what is in it made."""
        mark = self._mark(path)
        putting = self._store.put(mark, b"", metadata={}, content_type=FOLDER_TYPE)
        await self._change(mark, putting)

    async def give_way(
        self,
        path: str,
        mine: ObjectVersion,
        base: ObjectVersion | None,
        own: Collection[str] = (),
    ) -> ObjectVersion | None:
        """Let what nobody had seen be the newest version if *mine* was put over it, or was not
        there yet when it was put over *mine*; return it, and None if there is nothing like that.

        *base* is the version that was there when somebody looked last, or None; what stands below
        it, or below where it was put back on top, is no matter of this one.
        *own* are save IDs of what this server put, or may have, since then.
        """
        look = partial(standing.unseen, self._store, mine, base, own)
        unseen = await self._ask(look())
        for pause_s in _PAUSES_S:
            if unseen is None or not unseen.is_latest:
                break
            await asyncio.sleep(pause_s)  # who put it over *mine* may be about to give way
            unseen = await self._ask(look())
        if unseen is None or unseen.is_latest:
            return unseen
        return await self.put_back(path, unseen)

    async def below(self, version: ObjectVersion) -> ObjectVersion | None:
        """Return the version that stands right below *version*, and is not that, sent twice."""
        return await self._ask(standing.below(self._store, version))

    async def ever_had(self, key: str, etag: str) -> bool:
        """Was there a version of *key* with this ETag?"""
        return await self._ask(standing.ever_had(self._store, key, etag))

    async def copy(
        self,
        source: ObjectVersion,
        path: str,
        metadata: Mapping[str, str],
        content_type: str,
    ) -> ObjectVersion:
        """Make what the version *source* holds the newest version of the file at *path*."""
        copying = self._store.copy(
            source, self.key(path), metadata=metadata, content_type=content_type
        )
        return await self._change(self.key(path), copying, source.size_bytes)

    async def put_back(self, path: str, version: ObjectVersion) -> ObjectVersion:
        """Make *version* the newest one again; those above it stay below."""
        facts = await self._ask(self._store.head(version.key, version_id=version.version_id))
        return await self.copy(facts, path, facts.metadata or {}, facts.content_type)

    async def delete(self, path: str) -> None:
        """Mark the file, or the folder and all that is in it, deleted; every version stays.

        Interrupted, it can be asked for again.  The folder that it was in stays.
        """
        keys = await self.keys_at(path)
        if not keys:
            raise NotFound(f"There is no file or folder {path!r}.")
        await self.keep_parent(path)
        await self.each(keys, self.mark_deleted)

    # -- for what moves ----------------------------------------------------------------------------

    @property
    def _store(self) -> ObjectStore:
        return self._bookstore.store

    @property
    def workspace(self) -> Workspace:
        """Where the files are."""
        return self._bookstore.workspace

    def key(self, path: str) -> str:
        """Return the key of the file at *path*."""
        return self.workspace.key(path)

    def path(self, key: str) -> str:
        """Return the path of the file, or of the folder, that has *key*."""
        if key.endswith("/"):
            return key.removeprefix(self.workspace.beginning).rstrip("/")
        return self.workspace.path(key)

    def _mark(self, path: str) -> str:
        """Return the key that is the folder itself."""
        return f"{self.key(path)}/" if path else self.workspace.beginning

    async def _ask(self, work: Awaitable[T], *, size_bytes: int = 0) -> T:
        return await self._bookstore.within(work, size_bytes=size_bytes)

    async def _change(
        self, key: str, work: Awaitable[ObjectVersion], size_bytes: int = 0
    ) -> ObjectVersion:
        path, started_at = self.path(key), time.monotonic()
        try:
            made = await self._ask(work, size_bytes=size_bytes)
        finally:  # a failure may have changed it as well
            self.cache.changed(path)
        if key.endswith("/"):
            self.cache.note_folder(path, made.modified_at)
            return made
        self.cache.note_made(path, made)
        self.cache.note_folder(path.rpartition("/")[0], made.modified_at)
        if not self._is_ours(made):
            self._tell(path, made, time.monotonic() - started_at)
        return made

    def _tell(self, path: str, made: ObjectVersion, took_s: float) -> None:
        event = ArchiveEvent(
            action="archived",
            path=path,
            save_id=(made.metadata or {}).get("save-id", ""),
            depth=0,  # nothing of this waits in the outbox
            version=made,
            took_s=took_s,
        )
        self._bookstore.tell(event)

    async def _has_children(self, path: str) -> bool:
        async for _ in self._store.list(self._mark(path)):
            return True
        return False

    async def _children(self, path: str) -> list[Child] | None:
        mark, is_there = self._mark(path), not path
        found = []
        async for child in self._store.children(mark):
            if self._is_ours(child):
                continue
            is_there = True
            if isinstance(child, str):
                folder = self.path(child)
                moment = self.cache.folder_time(folder)
                found.append(Child(path=folder, file=None, modified_at=moment))
                continue
            self.cache.note_folder(path, child.modified_at)
            if child.key != mark:
                found.append(Child(path=self.workspace.path(child.key), file=child))
        return found if is_there else None

    def _is_ours(self, child: ObjectVersion | str) -> bool:
        """Is it what bookstore knows beside the files, and none of them?"""
        key = child if isinstance(child, str) else child.key
        return is_reserved(self.workspace.prefix, key)

    async def keys_at(self, path: str) -> list[str]:
        """Return the keys of the file, or of the folder and all that is in it."""
        if (await self.file(path)) is not None:
            return [self.key(path)]
        return await self._ask(self._keys_below(self._mark(path)))

    async def _keys_below(self, mark: str) -> list[str]:
        return [version.key async for version in self._store.list(mark)]

    async def put(self, save: Save) -> ObjectVersion:
        """Store *save*."""
        putting = self._store.put(
            save.key,
            save.body,
            metadata=save.provenance.to_metadata(),
            content_type=save.content_type,
        )
        return await self._change(save.key, putting, len(save.body))

    async def noted(self, area: Area, path: str) -> bytes:
        """Return what *area* knows of *path*; raises ObjectNotFound."""
        key = self.workspace.reserved_key(area, path)
        return (await self._ask(self._store.get(key))).body

    async def mark_deleted(self, key: str) -> ObjectVersion:
        """Mark *key* deleted; return the marker."""
        return await self._change(key, self._store.delete(key))

    async def keep_parent(self, path: str) -> None:
        """Let the folder of *path* be one of its own, that stays when it is empty."""
        parent = path.rpartition("/")[0]
        if parent:
            await self.make_folder(parent)

    async def each(self, keys: Iterable[str], work: Callable[[str], Awaitable[object]]) -> None:
        """Do *work* for each of *keys*, several at a time; the first failure stops the rest."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str) -> None:
            async with free:
                await work(key)

        tasks = [asyncio.ensure_future(one(key)) for key in keys]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
