"""``doctor``: use everything once, and say in words what is wrong and what to set.

Knows: checkups.  Must not know: what they ask.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import Bool

from ...actions.retain import policy_of
from ...health.doctor.bucket import BucketCheckup
from ...health.doctor.connection import ConnectionCheckup
from ...health.doctor.embedded import examine_embedded
from ...health.doctor.findings import Finding, fine, problem
from ...health.doctor.limits import limits
from ...health.doctor.machine import examine_outbox
from ...health.doctor.s3 import S3Checkup
from ...health.doctor.server import examine_servers
from ...health.doctor.store import StoreCheckup
from ...health.doctor.swift import swift_findings
from ...retention.lifecycle import lifecycle_rule
from ...s3_paths import s3_key
from ...store.base import ObjectStore
from ...store.local.store import LocalStore
from ...wiring import s3_options, swift_options
from ...words import count
from ..app import DONE, FAILED, BookstoreCommand
from ..sources.store_source import StoreSource

if TYPE_CHECKING:
    from ...store.s3.probe import S3Probe

_MARKS = {
    "ok": ("ok     ", "green"),
    "note": ("note   ", "yellow"),
    "cannot": ("cannot ", "cyan"),
    "problem": ("PROBLEM", "bold red"),
}
_BELOW = " " * 9
_TRY_RULES = (
    "Also set a lifecycle rule on the bucket, if it has none, read it back and remove it again."
)


class DoctorCommand(BookstoreCommand):
    """``jupyter bookstore doctor``."""

    name = "doctor"
    description = (
        "Find out what is wrong, what the store cannot do, and what that means. The store is used "
        "under keys of its own below .bookstore/doctor in the workspace, which are removed again. "
        "The exit code is 1 when there is a problem."
    )
    examples = """
        jupyter bookstore doctor
        jupyter bookstore doctor --json             # for a deployment's checks
        jupyter bookstore doctor --try-lifecycle    # before trusting a lifecycle rule to it
    """

    try_lifecycle = Bool(False, help=_TRY_RULES).tag(config=True)
    flags = {  # noqa: RUF012
        **BookstoreCommand.flags,
        "try-lifecycle": ({"DoctorCommand": {"try_lifecycle": True}}, _TRY_RULES),
    }

    _checkup: StoreCheckup | None = None

    def work(self) -> int:
        """Examine everything, telling as it goes."""
        source = self.store_for()
        found: list[Finding] = []
        try:
            for title, findings in self._sections(source):
                for index, finding in enumerate(findings):
                    if not self.as_json:
                        self._tell(finding, "" if index else title)
                    found.append(finding)
        finally:  # whoever interrupts this leaves nothing behind either
            if self._checkup is not None and self._checkup.needs_cleaning:
                source.run(self._checkup.clean_up())
        return self._conclude(source, found)

    def _conclude(self, source: StoreSource, found: list[Finding]) -> int:
        bad = [finding for finding in found if finding.verdict == "problem"]
        less = [finding for finding in found if finding.verdict == "cannot"]
        if self.as_json:
            display = source.bookstore.store.display
            self.output.json({"store": display, "findings": list(map(asdict, found))})
            return FAILED if bad else DONE
        if less and not bad:
            things = count(len(less), "thing", "things")
            self.output.say(f"\nWhat the store cannot do ({things}), bookstore gets by without.")
        if bad:
            self.output.say(f"\n{count(len(bad), 'thing is', 'things are')} wrong.")
        else:
            self.output.say("\nNothing is wrong.")
        return FAILED if bad else DONE

    def _tell(self, finding: Finding, title: str) -> None:
        if title:
            self.output.say(f"\n{title}", style="bold")
        mark, style = _MARKS[finding.verdict]
        self.output.marked(mark, style, f"{finding.what}: {finding.said}")
        if finding.do:
            self.output.say(f"{_BELOW}{finding.do}", style="italic")

    def _sections(self, source: StoreSource) -> Iterator[tuple[str, Iterator[Finding]]]:
        bookstore = source.bookstore
        display = bookstore.store.display
        if bookstore.store.kind == "s3":
            yield f"The store, {display}", source.each(self._on_s3(source))
        elif bookstore.store.kind == "swift":
            yield f"The store, {display}", source.each(self._on_swift(source))
        else:
            yield "The store on this disk", source.each(self._embedded(source))
        outbox = source.run(examine_outbox(bookstore.outbox, bookstore.settings))
        is_apart = bool(bookstore.settings.remote_bucket)
        yield "The outbox on this machine" if is_apart else "What waits, in its file", iter(outbox)
        yield "Servers", examine_servers(self)

    async def _on_s3(self, source: StoreSource) -> AsyncIterator[Finding]:
        from ...store.s3.probe import S3Probe

        settings = source.bookstore.settings
        probe = S3Probe(settings.s3_bucket, s3_options(settings))
        try:
            async for finding in self._with_probe(source, probe):
                yield finding
        finally:
            await probe.close()

    async def _with_probe(self, source: StoreSource, probe: S3Probe) -> AsyncIterator[Finding]:
        settings, workspace = source.bookstore.settings, source.workspace
        timeout_s = settings.store_timeout_s
        checkup = self._checkup = self._begin(source, source.bookstore.store)
        for look in (ConnectionCheckup(probe, timeout_s=timeout_s).findings(), checkup.reach()):
            is_usable = True
            async for finding in look:
                is_usable = is_usable and finding.verdict != "problem"
                yield self._explained(finding, source)
            if not is_usable:
                return
        ours = lifecycle_rule(policy_of(settings), workspace.prefix)
        bucket = BucketCheckup(probe, workspace.beginning, ours, timeout_s=timeout_s)
        async for finding in bucket.findings():
            yield finding
        async for finding in self._used(checkup, self._abilities(source, probe, checkup, bucket)):
            yield finding

    async def _on_swift(self, source: StoreSource) -> AsyncIterator[Finding]:
        from ...store.swift.probe import SwiftProbe

        settings, store = source.bookstore.settings, source.bookstore.store
        timeout_s = settings.store_timeout_s
        checkup = self._checkup = self._begin(source, store)
        probe = SwiftProbe(settings.swift_container, swift_options(settings))
        try:
            for look in (swift_findings(probe, timeout_s=timeout_s), checkup.reach()):
                is_usable = True
                async for finding in look:
                    is_usable = is_usable and finding.verdict != "problem"
                    yield finding
                if not is_usable:
                    return
            most = limits(store, checkup.folder, timeout_s=timeout_s)
            async for finding in self._used(checkup, most):
                yield finding
        finally:
            await probe.close()

    @staticmethod
    async def _used(
        checkup: StoreCheckup, abilities: AsyncIterator[Finding]
    ) -> AsyncIterator[Finding]:
        """Use the store, ask what else it can do if it can be written to, and clean up."""
        async for finding in checkup.use():
            yield finding
        if checkup.is_written:
            async for finding in abilities:
                yield finding
            yield await checkup.speed()
        yield await checkup.clean_up()

    async def _abilities(
        self, source: StoreSource, probe: S3Probe, checkup: StoreCheckup, bucket: BucketCheckup
    ) -> AsyncIterator[Finding]:
        from ...store.s3.trials import S3Trials

        settings, store = source.bookstore.settings, source.bookstore.store
        trials = S3Trials(probe)
        special = S3Checkup(trials, store, checkup.folder, timeout_s=settings.store_timeout_s)
        async for finding in special.findings(settings.s3_sse):
            yield finding
        yield await bucket.pages()
        if self.try_lifecycle and bucket.has_no_rules:
            yield await special.rules()

    async def _embedded(self, source: StoreSource) -> AsyncIterator[Finding]:
        """Look at the embedded store, and use another one beside it: it stays as it is."""
        bookstore = source.bookstore
        if source.is_unused():
            yield fine("store", f"{bookstore.store.display}: nothing was saved here yet.")
        else:
            async for finding in self._begin(source, bookstore.store).reach():
                yield finding
            if isinstance(bookstore.store, LocalStore):
                for finding in await examine_embedded(bookstore.store):
                    yield finding
        try:
            with _scratch(bookstore.settings.local_store_dir) as store:
                checkup = self._begin(source, store)
                async for finding in checkup.use():
                    yield finding
                if checkup.is_written:
                    yield await checkup.speed()
                await store.close()
        except OSError as error:
            yield problem(
                "embedded store",
                f"Its folder cannot be used: {error.strerror}.",
                "Set BookstoreSettings.local_store_dir to a folder that can be written.",
            )

    def _begin(self, source: StoreSource, store: ObjectStore) -> StoreCheckup:
        area = s3_key(source.workspace.prefix, ".bookstore/doctor")
        settings = source.bookstore.settings
        return StoreCheckup(store, area, timeout_s=settings.store_timeout_s)

    @staticmethod
    def _explained(finding: Finding, source: StoreSource) -> Finding:
        """Add the command that enables versioning, or makes the bucket, where that is wrong."""
        settings = source.bookstore.settings
        begin = "aws"
        if url := settings.custom_endpoint_url:
            begin = f"aws --endpoint-url {url}"
        versioning = (
            f"{begin} s3api put-bucket-versioning --bucket {settings.s3_bucket} "
            "--versioning-configuration Status=Enabled"
        )
        if finding.verdict == "problem" and finding.what == "versioning":
            do = f"Nothing is written to it until it keeps versions. To enable it: {versioning}"
            return replace(finding, do=do)
        return finding


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
