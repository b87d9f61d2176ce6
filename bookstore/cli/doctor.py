"""``doctor``: use everything once, and say in words what is wrong and what to set.

Knows: checkups.  Must not know: what they ask.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ..s3_paths import s3_key
from ..store.base import ObjectStore
from ..store.local import LocalStore
from ..wiring import s3_options
from .app import DONE, FAILED, BookstoreCommand
from .findings import Finding, fine, wrong
from .machine_checkup import examine_outbox, examine_servers
from .output import count
from .s3_checkup import S3Checkup
from .store_checkup import StoreCheckup
from .store_source import StoreSource

_MARKS = {"ok": ("ok   ", "green"), "note": ("note ", "yellow"), "wrong": ("WRONG", "bold red")}


class DoctorCommand(BookstoreCommand):
    """``jupyter bookstore doctor``."""

    name = "doctor"
    description = (
        "Find out what is wrong, and say what to change. The store is used under a key of its own "
        "below .bookstore/doctor, which is removed again. The exit code is 1 when anything is "
        "wrong."
    )

    def work(self) -> int:
        """Examine everything, telling as it goes."""
        source = self.store_for()
        found = []
        for finding in self._examine(source):
            found.append(finding)
            if not self.as_json:
                self._tell(finding)
        bad = [finding for finding in found if finding.verdict == "wrong"]
        if self.as_json:
            self.output.json(
                {"store": source.bookstore.store.display, "findings": list(map(asdict, found))}
            )
        elif bad:
            self.output.say(f"\n{count(len(bad), 'thing is', 'things are')} wrong.")
        else:
            self.output.say("\nNothing is wrong.")
        return FAILED if bad else DONE

    def _tell(self, finding: Finding) -> None:
        mark, style = _MARKS[finding.verdict]
        self.output.marked(mark, style, f"{finding.what}: {finding.said}")
        if finding.do:
            self.output.say(f"      {finding.do}", style="italic")

    def _examine(self, source: StoreSource) -> Iterator[Finding]:
        yield from source.each(self._store(source))
        yield from source.run(examine_outbox(source.bookstore.outbox, source.bookstore.settings))
        yield from examine_servers(self)

    async def _store(self, source: StoreSource) -> AsyncIterator[Finding]:
        if source.bookstore.store.kind != "s3":
            async for finding in self._embedded(source):
                yield finding
            return
        from ..store.s3_probe import S3Probe

        settings = source.bookstore.settings
        probe = S3Probe(settings.s3_bucket, s3_options(settings))
        try:
            special = S3Checkup(probe, timeout_s=settings.store_timeout_s)
            async for finding in self._remote(source, special):
                yield finding
        finally:
            await probe.close()

    async def _remote(self, source: StoreSource, special: S3Checkup) -> AsyncIterator[Finding]:
        async for finding in special.before():
            yield finding
        checkup = self._checkup(source, source.bookstore.store)
        usable = True
        async for finding in checkup.reach():
            usable = usable and finding.verdict != "wrong"
            yield finding
        if not usable:
            return
        async for finding in checkup.use():
            yield finding
        if checkup.is_written:
            async for finding in special.after(checkup.key):
                yield finding
            yield await checkup.delete()
        yield await checkup.clean_up()

    async def _embedded(self, source: StoreSource) -> AsyncIterator[Finding]:
        """Look at the embedded store, and use another one beside it: its journal stays as it is."""
        bookstore = source.bookstore
        if source.is_unused():
            yield fine("store", f"{bookstore.store.display}: nothing was saved here yet.")
        else:
            async for finding in self._checkup(source, bookstore.store).reach():
                yield finding
        try:
            with _scratch(bookstore.settings.local_store_dir) as store:
                checkup = self._checkup(source, store)
                async for finding in checkup.use():
                    yield finding
                if checkup.is_written:
                    yield await checkup.delete()
                await store.close()
        except OSError as error:
            yield wrong(
                "embedded store",
                f"Its folder cannot be used: {error.strerror}.",
                "Set BookstoreSettings.local_store_dir to a folder that can be written.",
            )

    def _checkup(self, source: StoreSource, store: ObjectStore) -> StoreCheckup:
        folder = s3_key(source.workspace.prefix, ".bookstore/doctor")
        settings = source.bookstore.settings
        return StoreCheckup(store, folder, timeout_s=settings.store_timeout_s)


@contextmanager
def _scratch(local_store_dir: str) -> Iterator[LocalStore]:
    """Give a new store on the same disk, and remove it."""
    folder = Path(local_store_dir).expanduser()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Path(tempfile.mkdtemp(prefix=".doctor-", dir=folder))
    try:
        yield LocalStore(made / "probe")
    finally:
        shutil.rmtree(made, ignore_errors=True)
