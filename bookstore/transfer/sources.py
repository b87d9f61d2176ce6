"""Where versions from before come from: Jupyter's checkpoints, and buckets of bookstore 2.

Knows: folders, buckets.  Must not know: how versions are put, terminals.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..records import Kind, ObjectVersion
from ..s3_paths import s3_path
from ..store.base import ObjectStore
from .intake import Foreign

_CHECKPOINTS = ".ipynb_checkpoints"
_SUFFIX = "-checkpoint.ipynb"


class Import(NamedTuple):
    """One notebook to take in."""

    path: str
    versions: Callable[[], Awaitable[list[Foreign]]]
    """Returns them, the oldest first."""
    is_deleted: bool = False


async def versions_below(
    bucket: ObjectStore, prefix: str, *, archives: Callable[[str], bool]
) -> AsyncIterator[Import]:
    """Yield the notebooks below *prefix*, those that were deleted last; *archives* chooses paths.

    Bookstore 2 could write ``prefix//path``.
    """
    async for key, is_deleted in _keys_below(bucket, f"{prefix}/"):
        path = key.removeprefix(prefix).strip("/")
        if archives(path):
            yield Import(path, partial(versions_of, bucket, key), is_deleted)


async def _keys_below(bucket: ObjectStore, beginning: str) -> AsyncIterator[tuple[str, bool]]:
    async for version in bucket.list(beginning):
        yield version.key, False
    async for gone in bucket.deleted(beginning):
        yield gone.key, True


async def versions_of(bucket: ObjectStore, key: str) -> list[Foreign]:
    """Return the versions of *key*, oldest first."""
    versions = [each async for each in bucket.versions(key) if not each.is_delete_marker]
    return [_of_version(bucket, version) for version in reversed(versions)]


def _of_version(bucket: ObjectStore, version: ObjectVersion) -> Foreign:
    async def read() -> bytes:
        return (await bucket.get(version.key, version_id=version.version_id)).body

    address = s3_path(bucket.bucket, version.key)
    return Foreign(
        source=f"{address}?versionId={version.version_id}",
        saved_at=version.modified_at,
        read=read,
    )


def checkpoints_below(
    folder: Path, *, api_path: Callable[[str], str], archives: Callable[[str], bool], author: str
) -> Iterator[Import]:
    """Yield the notebooks below *folder* that have a checkpoint, in the order of their paths."""
    for place, folders, _ in os.walk(folder):
        folders.sort()
        for file in sorted(Path(place, _CHECKPOINTS).glob(f"*{_SUFFIX}")):
            notebook = Path(place, file.name.removesuffix(_SUFFIX) + ".ipynb")
            path = api_path(str(notebook))
            if archives(path) and file.is_file():
                yield _of_checkpoint(path, file, notebook, author)
        folders[:] = [name for name in folders if not name.startswith(".")]


def _of_checkpoint(path: str, checkpoint: Path, notebook: Path, author: str) -> Import:
    folder = path.rpartition("/")[0]
    name = f"{folder}/{_CHECKPOINTS}/{checkpoint.name}".lstrip("/")
    versions = [_of_file(checkpoint, source=name, author=author, kind="manual")]
    is_there = notebook.is_file()
    if is_there and _digest(notebook) != _digest(checkpoint):
        versions.append(_of_file(notebook, source=path, author=author, kind="outside"))
        versions.sort(key=lambda version: version.saved_at)
    return Import(path, partial(ready, versions), is_deleted=not is_there)


async def ready(versions: list[Foreign]) -> list[Foreign]:
    """Return *versions*, which were found already."""
    return versions


def _of_file(file: Path, *, source: str, author: str, kind: Kind) -> Foreign:
    async def read() -> bytes:
        return await asyncio.to_thread(file.read_bytes)

    changed_at = datetime.fromtimestamp(file.stat().st_mtime, timezone.utc)
    return Foreign(source=source, saved_at=changed_at, read=read, author=author, kind=kind)


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()
