"""The store itself as a source, where no server runs.

Knows: an opened store.  Must not know: the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from ...errors import BookstoreError, NotANotebook, NotFound, OutboxUnavailable
from ...records import NOTEBOOK_CONTENT_TYPE, Provenance, StoreCheck
from ...s3_paths import s3_path
from .store_history import StoredHistory

_POLL_S = 0.1


class StoreSource(StoredHistory):
    """Answers from the store; see :class:`~bookstore.cli.sources.source.Source`."""

    # -- publishing ------------------------------------------------------------------------------

    def publish(self, path: str) -> dict[str, Any]:
        """Publish what is saved at *path*."""
        from ...notebooks.models import untrusted, warning

        if not path.endswith(".ipynb"):
            raise NotANotebook(f"Only notebooks are published: {path!r} does not end in .ipynb.")
        body, problem = untrusted(self.on_disk(path))
        provenance = Provenance.of(
            body, author=self.username, kind="publish", source=self.workspace.key(path)
        )
        key, store = self._published_key(path), self.bookstore.store
        version = self.run(
            store.put(
                key, body, metadata=provenance.to_metadata(), content_type=NOTEBOOK_CONTENT_TYPE
            )
        )
        query = urlencode({"s3_bucket": store.bucket, "s3_key": key})
        return {
            "path": path,
            "s3_path": s3_path(store.bucket, key),
            "url": f"bookstore/clone?{query}",
            "versionID": version.version_id,
            **warning(problem),
        }

    def unpublish(self, path: str) -> dict[str, Any]:
        """Take *path* out of what is published."""
        key, store = self._published_key(path), self.bookstore.store
        self.run(store.head(key))  # not published: that is said, and no marker is made
        marker = self.run(store.delete(key))
        address = s3_path(store.bucket, key)
        return {"path": path, "s3_path": address, "versionID": marker.version_id}

    def published(self) -> Iterator[dict[str, Any]]:
        """Yield what is published."""
        return self.each(self._published())

    async def _published(self) -> AsyncIterator[dict[str, Any]]:
        prefix, store = f"{self._published_key('')}/", self.bookstore.store
        async for listed in store.list(prefix):
            with suppress(NotFound):  # unpublished meanwhile
                version = await store.head(listed.key)
                yield {
                    "path": version.key.removeprefix(prefix),
                    "s3_path": s3_path(store.bucket, version.key),
                    "version_id": version.version_id,
                    "size_bytes": version.size_bytes,
                    "modified_at": version.modified_at,
                    "publisher": (version.metadata or {}).get("author", ""),
                }

    def _published_key(self, path: str) -> str:
        settings = self.bookstore.settings
        if not settings.published_prefix.strip("/"):
            raise BookstoreError(
                "Publishing is switched off.", hint="Set BookstoreSettings.published_prefix."
            )
        return self.bookstore.published_key(path)

    def clone(
        self, bucket: str, key: str, version_id: str, target_path: str, *, mend: bool
    ) -> dict[str, Any]:
        """Copy an object into the user's files."""
        from ...actions.requests import CloneRequest
        from ...archive.user_files import save_copy

        settings = self.bookstore.settings
        asked = {
            "s3_bucket": bucket or self.bookstore.store.bucket,
            "s3_key": key,
            "s3_version_id": version_id,
            "target_path": target_path,
        }
        request = CloneRequest.from_json(asked)
        store = self.bookstore.store_for(request.s3_bucket)
        stored = self.run(
            store.get(
                request.s3_key,
                version_id=request.s3_version_id,
                max_bytes=settings.clone_max_bytes,
            )
        )
        path = s3_path(request.s3_bucket, request.s3_key)
        found = stored.version.version_id
        saving = save_copy(
            self.manager(),
            stored.body,
            target_path=request.target_path,
            source=f"{path}?versionId={found}" if found else path,
            naming=self.bookstore.naming,
            mend=mend,
        )
        return {**self.saved(saving), "s3_path": path, "versionID": found}

    # -- delivering ------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Return what waits and why."""
        return self.run(self._status())

    async def _status(self) -> dict[str, Any]:
        bookstore, outbox = self.bookstore, self.bookstore.outbox
        is_there = outbox.directory.exists()
        check = StoreCheck(reachable=True, exists=False, versioned=True)
        if not self.is_unused():
            check = await bookstore.store.check()
        totals = await outbox.totals() if is_there else None
        entries = await outbox.entries(limit=100) if is_there else []
        errors = [entry.last_error for entry in entries if entry.last_error]
        return {
            "store": {
                "kind": bookstore.store.kind,
                "display": bookstore.store.display,
                "reachable": check.reachable,
                "last_error": errors[0] if errors else "",
            },
            "outbox": {
                "depth": totals.depth if totals else 0,
                "bytes": totals.size_bytes if totals else 0,
                "oldest_queued_at": totals.oldest_queued_at if totals else None,
                "held": 0,
                "entries": [
                    {
                        "path": entry.path,
                        "operation": entry.operation,
                        "save_id": entry.save_id,
                        "queued_at": entry.queued_at,
                        "size_bytes": entry.size_bytes,
                        "attempts": entry.attempts,
                        "last_error": entry.last_error,
                        "refused": entry.refused,
                    }
                    for entry in entries
                ],
            },
            "problems": list(check.problems),
        }

    def deliver(self, told: Callable[[int], None], *, timeout_s: float) -> int:
        """Deliver what waits, or wait for the process that does."""
        if not self.bookstore.outbox.directory.exists():
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
