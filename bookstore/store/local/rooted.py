"""The embedded store of one root folder, which also reads what other roots have of the same files.

Each root has a store of its own, whose name follows from where it is.  So the other roots of a file
are found without being listed anywhere: they are folders above it.  Keys of
:class:`~bookstore.keys.elsewhere.Elsewhere` are answered from there; all other keys are as ever.

Knows: the folder with the stores of all roots.  Must not know: settings, networks.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ...databases.parts import Part
from ...files.roots import Named, bucket_of, names_of, real_folder
from ...keys.elsewhere import Elsewhere
from ...keys.workspace import Workspace
from ...records import ObjectVersion, StoredObject
from ...s3_paths import MAX_KEY_BYTES
from .store import LocalStore

MOST_OPEN = 16
"""Stores of other roots; each has threads and files."""


class _There(NamedTuple):
    """Where a key is answered."""

    store: LocalStore
    key: str
    asked: Elsewhere
    name: Named

    def told(self, version: ObjectVersion) -> ObjectVersion:
        """Return *version* as it is called here."""
        metadata = version.metadata
        if metadata and (source := metadata.get("source")):
            metadata = {**metadata, "source": self.origin(source)}
        return replace(version, key=self.asked.key, metadata=metadata)

    def origin(self, source: str) -> str:
        """Return where a version came from, by a key that leads there from here."""
        workspace = self.asked.workspace
        key, mark, version_id = source.partition("?versionId=")
        if not workspace.holds(key):
            return source
        path = _path_here(workspace.path(key), self.name.path, self.asked.path)
        if path is None:
            return ""  # it came from outside of this root
        return f"{replace(self.asked, path=path, what='notebooks').key}{mark}{version_id}"


class RootedStore(LocalStore):
    """A :class:`LocalStore` that knows of which folder on this machine it keeps the files."""

    def __init__(
        self,
        directory: Path,
        *,
        root: Path,
        workspace: Workspace,
        open_store: Callable[[str], LocalStore],
        shared_with: tuple[Part, ...] = (),
    ) -> None:
        """*open_store* opens the embedded store of another bucket."""
        super().__init__(directory, shared_with=shared_with)
        self._root = root
        self._workspace = workspace
        self._open_store = open_store
        self._opened: dict[str, LocalStore] = {}
        self._folders: dict[str, str] = {}

    async def same_file(self, key: str) -> list[str]:
        """Return *key* and the keys of what other roots have of the same file."""
        if there := Elsewhere.of_key(key, self._workspace):
            path = there.path
        elif self._workspace.holds(key):
            path = self._workspace.path(key)
        else:
            return [key]
        others = await asyncio.to_thread(self._others, path)
        keys = [Elsewhere(workspace=self._workspace, bucket=b, path=path).key for b in others]
        return [self._workspace.key(path), *(k for k in keys if len(k.encode()) <= MAX_KEY_BYTES)]

    def folder_of(self, key: str) -> str:
        """Return from which root a version under *key* was saved, relative to this one; "" from
        this one."""
        there = Elsewhere.of_key(key, self._workspace)
        return self._folders.get(there.bucket, "") if there else ""

    # -- the contract --------------------------------------------------------------------------

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        """Store *body* as the newest version of *key*, names of another root's versions there."""
        if (there := await self._there(key)) is None:
            return await super().put(key, body, metadata=metadata, content_type=content_type)
        putting = there.store.put(there.key, body, metadata=metadata, content_type=content_type)
        return there.told(await putting)

    async def get(
        self, key: str, *, version_id: str | None = None, max_bytes: int | None = None
    ) -> StoredObject:
        """Return one version, the newest by default."""
        if (there := await self._there(key)) is None:
            return await super().get(key, version_id=version_id, max_bytes=max_bytes)
        stored = await there.store.get(there.key, version_id=version_id, max_bytes=max_bytes)
        return replace(stored, version=there.told(stored.version))

    async def head(self, key: str, *, version_id: str | None = None) -> ObjectVersion:
        """Return one version's facts without its body."""
        if (there := await self._there(key)) is None:
            return await super().head(key, version_id=version_id)
        return there.told(await there.store.head(there.key, version_id=version_id))

    async def versions(self, key: str, *, after: str = "") -> AsyncIterator[ObjectVersion]:
        """Yield the versions of exactly *key*, delete markers included, newest first."""
        if (there := await self._there(key)) is None:
            async for version in super().versions(key, after=after):
                yield version
        else:
            async for version in there.store.versions(there.key, after=after):
                yield there.told(version)

    async def close(self) -> None:
        """Let go of threads and files, those of other roots' stores too."""
        for store in (*self._opened.values(),):
            await store.close()
        await super().close()

    # -- other roots ---------------------------------------------------------------------------

    async def _there(self, key: str) -> _There | None:
        asked = Elsewhere.of_key(key, self._workspace)
        if asked is None:
            return None
        name = (await asyncio.to_thread(self._others, asked.path)).get(asked.bucket)
        if name is None:
            return None
        key = self._workspace.key(name.path)
        if asked.what == "labels":
            key = self._workspace.reserved_key("labels", name.path)
        return _There(await self._store_of(asked.bucket), key, asked, name)

    async def _store_of(self, bucket: str) -> LocalStore:
        store = self._opened.pop(bucket, None) or self._open_store(bucket)
        self._opened[bucket] = store  # the last used comes last
        if len(self._opened) > MOST_OPEN:
            await self._opened.pop(next(iter(self._opened))).close()
        return store

    def _others(self, path: str) -> dict[str, Named]:
        """Return the file at *path* as other roots name it, by the buckets that there are.  Looks
        at the disk."""
        kept: set[str] = set()
        with suppress(OSError):
            kept = {folder.name for folder in self.directory.parent.iterdir()} - {self.bucket}
        if not kept:
            return {}
        named = {bucket_of(name.root): name for name in names_of(self._root / path)}
        others = {bucket: name for bucket, name in named.items() if bucket in kept}
        here = real_folder(self._root)
        for bucket, name in others.items():
            self._folders[bucket] = Path(os.path.relpath(name.root, here)).as_posix()
        return others


def _path_here(other: str, there: str, here: str) -> str | None:
    """Return the path here of what is at *other* there, where a file is at *there* and *here*.

    None where it is outside of this root.
    """
    theirs, ours = there.split("/"), here.split("/")
    while theirs and ours and theirs[-1] == ours[-1]:
        theirs.pop()
        ours.pop()
    begin, rest = other.split("/")[: len(theirs)], other.split("/")[len(theirs) :]
    return "/".join((*ours, *rest)) if begin == theirs and rest else None
