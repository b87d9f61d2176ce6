"""The embedded store of one root folder, which also reads what other roots have of the same files.

Each root has a store of its own.  Keys of :class:`~bookstore.keys.elsewhere.Elsewhere` are answered
from the other one; all other keys are as ever.

Knows: the stores of other roots.  Must not know: which there are, settings, networks.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ...databases.parts import Part
from ...errors import StoreRefused, StoreUnavailable
from ...files.roots import Named
from ...keys.elsewhere import Elsewhere
from ...keys.workspace import Workspace
from ...records import ObjectVersion, StoredObject
from ...words import shown
from ..base import ObjectStore
from .store import LocalStore

_log = logging.getLogger("bookstore.store.local")

MOST_OPEN = 16
"""Stores of other roots; each has threads and files."""


class _There(NamedTuple):
    """Where a key is answered."""

    store: ObjectStore
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
    """A :class:`LocalStore` that asks those of other roots for what is theirs."""

    def __init__(
        self,
        directory: Path,
        *,
        workspace: Workspace,
        names_of: Callable[[Elsewhere], Awaitable[Mapping[str, Named]]],
        open_store: Callable[[str], ObjectStore],
        shared_with: tuple[Part, ...] = (),
    ) -> None:
        """*names_of* tells what other roots that may be asked call a file, by their buckets, and
        looks at the disk for that; *open_store* opens the embedded store of another bucket."""
        super().__init__(directory, shared_with=shared_with)
        self._workspace = workspace
        self._names_of = names_of
        self._open_store = open_store
        self._opened: dict[str, ObjectStore] = {}

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
        try:
            if there := await self._there(key, may_be_offer=True):
                async for version in there.store.versions(there.key, after=after):
                    yield there.told(version)
                return
        except (StoreUnavailable, StoreRefused) as error:
            # What this root has is told all the same.
            _log.warning("%s/%s is passed over: %s", self.display, key, error.message)
            return
        async for version in super().versions(key, after=after):
            yield version

    async def close(self) -> None:
        """Let go of threads and files, those of other roots' stores too."""
        for store in (*self._opened.values(),):
            await store.close()
        await super().close()

    # -- other roots ---------------------------------------------------------------------------

    async def _there(self, key: str, *, may_be_offer: bool = False) -> _There | None:
        asked = Elsewhere.of_key(key, self._workspace)
        if asked is None or (asked.what == "offers" and not may_be_offer):
            return None
        try:
            name = (await self._names_of(asked)).get(asked.bucket)
        except OSError as error:
            raise StoreUnavailable(
                f"The other root folders of {shown(asked.path)} cannot be looked at.",
                hint=error.strerror or "",
            ) from error
        if name is None:
            return None
        key = self._workspace.key(name.path)
        if asked.what == "labels":
            key = self._workspace.reserved_key("labels", name.path)
        return _There(await self._store_of(asked.bucket), key, asked, name)

    async def _store_of(self, bucket: str) -> ObjectStore:
        store = self._opened.pop(bucket, None) or self._open_store(bucket)
        self._opened[bucket] = store  # the last used comes last
        if len(self._opened) > MOST_OPEN:
            await self._opened.pop(next(iter(self._opened))).close()
        return store


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
