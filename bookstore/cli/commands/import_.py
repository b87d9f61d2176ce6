"""``import``: take in Jupyter's checkpoints, or what other systems keep in a bucket.

Knows: the command line.  Must not know: where versions come from, how they are put.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from traitlets import Bool, Enum, Unicode

from ...errors import BookstoreError
from ...s3_paths import s3_key
from ...transfer.intake import Intake, Taken
from ...transfer.layouts import LAYOUTS, files_below, notebooks_of_2013
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
        "bookstore 2 made there, the files that s3contents or anybody keeps there, or the "
        "notebooks and checkpoints of the bookstore of 2013. Notebooks that have a history already "
        "are left alone, and a second run imports nothing twice."
    )
    usage = "[FOLDER]"
    most_arguments = 1
    examples = """
        jupyter bookstore import ~/notebooks
        jupyter bookstore import --from-bucket old-notebooks --prefix workspace/ada
        jupyter bookstore import --from-bucket lab --layout files --prefix ada --dry-run
        jupyter bookstore import --from-bucket notebooks --layout 2013
    """

    from_bucket = Unicode(
        help="""Bucket on S3, or container on Swift, to take versions from, with the endpoint and
        credentials of BookstoreSettings.""",
    ).tag(config=True)
    prefix = Unicode(
        None,
        allow_none=True,
        help="""What keys in that bucket begin with. Default: workspace where bookstore 2 made
        them, else nothing.""",
    ).tag(config=True)
    layout = Enum(
        LAYOUTS,
        "versions",
        help="""How that bucket is laid out. versions: as bookstore 2 archived notebooks. files:
        files of any kind under their paths, as s3contents keeps them. 2013: notebooks under IDs,
        their checkpoints below.""",
    ).tag(config=True)
    dry_run = Bool(False, help="Say what would be imported, and import nothing.").tag(config=True)
    aliases = {  # noqa: RUF012
        **BookstoreCommand.aliases,
        "from-bucket": "ImportCommand.from_bucket",
        "prefix": "ImportCommand.prefix",
        "layout": "ImportCommand.layout",
    }
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "dry-run": ({"ImportCommand": {"dry_run": True}}, "Import nothing, and say what would be."),
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
        prefix = self.prefix
        if prefix is None:
            prefix = "workspace" if self.layout == "versions" else ""
        prefix, own = s3_key(prefix), source.workspace.prefix
        is_inside = not prefix or f"{own}/".startswith(f"{prefix}/") or not own
        is_own = prefix == own or (self.layout == "files" and is_inside)
        if settings.remote_bucket == self.from_bucket and is_own:
            raise BookstoreError(
                "That is where your versions are now: they are your history already.",
                hint="See them with `jupyter bookstore log`.",
            )
        bucket = bucket_elsewhere(settings, self.from_bucket)
        try:
            if self.layout == "files":
                found = files_below(bucket, prefix)
            elif self.layout == "2013":
                found = notebooks_of_2013(bucket, prefix)
            else:
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
                if self.dry_run:
                    taken = await intake.look(path, key, versions)
                else:
                    taken = await intake.take(path, key, versions, is_deleted=wanted.is_deleted)
                advance()
                return taken

        doing = "Looking" if self.dry_run else "Importing"
        with self.output.progress(doing, len(imports)) as advance:
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
        if self.dry_run:
            self.output.note(f"{count(imported, 'version')} would be imported: this is a dry run.")
        else:
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
