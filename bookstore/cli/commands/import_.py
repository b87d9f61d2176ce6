"""``import``: take in Jupyter's checkpoints, or the versions of a bookstore 2 bucket.

Knows: the command line.  Must not know: where versions come from, how they are put.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from traitlets import Unicode

from ...errors import BookstoreError
from ...s3_paths import s3_key
from ...transfer.intake import Intake, Taken
from ...transfer.sources import Import, checkpoints_below, versions_below
from ...wiring import bucket_elsewhere
from ...words import count
from ..app import DONE, BookstoreCommand
from ..command_line import UsageError
from ..sources.store_source import StoreSource

_AT_ONCE = 8


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
            taken = source.run(self._take(source, _in_folder(source, Path(folder))))
        self._report(sorted(taken, key=lambda each: each.path))
        return DONE

    async def _from_bucket(self, source: StoreSource) -> list[Taken]:
        settings = source.bookstore.settings
        prefix = s3_key(self.prefix)
        if (settings.remote_bucket, source.workspace.prefix) == (self.from_bucket, prefix):
            raise BookstoreError(
                "That is where your versions are now: they are your history already.",
                hint="See them with `jupyter bookstore log`.",
            )
        bucket = bucket_elsewhere(settings, self.from_bucket)
        try:
            found = versions_below(bucket, prefix, archives=settings.archives)
            return await self._take(source, [wanted async for wanted in found])
        finally:
            await bucket.close()

    async def _take(self, source: StoreSource, imports: Sequence[Import]) -> list[Taken]:
        intake = Intake(source.bookstore.store, source.bookstore.history)
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(wanted: Import, advance: Callable[[], None]) -> Taken:
            async with free:
                path, key = wanted.path, source.workspace.key(wanted.path)
                versions = await wanted.versions()
                taken = await intake.take(path, key, versions, is_deleted=wanted.is_deleted)
                advance()
                return taken

        with self.output.progress("Importing", len(imports)) as advance:
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


def _in_folder(source: StoreSource, folder: Path) -> list[Import]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.")
    found = checkpoints_below(
        folder,
        api_path=source.place.api_path,
        archives=source.bookstore.settings.archives,
        author=source.username,
    )
    return list(found)
