"""A running server as a source: every question is a request.

Knows: the HTTP client.  Must not know: stores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from ...client import BookstoreClient, BookstoreServerError, RequestOptions
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
from .places import Place
from .source import Comparison

CONNECT_TIMEOUT_S = 3.0
POLL_S = 0.25


class ServerSource:
    """Asks the server at *url*; see :class:`~bookstore.cli.sources.source.Source`."""

    def __init__(self, url: str, token: str, place: Place) -> None:
        self.place = place
        options = RequestOptions(connect_timeout_s=CONNECT_TIMEOUT_S)
        self._client = BookstoreClient(url=url, token=token, options=options)
        self.base_url = f"{self._client.url}/"
        self.described = f"the server at {self._client.url}"

    def check(self) -> None:
        """Raise unless this is a server that has bookstore and lets us ask."""
        try:
            self._client.status()
        except BookstoreServerError as error:
            if error.status == 404:
                raise NotFound(
                    f"{self.described} has no bookstore.",
                    hint="Enable it with `jupyter server extension enable bookstore`, and start "
                    "the server again.",
                ) from error
            raise

    def versions(
        self, path: str, *, changed: bool = False, elsewhere: list[Elsewhere] | None = None
    ) -> Iterator[Version]:
        """Yield the versions of a notebook."""
        return self._client.iterate(path, page=50, elsewhere=elsewhere)

    def join(self, path: str, folder: str, *, joined: bool) -> None:
        """Tell what was saved from another folder, or no longer."""
        self._client.join(path, folder, joined=joined)

    def version(self, path: str, version_id: str) -> Version:
        """Return one version by its ID."""
        return self._client.version(path, version_id)

    def body(self, version: Version) -> bytes:
        """Return a version, byte for byte."""
        return self._client.body(version.path, version)

    def read(self, address: str) -> tuple[Version, bytes]:
        """Return the version that an address means, and its bytes."""
        return self._client.read(address)

    def runs(self, of: str) -> Iterator[Run]:
        """Yield the runs of a notebook."""
        return self._client.runs(of)

    def cancel(self, run_id: str) -> Run:
        """Stop a run."""
        return self._client.cancel(run_id)

    def compare(self, path: str, base: Version | None, remote: Version | None) -> Comparison:
        """Compare two versions, or one with what is on disk or was before."""
        found = self._client.diff(path, base, remote)
        return Comparison(
            found.base, found.diff, found.summary, found.base_version, found.remote_version
        )

    def blame(self, path: str) -> list[BlamedCell]:
        """Return the cells of a notebook with their versions."""
        return self._client.blame(path)

    def cell_history(self, path: str, cell_id: str) -> list[CellChange]:
        """Return what versions did to one cell."""
        return self._client.cell_history(path, cell_id)

    def search(self, text: str, *, path: str, author: str, kind: str, limit: int) -> SearchResult:
        """Look for something in all versions."""
        return self._client.search(text, path=path, author=author, kind=kind, limit=limit)

    def label(self, path: str, version: Version, *, label: str | None, note: str | None) -> Version:
        """Name a version."""
        return self._client.label(path, version, label, note)

    def checkpoint(self, path: str, *, label: str, note: str) -> Version:
        """Have what a notebook is now be a version."""
        return self._client.checkpoint(path, label=label, note=note)

    def undo(self, path: str, actor: str, *, since: Version | None) -> Undone:
        """Take back what one author changed."""
        return self._client.undo(path, actor, since=since)

    def restore(
        self, path: str, version: Version, *, target_path: str, mend: bool
    ) -> dict[str, Any]:
        """Make a version the current one, or a copy."""
        return self._client.restore(path, version, target_path or None, mend=mend)

    def deleted(self) -> Iterator[DeletedNotebook]:
        """Yield the notebooks that can be brought back."""
        return self._client.deleted()

    def publish(self, path: str) -> dict[str, Any]:
        """Publish what is saved at *path*."""
        return self._client.publish(path)

    def unpublish(self, path: str) -> dict[str, Any]:
        """Take *path* out of what is published."""
        return self._client.unpublish(path)

    def link(
        self, path: str, *, hours: float | None, public: bool, published: bool
    ) -> dict[str, Any]:
        """Make a link to a notebook."""
        return self._client.link(path, hours=hours, public=public, published=published)

    def take_back_links(self, path: str, *, published: bool) -> dict[str, Any]:
        """Make its public versions private again."""
        return self._client.take_back_links(path, published=published)

    def published(self) -> Iterator[dict[str, Any]]:
        """Yield what is published."""
        return self._client.published()

    def clone(
        self, bucket: str, key: str, version_id: str, target_path: str, *, mend: bool
    ) -> dict[str, Any]:
        """Copy an object into the user's files."""
        return self._client.clone(bucket, key, target_path, s3_version_id=version_id, mend=mend)

    def status(self) -> dict[str, Any]:
        """Return what waits and why."""
        return self._client.status()

    def deliver(self, told: Callable[[int], None], *, timeout_s: float) -> int:
        """Wait while the server delivers."""
        deadline = time.monotonic() + timeout_s
        while True:
            status = self.status()
            outbox = status["outbox"]
            if outbox["depth"] is None:
                raise OutboxUnavailable(" ".join(status["problems"]), hint="")
            depth = int(outbox["depth"]) + int(outbox["held"])
            told(depth)
            if not depth or time.monotonic() > deadline:
                return depth
            time.sleep(min(POLL_S, max(0.0, deadline - time.monotonic())))

    def close(self) -> None:
        """Nothing is held."""
