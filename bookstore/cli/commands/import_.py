"""``import``: take in Jupyter's checkpoints, or the versions of a bookstore 2 bucket.

Knows: folders, buckets.  Must not know: how versions are put.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from traitlets import Unicode

from ...errors import BookstoreError
from ...records import Kind, ObjectVersion
from ...s3_paths import s3_key, s3_path
from ...store.base import ObjectStore
from ...transfer.intake import Foreign, Intake, Taken
from ...wiring import s3_options
from ...words import count
from ..app import DONE, BookstoreCommand
from ..command_line import UsageError
from ..sources.store_source import StoreSource

_AT_ONCE = 8
_CHECKPOINTS = ".ipynb_checkpoints"
_SUFFIX = "-checkpoint.ipynb"


class Import(NamedTuple):
    """One notebook to take in."""

    path: str
    versions: list[Foreign]
    """The oldest first."""
    is_deleted: bool


class ImportCommand(BookstoreCommand):
    """``jupyter bookstore import``."""

    name = "import"
    description = (
        "Take in versions from before. With FOLDER: Jupyter's checkpoints in it, dated by their "
        "files, and the notebooks they belong to. With --from-bucket: the versions that "
        "bookstore 2 made there. Notebooks that have a history already are left alone, and a "
        "second run imports nothing twice."
    )
    usage = "[FOLDER]"
    most_arguments = 1
    examples = """
        jupyter bookstore import ~/notebooks
        jupyter bookstore import --from-bucket old-notebooks --prefix workspace/ada
    """

    from_bucket = Unicode(
        help="""Bucket on S3 to take versions from, with the endpoint and credentials of
        BookstoreSettings.""",
    ).tag(config=True)
    prefix = Unicode("workspace", help="Prefix of the versions in that bucket.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "from-bucket": "ImportCommand.from_bucket",
        "prefix": "ImportCommand.prefix",
    }

    def work(self, folder: str = "") -> int:
        """Take them in."""
        if bool(folder) is bool(self.from_bucket):
            raise UsageError("Give a FOLDER or --from-bucket.")
        source = self.store_for(folder or ".")
        if self.from_bucket:
            taken = source.run(self._from_bucket(source))
        else:
            imports = list(checkpoints_below(Path(folder), source))
            taken = source.run(self._take(source, len(imports), map(_ready, imports)))
        self._report(sorted(taken, key=lambda each: each.path))
        return DONE

    async def _from_bucket(self, source: StoreSource) -> list[Taken]:
        from ...store.s3.store import S3Store

        settings = source.bookstore.settings
        prefix = s3_key(self.prefix)
        if (settings.s3_bucket, source.workspace.prefix) == (self.from_bucket, prefix):
            raise BookstoreError(
                "That is where your versions are now: they are your history already.",
                hint="See them with `jupyter bookstore log`.",
            )
        bucket = S3Store(self.from_bucket, s3_options(settings))
        try:
            listed = [
                found
                async for found in _keys_of(bucket, prefix)
                if settings.archives(found[0].removeprefix(prefix).strip("/"))
            ]
            wanted = (_of_key(bucket, prefix, key, gone) for key, gone in listed)
            return await self._take(source, len(listed), wanted)
        finally:
            await bucket.close()

    async def _take(
        self, source: StoreSource, total: int, imports: Iterator[Awaitable[Import]]
    ) -> list[Taken]:
        intake = Intake(source.bookstore.store, source.bookstore.history)
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(wanted: Awaitable[Import], advance: Callable[[], None]) -> Taken:
            async with free:
                path, versions, is_deleted = await wanted
                key = source.workspace.key(path)
                taken = await intake.take(path, key, versions, is_deleted=is_deleted)
                advance()
                return taken

        with self.output.progress("Importing", total) as advance:
            tasks = [asyncio.ensure_future(one(each, advance)) for each in imports]
            try:
                return list(await asyncio.gather(*tasks))
            finally:
                for task in tasks:  # one failed: the others stop where they are
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _report(self, taken: list[Taken]) -> None:
        if self.as_json:
            self.output.json({"imported": list(map(asdict, taken))})
            return
        columns = {"path": "long", "imported": "right", "": "left"}
        words = {"imported": "", "there already": "there already"}
        words["has a history"] = "left alone: it has a history already"
        rows = [[each.path, str(each.versions or ""), words[each.fate]] for each in taken]
        self.output.table(columns, rows, empty="There is nothing to import.")
        imported = sum(each.versions for each in taken)
        self.output.note(f"{count(imported, 'version')} imported.")


async def _keys_of(bucket: ObjectStore, prefix: str) -> AsyncIterator[tuple[str, bool]]:
    """Yield each key below *prefix*, and whether it is deleted."""
    async for version in bucket.list(f"{prefix}/"):
        yield version.key, False
    async for gone in bucket.deleted(f"{prefix}/"):
        yield gone.key, True


async def _of_key(bucket: ObjectStore, prefix: str, key: str, is_deleted: bool) -> Import:
    versions = [
        _of_version(bucket, version)
        async for version in bucket.versions(key)
        if not version.is_delete_marker
    ]
    path = key.removeprefix(f"{prefix}/").strip("/")  # bookstore 2 could write prefix//path
    return Import(path, versions[::-1], is_deleted)


def _of_version(bucket: ObjectStore, version: ObjectVersion) -> Foreign:
    async def read() -> bytes:
        return (await bucket.get(version.key, version_id=version.version_id)).body

    address = s3_path(bucket.bucket, version.key)
    return Foreign(
        source=f"{address}?versionId={version.version_id}",
        saved_at=version.modified_at,
        read=read,
    )


def checkpoints_below(folder: Path, source: StoreSource) -> Iterator[Import]:
    """Yield the notebooks below *folder* that have a checkpoint, in the order of their paths."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.")
    for place, folders, _ in os.walk(folder):
        folders.sort()
        for file in sorted(Path(place, _CHECKPOINTS).glob(f"*{_SUFFIX}")):
            notebook = Path(place, file.name.removesuffix(_SUFFIX) + ".ipynb")
            path = source.place.api_path(str(notebook))
            if source.bookstore.settings.archives(path) and file.is_file():
                yield _of_checkpoint(path, file, notebook, source.username)
        folders[:] = [name for name in folders if not name.startswith(".")]


def _of_checkpoint(path: str, checkpoint: Path, notebook: Path, author: str) -> Import:
    folder = path.rpartition("/")[0]
    name = f"{folder}/{_CHECKPOINTS}/{checkpoint.name}".lstrip("/")
    versions = [_of_file(checkpoint, source=name, author=author, kind="manual")]
    is_there = notebook.is_file()
    if is_there and _digest(notebook) != _digest(checkpoint):
        versions.append(_of_file(notebook, source=path, author=author, kind="outside"))
        versions.sort(key=lambda version: version.saved_at)
    return Import(path, versions, is_deleted=not is_there)


def _of_file(file: Path, *, source: str, author: str, kind: Kind) -> Foreign:
    async def read() -> bytes:
        return await asyncio.to_thread(file.read_bytes)

    changed_at = datetime.fromtimestamp(file.stat().st_mtime, timezone.utc)
    return Foreign(source=source, saved_at=changed_at, read=read, author=author, kind=kind)


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()


async def _ready(wanted: Import) -> Import:
    return wanted
