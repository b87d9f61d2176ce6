"""The history in an opened store: the part of a source that is about versions.

Knows: history, notebooks' files.  Must not know: HTTP, the command line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

from ...client.versions import DeletedNotebook, Failure, Version
from ...history import Entry
from .opened_store import OpenedStore
from .source import Comparison

_PAGE = 50


class StoredHistory(OpenedStore):
    """Tells and changes versions; see :class:`~bookstore.cli.sources.source.Source`."""

    # -- looking ---------------------------------------------------------------------------------

    def versions(self, path: str) -> Iterator[Version]:
        """Yield the versions of a notebook."""
        if self.is_unused():
            return iter(())  # looking shall not make a store and an outbox
        return self.each(self._versions(self.workspace.key(path)))

    async def _versions(self, key: str) -> AsyncIterator[Version]:
        before = ""
        while True:
            page = await self.bookstore.history.page(key, limit=_PAGE, before=before)
            for entry in page.entries:
                yield self._version_of(entry)
            if not (before := page.next):
                return

    def version(self, path: str, version_id: str) -> Version:
        """Return one version by its ID."""
        key = self.workspace.key(path)
        return self._version_of(self.run(self.bookstore.history.find(key, version_id)))

    def body(self, version: Version) -> bytes:
        """Return the bytes of a version."""
        key = self.workspace.key(version.path)
        return self.run(self.bookstore.history.read(key, version.version_id)).body

    def compare(self, path: str, base: Version, remote: Version | None) -> Comparison:
        """Compare two versions, or one with what is on disk."""
        from ...notebooks.comparing import compare

        newer = self.on_disk(path) if remote is None else self.body(remote)
        found = compare(self.body(base), newer)
        return Comparison(found.base, found.diff, found.summary.to_json(), base, remote)

    def deleted(self) -> Iterator[DeletedNotebook]:
        """Yield the notebooks that can be brought back."""
        return iter(()) if self.is_unused() else self.each(self._deleted())

    async def _deleted(self) -> AsyncIterator[DeletedNotebook]:
        after = ""
        while True:
            page = await self.bookstore.history.deleted(self.workspace, limit=_PAGE, after=after)
            for gone in page.notebooks:
                last = self._version_of(gone.last)
                yield DeletedNotebook(
                    path=self.workspace.path(gone.key),
                    deleted_at=gone.deleted_at,
                    moved_to=gone.moved_to,
                    version_id=last.version_id,
                    version_path=last.path,
                    saved_at=last.saved_at,
                    size_bytes=last.size_bytes,
                    author=last.author,
                    kind=last.kind,
                )
            if not (after := page.next):
                return

    def _version_of(self, entry: Entry) -> Version:
        key, at, version_id = entry.source.partition("?versionId=")
        source = self.workspace.path(key)
        why = None
        if (failed := entry.failed) is not None:
            why = Failure(
                attempts=failed.attempts, last_error=failed.last_error, refused=failed.refused
            )
        return Version(
            version_id=entry.version_id,
            save_id=entry.save_id,
            path=self.workspace.path(entry.key),
            saved_at=entry.saved_at,
            size_bytes=entry.size_bytes,
            sha256=entry.sha256,
            author=entry.author,
            kind=entry.kind,
            source=f"{source} @ {version_id}" if at else source,
            label=entry.label,
            note=entry.note,
            is_latest=entry.is_latest,
            pending=entry.is_pending,
            failed=why,
            url="" if entry.is_pending or entry.kind == "delete" else self._url(entry),
        )

    def _url(self, entry: Entry) -> str:
        query = {
            "s3_bucket": self.bookstore.store.bucket,
            "s3_key": entry.key,
            "s3_version_id": entry.version_id,
        }
        return f"bookstore/clone?{urlencode(query)}"

    # -- changing --------------------------------------------------------------------------------

    def label(self, path: str, version: Version, *, label: str | None, note: str | None) -> Version:
        """Name a version."""
        named = self.bookstore.history.label(
            self.workspace.key(version.path),
            version.version_id,
            label=label,
            note=note,
            author=self.username,
        )
        return self._version_of(self.run(named))

    def restore(
        self, path: str, version: Version, *, target_path: str, mend: bool
    ) -> dict[str, Any]:
        """Make a version the current one, or a copy."""
        from ...archive.user_files import save_copy, save_over

        manager = self.manager()
        body = self.body(version)
        source = f"{self.workspace.key(version.path)}?versionId={version.version_id}"
        if target_path:
            saving = save_copy(
                manager,
                body,
                target_path=target_path,
                source=source,
                naming=self.bookstore.naming,
                kind="restore",
                mend=mend,
            )
        else:
            saving = save_over(manager, body, path=path, source=source, mend=mend)
        return self.saved(saving)
