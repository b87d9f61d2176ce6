"""What commands ask of a bookstore, whoever answers: a running server, or the store itself.

Knows: values.  Must not know: HTTP, stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

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
from .places import Place


class Comparison(NamedTuple):
    """Two versions of a notebook, compared."""

    base: dict[str, Any]
    """The older notebook's JSON."""
    diff: list[dict[str, Any]]
    """In nbdime's format."""
    summary: dict[str, int]
    base_version: Version
    remote_version: Version | None
    """None: what is on disk."""


class Source(Protocol):
    """One bookstore.  Paths are API paths; every error is one of :mod:`bookstore.errors`."""

    place: Place
    described: str
    """Who answers, for people."""
    base_url: str
    """What links begin with, "" where no server is known."""

    def versions(
        self, path: str, *, changed: bool = False, elsewhere: list[Elsewhere] | None = None
    ) -> Iterator[Version]:
        """Yield the versions of a notebook, newest first, asking for more as they are taken.

        With what each *changed*, where that is wanted and can be told.  What was saved from other
        folders goes into *elsewhere* with the first of them.
        """
        ...

    def join(self, path: str, folder: str, *, joined: bool) -> None:
        """Tell what was saved from another folder in the histories here, or no longer."""
        ...

    def version(self, path: str, version_id: str) -> Version:
        """Return one version by its ID."""
        ...

    def body(self, version: Version) -> bytes:
        """Return the bytes of a version."""
        ...

    def read(self, address: str) -> tuple[Version, bytes]:
        """Return the version that an address means, and its bytes."""
        ...

    def runs(self, of: str) -> Iterator[Run]:
        """Yield the runs whose results are at *of*, newest first; "" for the last of each."""
        ...

    def cancel(self, run_id: str) -> Run:
        """Stop a run; return what is known of it yet."""
        ...

    def compare(self, path: str, base: Version | None, remote: Version | None) -> Comparison:
        """Compare two versions, or one with what is on disk; *remote* alone with the one before."""
        ...

    def blame(self, path: str) -> list[BlamedCell]:
        """Return the cells of a notebook, each with the version that gave it its source."""
        ...

    def cell_history(self, path: str, cell_id: str) -> list[CellChange]:
        """Return what versions did to one cell, the newest first."""
        ...

    def search(self, text: str, *, path: str, author: str, kind: str, limit: int) -> SearchResult:
        """Look for something in all versions of *path*, or of all notebooks where that is ""."""
        ...

    def label(self, path: str, version: Version, *, label: str | None, note: str | None) -> Version:
        """Name a version; "" takes a name away, None leaves it."""
        ...

    def checkpoint(self, path: str, *, label: str, note: str) -> Version:
        """Return the version that a notebook is now; one is made where there is none."""
        ...

    def undo(self, path: str, actor: str, *, since: Version | None) -> Undone:
        """Take back what one author changed, "" for who asks; what others did since stays."""
        ...

    def restore(
        self, path: str, version: Version, *, target_path: str, mend: bool
    ) -> dict[str, Any]:
        """Make a version the current one, or a copy at *target_path*; return its contents model.

        With *mend* a valid notebook is made of it.
        """
        ...

    def deleted(self) -> Iterator[DeletedNotebook]:
        """Yield the notebooks that can be brought back."""
        ...

    def publish(self, path: str) -> dict[str, Any]:
        """Publish what is saved at *path*; return ``path``, ``s3_path``, ``url``, ``versionID``."""
        ...

    def unpublish(self, path: str) -> dict[str, Any]:
        """Take *path* out of what is published; return ``path``, ``s3_path``, ``versionID``."""
        ...

    def link(
        self, path: str, *, hours: float | None, public: bool, published: bool
    ) -> dict[str, Any]:
        """Make a link to a notebook, or to what is published of it; return ``url``, ``ends_at``."""
        ...

    def take_back_links(self, path: str, *, published: bool) -> dict[str, Any]:
        """Make its public versions private again; return how many ``versions`` there are."""
        ...

    def published(self) -> Iterator[dict[str, Any]]:
        """Yield what is published."""
        ...

    def clone(
        self, bucket: str, key: str, version_id: str, target_path: str, *, mend: bool
    ) -> dict[str, Any]:
        """Copy an object into the user's files; return its contents model and where it is from.

        With *mend* a valid notebook is made of it.
        """
        ...

    def status(self) -> dict[str, Any]:
        """Return what waits and why, as ``GET /api/bookstore/status`` does."""
        ...

    def deliver(self, told: Callable[[int], None], *, timeout_s: float) -> int:
        """Deliver what waits for at most so long; return how many entries are left.

        *told* is called with how many there are, again and again.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
