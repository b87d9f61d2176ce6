"""Versions: those of a notebook, one of them, their names; and notebooks that are gone.

Knows: history.  Must not know: who asks, contents managers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ..errors import BadRequest, Forbidden, StoreUnavailable
from ..history import Changed, DeletedNotebook, DeletedPage, Entry, Page, Read
from ..keys.elsewhere import Elsewhere, path_at
from ..scheduling.facts import RUN, RunFacts
from ..wiring import Bookstore
from ..words import shown
from .addresses import SCHEME, Address
from .fields import notebook_path, text_field, version_id_field
from .places import address_at, address_of, key_of, place_of

PATIENCE_S = 0.4
"""So long an answer waits for what versions changed, where that was not told before."""
MOST_A_PAGE = 200
MAX_BODY_BYTES = 256 * 2**20
"""Larger versions are not read into memory to be shown, compared or restored."""


class VersionAddress(NamedTuple):
    """One version of one path."""

    path: str
    """The path it was archived under, which may be an older one of the notebook asked about; or
    the address of the place where it is, as that of a result of its runs."""
    version_id: str

    def key(self, bookstore: Bookstore) -> str:
        """Return the key that it is a version of; anything there may be read."""
        if self.path.startswith(SCHEME):
            return key_of(bookstore, Address.parse(self.path))
        return bookstore.workspace.key(notebook_path(self.path))

    @classmethod
    def of(
        cls, fields: Mapping[str, Any], path: str, *, name: str = "version_id", where: str = ""
    ) -> VersionAddress:
        """Return the address under *name* in *fields*, or raise BadRequest naming the field."""
        version_id = version_id_field(fields, name)
        if not version_id:
            raise BadRequest(f"{name} must name a version of the notebook.")
        where = where or f"{name.removesuffix('_id')}_path"
        then = text_field(fields, where)
        if then.startswith(SCHEME):
            return cls(str(place_of(then, field=where)), version_id)
        return cls(notebook_path(then, field=where) if then.strip("/") else path, version_id)

    @classmethod
    def of_entry(cls, bookstore: Bookstore, entry: Entry) -> VersionAddress:
        """Return the address of a version that is known."""
        return cls(told_path(bookstore, entry.key), entry.version_id)


class Told(NamedTuple):
    """A part of a history, and why it is not whole."""

    page: Page
    problem: StoreUnavailable | None = None
    """Why only what waits is told."""
    folders: Mapping[str, str] = {}
    """The other root folders that versions were saved from, by keys."""


async def versions(bookstore: Bookstore, path: str, *, limit: int, before: str = "") -> Told:
    """Return versions of the notebook at *path*, newest first.

    While the store is away: what waits for it, and what the trouble is.
    """
    history, key = bookstore.history, bookstore.workspace.key(notebook_path(path))
    try:
        page = await bookstore.within(history.page(key, limit=limit, before=before))
        return Told(page, folders=await _folders(bookstore, key))
    except StoreUnavailable as error:
        waiting = [] if before else await history.waiting(key)
        if not waiting:
            raise
        return Told(Page(entries=tuple(waiting[:limit])), error)


async def _folders(bookstore: Bookstore, key: str) -> dict[str, str]:
    others = await bookstore.roots.of(bookstore.workspace.path(key))
    return {other.key: other.folder for other in others if other.key != key}


async def changes(
    bookstore: Bookstore, entries: Sequence[Entry], *, patience_s: float = PATIENCE_S
) -> dict[str, Changed]:
    """Return what *entries*, versions of one notebook in their order, changed, by version ID.

    What is not found within *patience_s* seconds is found in the background, for the next who asks.
    """
    return await told(bookstore, bookstore.history.changes(entries), patience_s=patience_s)


async def told(
    bookstore: Bookstore,
    changes: AsyncIterator[tuple[Entry, Changed]],
    *,
    patience_s: float = PATIENCE_S,
) -> dict[str, Changed]:
    """Return what of *changes* is found in time, by version ID; the rest is found in the
    background."""
    found: dict[str, Changed] = {}

    async def find() -> None:
        async for entry, changed in changes:
            found[entry.version_id] = changed

    looking = bookstore.background.start(find())
    await asyncio.wait([looking], timeout=patience_s)
    return dict(found)


async def find(bookstore: Bookstore, address: VersionAddress) -> Entry:
    """Return the version at *address*."""
    key = address.key(bookstore)
    return await bookstore.within(bookstore.history.find(key, address.version_id))


async def read(bookstore: Bookstore, address: VersionAddress) -> Read:
    """Return the version at *address* with its body."""
    key = address.key(bookstore)
    reading = bookstore.history.read(key, address.version_id, max_bytes=MAX_BODY_BYTES)
    return await bookstore.within(reading, size_bytes=MAX_BODY_BYTES)


async def label(
    bookstore: Bookstore,
    address: VersionAddress,
    *,
    label: str | None,
    note: str | None,
    author: str,
) -> Entry:
    """Name the version at *address*, or take its name away with ""; None leaves it as it is."""
    if label is None and note is None:
        raise BadRequest("label or note must be given; an empty text removes it.")
    key = address.key(bookstore)
    workspace = bookstore.workspace
    is_ours = workspace.holds(key) or Elsewhere.of_key(key, workspace) is not None
    if not (is_ours or bookstore.runs.holds(key)):
        raise Forbidden(f"{shown(address.path)} is not yours to name.")
    change = bookstore.history.label(key, address.version_id, label=label, note=note, author=author)
    return await bookstore.within(change)


async def deleted(
    bookstore: Bookstore, *, limit: int, after: str = "", text: str = "", order: str = "path"
) -> DeletedPage:
    """Return notebooks that are gone and can be brought back, in the order of their paths, or of
    ``order="time"`` those first that were deleted last, with *text* in their paths."""
    if order not in ("path", "time"):
        raise BadRequest(f"order must be path or time, not {shown(order)}.")
    if text and order == "path":
        raise BadRequest("text is looked for in the order of time only: say order=time.")
    history, workspace = bookstore.history, bookstore.workspace
    if order == "time":
        asked = history.deleted_last(workspace, limit=limit, text=text, after=after)
    else:
        asked = history.deleted(workspace, limit=limit, after=after)
    return await bookstore.within(asked)


# -- as it is told -----------------------------------------------------------------------------


def version_facts(
    bookstore: Bookstore, entry: Entry, changed: Changed | None = None, *, folder: str = ""
) -> dict[str, Any]:
    """Return *entry* as everybody is told of it, with what it *changed* and from which other root
    *folder* it was saved, where that is known."""
    failed = entry.failed
    is_there = entry.kind != "delete"
    return {
        "version_id": entry.version_id,
        "save_id": entry.save_id,
        "path": told_path(bookstore, entry.key),
        "folder": folder or bookstore.roots.folder_of(entry.key),
        "saved_at": entry.saved_at,
        "size_bytes": entry.size_bytes,
        "sha256": entry.sha256,
        "author": entry.author,
        "kind": entry.kind,
        "source": _source(bookstore, entry.source),
        "label": entry.label,
        "note": entry.note,
        "is_latest": entry.is_latest,
        "pending": entry.is_pending,
        "failed": failed
        and {
            "attempts": failed.attempts,
            "last_error": failed.last_error,
            "refused": failed.refused,
        },
        "changed": changed and asdict(changed),
        "run": _run(entry),
        "address": str(address_of(bookstore, entry)) if is_there else "",
        "url": _url(bookstore, entry) if is_there and not entry.is_pending else "",
    }


def deleted_facts(bookstore: Bookstore, notebook: DeletedNotebook) -> dict[str, Any]:
    """Return *notebook* as everybody is told of it."""
    last = notebook.last
    return {
        "path": bookstore.workspace.path(notebook.key),
        "deleted_at": notebook.deleted_at,
        "moved_to": notebook.moved_to or None,
        "version_id": last.version_id,
        "version_path": bookstore.workspace.path(last.key),
        "saved_at": last.saved_at,
        "size_bytes": last.size_bytes,
        "author": last.author,
        "kind": last.kind,
    }


def told_path(bookstore: Bookstore, key: str) -> str:
    """Return what is told as the path of a version, and taken as such where one is asked for."""
    if bookstore.workspace.holds(key):
        return bookstore.workspace.path(key)
    return str(address_at(bookstore, key))


def _run(entry: Entry) -> dict[str, Any] | None:
    """Return what became of the run that a version came of, None for any other version."""
    facts = RunFacts.in_metadata({RUN: entry.run})
    if facts is None:
        return None
    return {
        "run_id": facts.run_id,
        "status": facts.status,
        "started_at": facts.started_at,
        "error": facts.error,
    }


def _source(bookstore: Bookstore, source: str) -> str:
    workspace = bookstore.workspace
    key, _, version_id = source.partition("?versionId=")
    path = path_at(key, workspace)
    if path is None:
        return source
    return f"{path} @ {version_id}" if version_id else path


def _url(bookstore: Bookstore, entry: Entry) -> str:
    if Elsewhere.of_key(entry.key, bookstore.workspace):
        return ""  # it is in another bucket
    fields = {
        "s3_bucket": bookstore.store.bucket,
        "s3_key": entry.key,
        "s3_version_id": entry.version_id,
    }
    return f"bookstore/clone?{urlencode(fields)}"  # below any server's base URL
