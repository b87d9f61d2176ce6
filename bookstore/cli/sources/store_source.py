"""The store itself as a source, where no server runs.

What is done, the actions do, as for a server's requests; they are imported when they are asked for,
since most commands need few.  Knows: actions, an opened store.  Must not know: the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from ...actions import versions
from ...actions.fields import notebook_path
from ...actions.versions import VersionAddress
from ...client.versions import (
    BlamedCell,
    CellChange,
    DeletedNotebook,
    Elsewhere,
    Run,
    SearchResult,
    Undone,
    Version,
)
from ...errors import NotFound, OutboxUnavailable
from ...history import Changed, Entry
from ...records import StoreCheck
from .opened_store import OpenedStore
from .source import Comparison

_PAGE = 50
_PATIENCE_S = 5.0
"""So long a page of a listing may take for what versions changed."""
_SEARCH_S = 600.0
"""Whoever waits at a shell can end it."""
_POLL_S = 0.1


class StoreSource(OpenedStore):
    """Answers from the store; see :class:`~bookstore.cli.sources.source.Source`."""

    # -- looking ---------------------------------------------------------------------------------

    def versions(
        self, path: str, *, changed: bool = False, elsewhere: list[Elsewhere] | None = None
    ) -> Iterator[Version]:
        """Yield the versions of a notebook."""
        path = notebook_path(path)
        if self.is_unused() and not self._is_known_elsewhere(path):
            return iter(())  # looking shall not make a store and an outbox
        return self.each(self._versions(path, changed, elsewhere))

    def _is_known_elsewhere(self, path: str) -> bool:
        """Are there other roots that may have versions of the notebook?"""
        key = self.workspace.key(path)
        return len(self.run(self.bookstore.history.same_file(key))) > 1

    async def _versions(
        self, path: str, changed: bool, elsewhere: list[Elsewhere] | None
    ) -> AsyncIterator[Version]:
        from ...actions.elsewhere import elsewhere as find_elsewhere

        before = ""
        while True:
            told = await versions.versions(self.bookstore, path, limit=_PAGE, before=before)
            if told.problem:
                self.tell(f"{told.problem.message} This is what waits for the store.")
            if elsewhere is not None and not (before or told.problem):
                others = await find_elsewhere(self.bookstore, path, told)
                elsewhere += map(Elsewhere.from_json, others)
            entries, found = told.page.entries, {}
            if changed:
                asked = versions.changes(self.bookstore, entries, patience_s=_PATIENCE_S)
                found = await asked
            for entry in entries:
                folder = told.folders.get(entry.key, "")
                yield self._version_of(entry, found.get(entry.version_id), folder)
            if not (before := told.page.next):
                return

    def version(self, path: str, version_id: str) -> Version:
        """Return one version by its ID."""
        found = versions.find(self.bookstore, VersionAddress(path, version_id))
        return self._version_of(self.run(found))

    def body(self, version: Version) -> bytes:
        """Return the bytes of a version."""
        return self.run(versions.read(self.bookstore, _address(version))).body

    def read(self, address: str) -> tuple[Version, bytes]:
        """Return the version that an address means, and its bytes."""
        from ...actions import resolving
        from ...actions.addresses import Address

        wanted = Address.parse(address)
        if self.is_unused():
            raise NotFound(f"There are no versions in {self.described}.")
        found = self.run(resolving.read(self.bookstore, wanted))
        return self._version_of(found.entry), found.body

    def runs(self, of: str) -> Iterator[Run]:
        """Yield the runs of a notebook."""
        return iter(()) if self.is_unused() else self.each(self._runs(of))

    async def _runs(self, of: str) -> AsyncIterator[Run]:
        from ...actions.runs import runs

        before = ""
        while True:
            told = await runs(self.bookstore, of, limit=_PAGE, before=before)
            for run in told.runs:
                yield Run.from_json(run)
            if not (before := told.next):
                return

    def cancel(self, run_id: str) -> Run:
        """Stop a run, which only the server can that started it."""
        raise NotFound(
            f"No server runs here that could have started {run_id}.",
            hint="--server names one; what a command or papermill executes is stopped there.",
        )

    def compare(self, path: str, base: Version | None, remote: Version | None) -> Comparison:
        """Compare two versions, or one with what is on disk or was before."""
        from ...actions.compare import compare

        sides = [_address(side) if side else None for side in (base, remote)]
        found = self.run(compare(self.bookstore, self.files, path, *sides))
        older = Version.from_json(found["base_version"])
        return Comparison(found["base"], found["diff"], found["summary"], older, remote)

    def blame(self, path: str) -> list[BlamedCell]:
        """Return the cells of a notebook with their versions."""
        from ...actions.cells import blame

        if self.is_unused():
            raise NotFound(f"There are no versions in {self.described}.")
        found = self.run(blame(self.bookstore, path))
        return [BlamedCell.from_json(cell) for cell in found["cells"]]

    def cell_history(self, path: str, cell_id: str) -> list[CellChange]:
        """Return what versions did to one cell."""
        from ...actions.cells import history_of_cell

        if self.is_unused():
            raise NotFound(f"There are no versions in {self.described}.")
        found = self.run(history_of_cell(self.bookstore, path, cell_id))
        return [CellChange.from_json(change) for change in found["changes"]]

    def search(self, text: str, *, path: str, author: str, kind: str, limit: int) -> SearchResult:
        """Look for something in all versions."""
        from ...actions.searching import Search, search

        asked = {"text": text, "path": path, "author": author, "kind": kind, "limit": str(limit)}
        wanted = Search.of(asked)
        if self.is_unused():
            return SearchResult(found=(), versions=(), is_complete=True)
        found = self.run(search(self.bookstore, wanted, patience_s=_SEARCH_S))
        return SearchResult.from_json(found)

    def deleted(self) -> Iterator[DeletedNotebook]:
        """Yield the notebooks that can be brought back."""
        return iter(()) if self.is_unused() else self.each(self._deleted())

    async def _deleted(self) -> AsyncIterator[DeletedNotebook]:
        after = ""
        while True:
            page = await versions.deleted(self.bookstore, limit=_PAGE, after=after)
            for gone in page.notebooks:
                yield DeletedNotebook.from_json(versions.deleted_facts(self.bookstore, gone))
            if not (after := page.next):
                return

    def join(self, path: str, folder: str, *, joined: bool) -> None:
        """Tell what was saved from another folder, or no longer."""
        from ...actions.elsewhere import join

        self.run(join(self.bookstore, path, folder, joined=joined))

    def _version_of(
        self, entry: Entry, changed: Changed | None = None, folder: str = ""
    ) -> Version:
        facts = versions.version_facts(self.bookstore, entry, changed, folder=folder)
        return Version.from_json(facts)

    # -- changing --------------------------------------------------------------------------------

    def label(self, path: str, version: Version, *, label: str | None, note: str | None) -> Version:
        """Name a version."""
        named = versions.label(
            self.bookstore, _address(version), label=label, note=note, author=self.username
        )
        return self._version_of(self.run(named))

    def checkpoint(self, path: str, *, label: str, note: str) -> Version:
        """Have what a notebook is now be a version."""
        from ...actions.checkpoint import checkpoint
        from ...archive.identity import current_author

        asked = (self.bookstore, self.files, path)
        made = checkpoint(*asked, author=current_author(), label=label, note=note)
        return Version.from_json(self.saved(made)["version"])

    def undo(self, path: str, actor: str, *, since: Version | None) -> Undone:
        """Take back what one author changed."""
        from ...actions.undoing import undo
        from ...archive.identity import current_author

        asked = (self.bookstore, self.files, path)
        named = since.version_id if since else ""
        undone = undo(*asked, actor=actor or current_author(), since=named)
        return Undone.from_json(self.saved(undone))

    def restore(
        self, path: str, version: Version, *, target_path: str, mend: bool
    ) -> dict[str, Any]:
        """Make a version the current one, or a copy."""
        from ...actions.restore import restore

        asked = (self.bookstore, self.files, path, _address(version))
        return self.saved(restore(*asked, target_path=target_path, mend=mend))

    # -- publishing ------------------------------------------------------------------------------

    def publish(self, path: str) -> dict[str, Any]:
        """Publish what is saved at *path*."""
        from ...actions.publish import publish

        return self.run(publish(self.bookstore, self.files, path, author=self.username))

    def unpublish(self, path: str) -> dict[str, Any]:
        """Take *path* out of what is published."""
        from ...actions.publish import unpublish

        return self.run(unpublish(self.bookstore, path))

    def link(
        self, path: str, *, hours: float | None, public: bool, published: bool
    ) -> dict[str, Any]:
        """Make a link to a notebook."""
        from ...actions.links import LinkWish, link

        wish = LinkWish(hours=hours, public=public, published=published)
        return self.run(link(self.bookstore, path, wish, author=self.username))

    def take_back_links(self, path: str, *, published: bool) -> dict[str, Any]:
        """Make its public versions private again."""
        from ...actions.links import take_back

        asked = take_back(self.bookstore, path, published=published, author=self.username)
        return self.run(asked)

    def published(self) -> Iterator[dict[str, Any]]:
        """Yield what is published."""
        return self.each(self._published())

    async def _published(self) -> AsyncIterator[dict[str, Any]]:
        from ...actions.publish import published

        cursor: str | None = ""
        while cursor is not None:
            page = await published(self.bookstore, limit=_PAGE, cursor=cursor)
            for entry in page["published"]:
                yield entry
            cursor = page["next"]

    def clone(
        self, bucket: str, key: str, version_id: str, target_path: str, *, mend: bool
    ) -> dict[str, Any]:
        """Copy an object into the user's files."""
        from ...actions.clone import clone

        asked = {
            "s3_bucket": bucket or self.bookstore.store.bucket,
            "s3_key": key,
            "s3_version_id": version_id,
            "target_path": target_path,
            "mend": mend,
        }
        return self.saved(clone(self.bookstore, self.files, asked))

    # -- delivering ------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Return what waits and why."""
        return self.run(self._status())

    async def _status(self) -> dict[str, Any]:
        from ...actions.status import status_by_asking

        check = StoreCheck(reachable=True, exists=False, versioned=True)
        if not self.is_unused():
            check = await self.bookstore.store.check()
        return await status_by_asking(self.bookstore, check)

    def deliver(self, told: Callable[[int], None], *, timeout_s: float) -> int:
        """Deliver what waits, or wait for the process that does."""
        if not self.bookstore.outbox.is_there():
            return 0
        return self.run(self._deliver(told, timeout_s))

    async def _deliver(self, told: Callable[[int], None], timeout_s: float) -> int:
        outbox, uploader = self.bookstore.outbox, self.bookstore.uploader
        deadline = self.loop.time() + timeout_s
        if not outbox.try_lead():
            self.tell("Another process delivers this outbox; waiting for it.")
        draining = asyncio.ensure_future(uploader.drain(deadline_s=timeout_s))
        depth = (await outbox.totals()).depth
        while depth and self.loop.time() < deadline:
            told(depth)
            gave_up = draining.done() and outbox.try_lead()
            await asyncio.sleep(_POLL_S)
            depth = (await outbox.totals()).depth
            if gave_up:
                break
        if await draining is None:
            raise OutboxUnavailable("The outbox cannot be read.")
        told(depth)
        return depth


def _address(version: Version) -> VersionAddress:
    return VersionAddress(version.path, version.version_id)
