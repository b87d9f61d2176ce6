"""What a server tells of a notebook's history, as values.

Knows: the JSON of bookstore's routes.  Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, overload

from .changes import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a version that waits is not in the store yet."""

    attempts: int
    last_error: str
    refused: bool
    """The store said no: somebody has to change something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one notebook."""

    version_id: str
    """Its address; begins with ``save:`` while it waits in the outbox."""
    path: str
    """The API path that it had then."""
    saved_at: datetime
    size_bytes: int
    kind: str
    """Why it was made: ``save``, ``manual``, ``restore`` …; ``delete`` marks a deletion."""
    save_id: str = ""
    sha256: str = ""
    author: str = ""
    source: str = ""
    """Renames and copies: the path it came from."""
    label: str = ""
    note: str = ""
    is_latest: bool = False
    pending: bool = False
    """Is it not in the store yet?"""
    failed: Failure | None = None
    url: str = ""
    """Link to this version, below a server's base URL."""
    changed: Changed | None = None
    """What it changed, where that was told: as a text, ``2 cells edited, 1 added``."""
    run: Mapping[str, str] | None = None
    """What became of the run that it came of: ``run_id``, ``status``, ``started_at``, ``error``."""
    address: str = ""
    """``bookstore://…?version=…``: what programs and schedules know this version by."""
    folder: str = ""
    """The folder that the server was started in which saved it, where that is another: seen from
    this one's, such as ``work`` or ``..``."""

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Version:
        """Return the version in *entry*; fields of later releases are passed over."""
        failed = entry.get("failed")
        values = {name: entry[name] for name in cls.__slots__ if entry.get(name) is not None}
        values["saved_at"] = _moment(entry["saved_at"])
        if entry.get("changed"):
            values["changed"] = Changed.from_json(entry["changed"])
        if failed:
            values["failed"] = Failure(**{name: failed[name] for name in Failure.__slots__})
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedNotebook:
    """A notebook that is gone from its path, and the last version it had there."""

    path: str
    deleted_at: datetime
    version_id: str
    """Restore this one to bring the notebook back."""
    version_path: str
    """The API path that it had then."""
    saved_at: datetime
    size_bytes: int
    moved_to: str = ""
    """Where it is now, when it was moved and not deleted."""
    author: str = ""
    kind: str = "save"

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> DeletedNotebook:
        """Return the notebook in *entry*; fields of later releases are passed over."""
        values = {name: entry[name] for name in cls.__slots__ if entry.get(name) is not None}
        for name in ("deleted_at", "saved_at"):
            values[name] = _moment(entry[name])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of one version of a notebook."""

    run_id: str
    status: str
    """``running``, ``succeeded``, ``failed``, ``interrupted``, ``died`` or ``prepared``."""
    started_at: datetime
    ended_at: datetime | None
    """None while it runs."""
    error: str
    """What the cell that failed says, shortened."""
    executed: str
    """The address of the version that was executed; "" where that was none of the store."""
    result: str
    """The address of the notebook that its result is a version of."""
    version: Version | None
    """The result."""

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Run:
        """Return the run in *entry*; fields of later releases are passed over."""
        values = {name: entry[name] for name in cls.__slots__}
        values["started_at"] = _moment(entry["started_at"])
        values["ended_at"] = entry["ended_at"] and _moment(entry["ended_at"])
        values["version"] = entry["version"] and Version.from_json(entry["version"])
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of a wish to take back what somebody changed."""

    path: str
    actor: str
    versions: int
    """How many versions of theirs there are."""
    kept_cells: tuple[str, ...]
    """The IDs of cells in which others went on, and which so stay as they are."""
    is_complete: bool
    """False where there are versions so old that they were not looked at."""
    version: Version | None
    """The version that it made; None where there was nothing to take back."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Undone:
        """Return what *answer* tells."""
        made = answer["version"]
        return cls(
            path=answer["path"],
            actor=answer["actor"],
            versions=answer["versions"],
            kept_cells=tuple(answer["kept_cells"]),
            is_complete=answer["is_complete"],
            version=Version.from_json(made) if made else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedCell:
    """A cell of a notebook, and the version since which it says what it says."""

    id: str
    index: int
    type: str
    source: str
    """Its beginning."""
    version: Version

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> BlamedCell:
        """Return the cell in *entry*; fields of later releases are passed over."""
        values = {name: entry[name] for name in cls.__slots__}
        return cls(**{**values, "version": Version.from_json(entry["version"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """What a version did to one cell."""

    what: str
    """``added``, ``source``, ``outputs`` or ``removed``."""
    source: str
    """What the cell says since then."""
    version: Version

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> CellChange:
        """Return the change in *entry*; fields of later releases are passed over."""
        values = {name: entry[name] for name in cls.__slots__}
        return cls(**{**values, "version": Version.from_json(entry["version"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A notebook with versions that were looked for."""

    path: str
    excerpt: str
    """The line in which the text stood last."""
    first: Version
    last: Version
    gone: Version | None
    """The version after the last: since when it is there no longer; None where it still is."""

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Found:
        """Return the notebook in *entry*; fields of later releases are passed over."""
        return cls(
            path=entry["path"],
            excerpt=entry["excerpt"],
            first=Version.from_json(entry["first"]),
            last=Version.from_json(entry["last"]),
            gone=Version.from_json(entry["gone"]) if entry["gone"] else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """What was found in the versions of notebooks."""

    found: Sequence[Found]
    versions: Sequence[Version]
    """The versions of the notebook that was asked about, the newest first."""
    is_complete: bool
    """Was every version looked at?  Asking again a moment later tells more where not."""

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> SearchResult:
        """Return the result in *answer*."""
        return cls(
            found=[Found.from_json(each) for each in answer["found"]],
            versions=[Version.from_json(each) for each in answer["versions"]],
            is_complete=answer["is_complete"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What a server that was started in another folder saved of a notebook."""

    folder: str
    """That folder, as seen from this server's: ``work``, ``..``."""
    path: str
    """The API path that the notebook has there."""
    versions: int | None
    """How many there are, counted so far; None for what is joined."""
    more: bool
    """Are there more than were counted?"""
    joined: bool
    """Is it told as a part of the history?"""

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Elsewhere:
        """Return what is in *entry*; fields of later releases are passed over."""
        return cls(**{name: entry[name] for name in cls.__slots__})

    def __str__(self) -> str:
        count = f"{self.versions}{' or more' if self.more else ''}"
        many = "1 version was" if count == "1" else f"{count} versions were"
        return f"{many} saved from the folder {self.folder}, as {self.path}"


class HistoryList(Sequence[Version]):
    """Versions of a notebook, the newest first; shown as a table in a notebook."""

    def __init__(
        self,
        path: str,
        versions: Sequence[Version],
        *,
        is_whole: bool,
        elsewhere: Sequence[Elsewhere] = (),
    ) -> None:
        self.elsewhere = tuple(elsewhere)
        """What was saved from other folders; see :meth:`HistoryClient.join`."""
        self.path = path
        """The API path that was asked about."""
        self.is_whole = is_whole
        """Are there no older ones?"""
        self._versions = tuple(versions)

    @overload
    def __getitem__(self, index: int) -> Version: ...
    @overload
    def __getitem__(self, index: slice) -> HistoryList: ...
    def __getitem__(self, index: int | slice) -> Version | HistoryList:
        if isinstance(index, slice):
            return HistoryList(self.path, self._versions[index], is_whole=False)
        return self._versions[index]

    def __len__(self) -> int:
        return len(self._versions)

    def __repr__(self) -> str:
        rows = [_cells(version) for version in self]
        widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (_HEADINGS, *rows)
        ]
        return "\n".join([f"{self._title()}", *(lines if rows else [])])

    def _repr_html_(self) -> str:
        head = "".join(f"<th style='text-align:left'>{heading}</th>" for heading in _HEADINGS)
        body = "".join(f"<tr>{_html_cells(version)}</tr>" for version in self)
        title = f"<caption style='text-align:left'>{escape(self._title())}</caption>"
        return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _title(self) -> str:
        many = "1 version" if len(self) == 1 else f"{len(self)} versions"
        told = f"{self.path}: {many}{'' if self.is_whole else ', and older ones'}"
        return ". ".join([told, *(str(each) for each in self.elsewhere if not each.joined)])


_HEADINGS = ("Version", "Saved", "Size", "Kind", "Author", "Label", "Changed")


def _cells(version: Version) -> tuple[str, ...]:
    return (
        version.version_id,
        version.saved_at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        f"{version.size_bytes:,}",
        _kind(version),
        version.author,
        version.label,
        str(version.changed or ""),
    )


def _html_cells(version: Version) -> str:
    cells = [f"<td style='text-align:left'>{escape(cell)}</td>" for cell in _cells(version)[1:]]
    address = f"<td style='text-align:left'><code>{escape(version.version_id)}</code></td>"
    return address + "".join(cells)


def _kind(version: Version) -> str:
    came = f" from {version.source}" if version.kind in ("rename", "copy", "clone") else ""
    folder = f", in folder {version.folder}" if version.folder else ""
    return f"{version.kind}{came}{folder}{', waits' if version.pending else ''}"


def _moment(value: datetime | str) -> datetime:
    if isinstance(value, datetime):  # told in this process
        return value
    return datetime.fromisoformat(value.replace("Z", "+00:00"))  # Python 3.10 knows no "Z"
