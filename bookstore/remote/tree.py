"""Files and folders in a store: found, listed, written, and moved so that nothing can be lost.

Knows: the store, keys.  Must not know: Jupyter, contents models.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from ..archive.saves import move_of, save_of
from ..concurrency.path_locks import TreeLock
from ..editors.reasons import Reason
from ..errors import Conflict, NotFound, ObjectNotFound, StoreUnavailable
from ..keys.api_paths import rebased
from ..keys.workspace import Workspace, is_reserved
from ..notebooks.models import content_type_of
from ..records import Kind, ObjectVersion, Provenance, Save, StoredObject
from ..store.base import ObjectStore
from ..wiring import Bookstore
from .uploads import Upload

T = TypeVar("T")

FOLDER_TYPE = "application/directory"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What is directly in a folder."""

    path: str
    file: ObjectVersion | None
    """None: a folder."""


class Tree:
    """The files of one workspace.  Paths are API paths in their one spelling (``normal_path``)."""

    def __init__(self, bookstore: Bookstore) -> None:
        self._bookstore = bookstore
        self.locks = TreeLock()
        """Held while what is at a path changes; those of other servers are not held."""

    # -- looking -----------------------------------------------------------------------------------

    async def file(self, path: str) -> ObjectVersion | None:
        """Return the facts of the file at *path*; None where there is none."""
        if not path:
            return None
        try:
            return await self._ask(self._store.head(self._key(path)))
        except ObjectNotFound:
            return None

    async def read(self, path: str) -> StoredObject | None:
        """Return the file at *path*; None where there is none."""
        if not path:
            return None
        try:
            return await self._ask(self._store.get(self._key(path)))
        except ObjectNotFound:
            return None

    async def part(self, path: str, version_id: str, start: int, size: int) -> bytes:
        """Return *size* bytes of a version of the file at *path*, from *start* on."""
        key = self._key(path)
        asking = self._store.part(key, version_id=version_id, start=start, size=size)
        return await self._ask(asking, size_bytes=size)

    async def is_folder(self, path: str) -> bool:
        """Is there a folder at *path*?  The root is always there."""
        return not path or await self._ask(self._has_children(path))

    async def children(self, path: str) -> list[Child] | None:
        """Return what is in the folder at *path*, in order; None where there is none."""
        return await self._ask(self._children(path))

    # -- changing ----------------------------------------------------------------------------------

    async def write(self, path: str, body: bytes, reason: Reason) -> ObjectVersion:
        """Make *body* the newest version of the file at *path*."""
        save = await asyncio.to_thread(save_of, self._workspace, path, body, reason)
        return await self._put(save)

    async def write_upload(self, path: str, upload: Upload, reason: Reason) -> ObjectVersion:
        """Make what was uploaded the newest version of the file at *path*."""
        provenance = replace(
            Provenance.of(b"", author=reason.author, kind=reason.kind, source=reason.source),
            sha256=upload.sha256,
        )
        body = upload.whole()
        putting = self._store.put_file(
            self._key(path),
            body,
            metadata=provenance.to_metadata(),
            content_type=content_type_of(path),
        )
        return await self._ask(putting, size_bytes=body.size_bytes)

    async def make_folder(self, path: str) -> None:
        """Make an empty folder, or let one stay that only what is in it made."""
        store = self._store
        putting = store.put(self._mark(path), b"", metadata={}, content_type=FOLDER_TYPE)
        await self._ask(putting)

    async def overtaken(self, path: str, mine: ObjectVersion, base: str) -> ObjectVersion | None:
        """Return the version that *mine* was put over although nobody had seen it, if there is one.

        *base* is the version that was there when somebody looked last; "" when there was none.
        """
        return await self._ask(self._overtaken(path, mine, base))

    async def put_back(self, path: str, version: ObjectVersion) -> ObjectVersion:
        """Make *version* the newest one again; those above it stay below."""
        stored = await self._ask(self._store.get(version.key, version_id=version.version_id))
        facts = stored.version
        putting = self._store.put(
            self._key(path),
            stored.body,
            metadata=facts.metadata or {},
            content_type=facts.content_type,
        )
        return await self._ask(putting, size_bytes=facts.size_bytes)

    async def delete(self, path: str) -> None:
        """Mark the file, or the folder and all that is in it, deleted; every version stays.

        Interrupted, it can be asked for again.  The folder that it was in stays.
        """
        keys = await self._keys_at(path)
        if not keys:
            raise NotFound(f"There is no file or folder {path!r}.")
        await self._keep_parent(path)
        await self._each(keys, self._mark_deleted)

    async def copy(self, old: str, new: str, reason: Reason) -> None:
        """Copy the file, or the folder and all that is in it; each copy knows where it is from."""
        await self._copy(await self._keys_at(old), old, new, reason, "copy")

    async def move(self, old: str, new: str, reason: Reason) -> None:
        """Move the file, or the folder and all that is in it, and its history with it.

        Nothing is marked deleted at *old* before all of it is at *new*, which is looked at.  A move
        that was interrupted goes on when it is asked for again; anything else at *new* is a
        :class:`~bookstore.errors.Conflict`.
        """
        keys = await self._keys_at(old)
        if not keys:
            raise NotFound(f"There is no file or folder {old!r}.")
        await self._begin_move(old, new)
        await self._copy(keys, old, new, reason, "rename")
        await self._must_have_arrived(keys, old, new)
        await self._keep_parent(old)
        await self._each(keys, self._mark_deleted)
        await self._put(move_of(self._workspace, old, new))

    # -- how -----------------------------------------------------------------------------------

    @property
    def _store(self) -> ObjectStore:
        return self._bookstore.store

    @property
    def _workspace(self) -> Workspace:
        return self._bookstore.workspace

    def _key(self, path: str) -> str:
        return self._workspace.key(path)

    def _mark(self, path: str) -> str:
        """Return the key that is the folder itself."""
        return f"{self._key(path)}/" if path else self._workspace.beginning

    async def _ask(self, work: Awaitable[T], *, size_bytes: int = 0) -> T:
        return await self._bookstore.within(work, size_bytes=size_bytes)

    async def _has_children(self, path: str) -> bool:
        async for child in self._store.children(self._mark(path)):
            if not self._is_ours(child):
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
                name = child.removeprefix(self._workspace.beginning).rstrip("/")
                found.append(Child(path=name, file=None))
            elif child.key != mark:
                found.append(Child(path=self._workspace.path(child.key), file=child))
        return found if is_there else None

    def _is_ours(self, child: ObjectVersion | str) -> bool:
        """Is it what bookstore knows beside the files, and none of them?"""
        key = child if isinstance(child, str) else child.key
        return is_reserved(self._workspace.prefix, key)

    async def _keys_at(self, path: str) -> list[str]:
        """Return the keys of the file, or of the folder and all that is in it."""
        if (await self.file(path)) is not None:
            return [self._key(path)]
        return await self._ask(self._keys_below(self._mark(path)))

    async def _keys_below(self, mark: str) -> list[str]:
        return [version.key async for version in self._store.list(mark)]

    async def _put(self, save: Save) -> ObjectVersion:
        putting = self._store.put(
            save.key,
            save.body,
            metadata=save.provenance.to_metadata(),
            content_type=save.content_type,
        )
        return await self._ask(putting, size_bytes=len(save.body))

    async def _overtaken(self, path: str, mine: ObjectVersion, base: str) -> ObjectVersion | None:
        async for below in self._store.versions(self._key(path), after=mine.version_id):
            if below.version_id == base or below.is_delete_marker:
                return None
            if below.etag != mine.etag:  # else it is what was put, sent twice
                return below
        return None

    async def _mark_deleted(self, key: str) -> None:
        await self._ask(self._store.delete(key))

    async def _keep_parent(self, path: str) -> None:
        """Let the folder of *path* be one of its own, that stays when it is empty."""
        parent = path.rpartition("/")[0]
        if parent:
            await self.make_folder(parent)

    async def _copy(
        self, keys: Iterable[str], old: str, new: str, reason: Reason, kind: Kind
    ) -> None:
        async def one(key: str) -> None:
            path = self._workspace.path(key) if not key.endswith("/") else ""
            if not path:
                await self.make_folder(rebased(self._folder_of(key), old, new))
                return
            stored = await self._ask(self._store.get(key))
            target = rebased(path, old, new)
            if kind == "rename" and await self._has_arrived(stored, target):
                return
            await self.write(target, stored.body, reason.but(Reason(kind, key)))

        await self._each(keys, one)

    def _folder_of(self, mark: str) -> str:
        return mark.removeprefix(self._workspace.beginning).rstrip("/")

    async def _has_arrived(self, stored: StoredObject, target: str) -> bool:
        """Was this very content moved to *target* before, by a move that was interrupted?"""
        there = await self.file(target)
        facts = (there and there.metadata) or {}
        digest = await asyncio.to_thread(lambda: hashlib.sha256(stored.body).hexdigest())
        moved = {"kind": "rename", "source": stored.version.key, "sha256": digest}
        return moved.items() <= facts.items()

    async def _must_have_arrived(self, keys: Iterable[str], old: str, new: str) -> None:
        """Look whether all is at *new*: what is there goes by the store's word, not by ours."""
        arrived = {*await self._ask(self._keys_below(self._mark(new)))}
        arrived |= {self._key(new)} if await self.file(new) else set()
        begin, onto = self._key(old), self._key(new)
        if missing := [key for key in keys if onto + key.removeprefix(begin) not in arrived]:
            raise StoreUnavailable(
                f"{old!r} is not moved: {len(missing)} of its files are not listed at {new!r} yet.",
                hint="Nothing is lost. Move it again, and it goes on.",
            )

    # -- moves that were interrupted ---------------------------------------------------------------

    async def _begin_move(self, old: str, new: str) -> None:
        """Note where *old* goes; refuse if something else is there."""
        there = await self._keys_at(new)
        if there and not await self._is_under_way(old, new):
            raise Conflict(f"There is a file or folder {new!r} already.")
        move = {"moved_to": new, "unfinished": True}
        putting = self._store.put(
            self._workspace.reserved_key("moves", old),
            json.dumps(move).encode(),
            metadata={},
            content_type="application/json",
        )
        await self._ask(putting)

    async def _is_under_way(self, old: str, new: str) -> bool:
        try:
            noted = await self._ask(self._store.get(self._workspace.reserved_key("moves", old)))
            move = json.loads(noted.body)
        except (ObjectNotFound, ValueError):
            return False
        return (
            isinstance(move, dict)
            and move.get("unfinished") is True
            and (move.get("moved_to") == new)
        )

    async def _each(self, keys: Iterable[str], work: Callable[[str], Awaitable[object]]) -> None:
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
