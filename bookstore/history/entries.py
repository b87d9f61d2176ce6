"""Frozen values of history: what a version is to people, wherever its bytes are.

Knows: what stores and the outbox tell about a version.  Must not know: how it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import cast, get_args
from urllib.parse import quote

from ..records import Kind, ObjectVersion, OutboxEntry

PENDING = "save:"
"""A version ID that begins so names a save by its ID; it goes on doing so once it is delivered."""

FOLLOWED = ("rename", "copy")
"""Versions of these kinds have a past under the key they came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a pending version is not in the store yet, when that was tried."""

    attempts: int
    last_error: str
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of one notebook, delivered or not."""

    key: str
    """The key it was archived under, an older one where a rename or copy was followed."""
    version_id: str
    save_id: str
    """Empty for what other tools, or bookstore 2, put into the store."""
    saved_at: datetime
    size_bytes: int
    sha256: str
    author: str
    kind: Kind
    source: str = ""
    """The key it came from, as it was recorded."""
    run: str = ""
    """What is known of the run that it came of, as it was recorded."""
    label: str = ""
    note: str = ""
    is_latest: bool = False
    is_pending: bool = False
    is_tentative: bool = False
    """It becomes a version only if the store's newest one has other bytes."""
    failed: Failure | None = None

    @property
    def ref(self) -> str:
        """What a label holds on to: the save, where it is known, so that repeats share it."""
        return self.save_id or self.version_id

    @property
    def address(self) -> str:
        """Where it is in the store, as a version restored from it names its source."""
        return f"{self.key}?versionId={quote(self.version_id)}"

    @property
    def followed_key(self) -> str:
        """The key where its past is, or ""."""
        return self.source if self.kind in FOLLOWED and "?versionId=" not in self.source else ""

    @classmethod
    def of_version(cls, version: ObjectVersion) -> Entry:
        """Return what *version*, with its metadata, is."""
        facts = version.metadata or {}
        return cls(
            key=version.key,
            version_id=version.version_id,
            save_id=facts.get("save-id", ""),
            saved_at=_time(facts, version.modified_at),
            size_bytes=version.size_bytes,
            sha256=facts.get("sha256", ""),
            author=facts.get("author", ""),
            kind="delete" if version.is_delete_marker else kind_in(facts),
            source=facts.get("source", ""),
            run=facts.get("run", ""),
        )

    @classmethod
    def of_pending(cls, entry: OutboxEntry) -> Entry:
        """Return what *entry* will be once it is delivered."""
        failed = Failure(
            attempts=entry.attempts, last_error=entry.last_error, refused=entry.refused
        )
        return cls(
            key=entry.key,
            version_id=f"{PENDING}{entry.save_id}",
            save_id=entry.save_id,
            saved_at=_time(entry.metadata, entry.queued_at),
            size_bytes=entry.size_bytes,
            sha256=entry.metadata.get("sha256", ""),
            author=entry.metadata.get("author", ""),
            kind="delete" if entry.operation == "delete" else kind_in(entry.metadata),
            source=entry.metadata.get("source", ""),
            run=entry.metadata.get("run", ""),
            is_pending=True,
            is_tentative=entry.only_if_changed,
            failed=failed if entry.attempts else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a history, newest first."""

    entries: tuple[Entry, ...]
    next: str = ""
    """What to ask the next page with; "" at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A version and its body."""

    entry: Entry
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedNotebook:
    """A notebook that is gone from its path, and the last version it had there."""

    key: str
    deleted_at: datetime
    last: Entry
    moved_to: str = ""
    """The API path it was renamed to, when it was not deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedPage:
    """A part of the deleted notebooks."""

    notebooks: tuple[DeletedNotebook, ...]
    next: str = ""


def kind_in(facts: Mapping[str, str]) -> Kind:
    """Return the kind that metadata tells; what tells none that we know is an ordinary save."""
    kind = facts.get("kind", "save")
    return cast(Kind, kind) if kind in get_args(Kind) else "save"


def _time(facts: Mapping[str, str], otherwise: datetime) -> datetime:
    try:
        saved_at = datetime.fromisoformat(facts["saved-at"])
    except (KeyError, ValueError):
        return otherwise
    return saved_at if saved_at.tzinfo else saved_at.replace(tzinfo=timezone.utc)
