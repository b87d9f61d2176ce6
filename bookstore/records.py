"""Frozen values that cross modules.  They hold data and say what it means; they do nothing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal, NamedTuple, TypeAlias

from ._version import __version__

NOTEBOOK_CONTENT_TYPE = "application/x-ipynb+json"

Kind: TypeAlias = Literal[
    "save", "manual", "restore", "clone", "publish", "rename", "copy", "outside", "run", "kept",
    "delete",
]  # fmt: skip
"""Why a version was made.  ``outside``: the file was changed by something other than Jupyter.
``kept``: an editor held it, and it was in no file.
``run``: it is what came of executing a notebook.  ``delete`` is only ever the kind of a delete
marker."""

Operation: TypeAlias = Literal["put", "delete"]

ArchiveAction: TypeAlias = Literal["queued", "archived", "postponed", "refused"]


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(timezone.utc)


def new_save_id() -> str:
    """Return an identity for one save: 32 hexadecimal digits."""
    return secrets.token_hex(16)


class ArchiveRecord(NamedTuple):
    """One notebook to archive: where it is, what it holds, and since when it waits."""

    filepath: str
    """API path of the notebook, relative to the server's root."""
    content: str
    """The text to archive, exactly as it is to be stored."""
    queued_time: float
    """POSIX timestamp, seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is known about one version beside its body; travels as object metadata."""

    save_id: str
    sha256: str
    """Of the body, 64 hexadecimal digits; empty for a delete marker."""
    saved_at: datetime
    author: str
    """Several people are named in one text: see :mod:`bookstore.authors`."""
    kind: Kind
    source: str = ""
    """Renames, copies, clones, restores: the key it came from, ``?versionId=…`` when known."""
    run: str = ""
    """What is known of the run that it came of, as JSON."""
    release: str = __version__
    """The release of bookstore that recorded it."""

    def to_metadata(self) -> dict[str, str]:
        """Return this as Unicode metadata, the most needed first."""
        metadata = {
            "save-id": self.save_id,
            "sha256": self.sha256,
            "saved-at": self.saved_at.isoformat(timespec="microseconds"),
            "kind": self.kind,
            "author": self.author,
            "run": self.run,
            "release": self.release,
            "source": self.source,
        }
        return {name: value for name, value in metadata.items() if value}

    @classmethod
    def of(
        cls, body: bytes, *, author: str, kind: Kind, source: str = "", run: str = ""
    ) -> Provenance:
        """Return the provenance of *body*, saved now."""
        return cls(
            save_id=new_save_id(),
            sha256=hashlib.sha256(body).hexdigest(),
            saved_at=utc_now(),
            author=author,
            kind=kind,
            source=source,
            run=run,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersion:
    """One stored version of one key."""

    key: str
    version_id: str
    size_bytes: int
    modified_at: datetime
    etag: str = ""
    is_latest: bool = True
    is_delete_marker: bool = False
    metadata: Mapping[str, str] | None = None
    """Names without ``bookstore-``, values in Unicode; None where a listing did not tell."""
    content_type: str = ""
    foreign: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What another tool noted beside the body, by names in lower case; empty in a listing."""
    """Empty where a listing did not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """A version and its body."""

    version: ObjectVersion
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedObject:
    """A key whose newest version is a delete marker, and what lies below that marker."""

    key: str
    deleted_at: datetime
    last: ObjectVersion
    """The newest version that has a body: what bringing it back would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCheck:
    """What a store can do for us, found out by asking it."""

    reachable: bool
    exists: bool
    versioned: bool
    problems: tuple[str, ...] = ()
    """What is wrong and what to do about it, in words for the administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """One thing to deliver: a body to put under a key, or a key to mark deleted."""

    path: str
    """API path, as the user knows it."""
    key: str
    operation: Operation
    provenance: Provenance
    content_type: str = NOTEBOOK_CONTENT_TYPE
    body: bytes = field(default=b"", repr=False)
    only_if_changed: bool = False
    """Make no version of bytes that are the newest ones already, whatever the settings say."""
    is_shared: bool = False
    """It comes out of a document that people share, so it goes on from the save before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A save that waits in the outbox; its body is read separately."""

    sequence: int
    path: str
    key: str
    operation: Operation
    metadata: Mapping[str, str]
    content_type: str
    size_bytes: int
    queued_at: datetime
    attempts: int = 0
    """Failed deliveries of this entry so far."""
    due_at: datetime | None = None
    """When the head of this line is tried next; None while it waits behind an older entry."""
    last_error: str = ""
    refused: bool = False
    """The store said no; somebody has to change something."""
    only_if_changed: bool = False
    """Make no version of bytes that the store's newest version has already."""
    may_be_there: bool = False
    """It was tried, and nobody knows whether the store did as it was told."""

    @property
    def save_id(self) -> str:
        """The identity of the save."""
        return self.metadata["save-id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTotals:
    """How much waits in the outbox."""

    depth: int = 0
    size_bytes: int = 0
    oldest_queued_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEvent:
    """Something happened to a save on its way to the store."""

    action: ArchiveAction
    path: str
    save_id: str
    depth: int
    """Entries in the outbox after it."""
    version: ObjectVersion | None = None
    """For ``archived``: what it became, with its metadata."""
    reason: str | None = None
    took_s: float | None = None
    """For ``archived``: seconds the store took."""

    def to_json(self) -> dict[str, Any]:
        """Return the event's public fields, absent ones left out."""
        values = {
            "action": self.action,
            "path": self.path,
            "save_id": self.save_id,
            "depth": self.depth,
            "version_id": self.version and self.version.version_id,
            "reason": self.reason,
        }
        return {name: value for name, value in values.items() if value is not None}
