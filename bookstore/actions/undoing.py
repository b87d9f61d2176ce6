"""Undo: take back what one author changed in a notebook, and nothing that others did since.

Each stretch of versions by that author is taken out by a merge of three, cell by cell: what the
stretch made of the notebook, what the notebook is now, and what it was before.  What comes of it
is saved as any other version, so it can be undone as well.

Knows: history, merging.  Must not know: who asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ..archive.capture import capture_of
from ..archive.user_files import ContentsManager, save_over, saved_bytes
from ..authors import names_in
from ..errors import BadRequest, Conflict, NotANotebook, NotFound
from ..history import Entry
from ..notebooks.models import notebook_body
from ..wiring import Bookstore
from ..words import shown
from .fields import notebook_path
from .versions import MAX_BODY_BYTES, VersionAddress, read, version_facts

if TYPE_CHECKING:
    from ..notebooks.diff.merging import Merged

MOST_VERSIONS = 1000
"""So many of the newest versions are looked through."""
MOST_AUTHOR = 1200
_PAGE = 100
_TRIES = 5


class Stretch(NamedTuple):
    """Versions by one author that follow each other."""

    last: Entry
    before: Entry | None
    """The version before the first of them; None where the notebook begins with it."""
    many: int


class Looked(NamedTuple):
    """What somebody did, as far as was looked."""

    stretches: Sequence[Stretch]
    """The newest first."""
    is_complete: bool
    """False where what is older than :data:`MOST_VERSIONS` was not looked at."""


class Undone(NamedTuple):
    """A notebook without what somebody did."""

    body: bytes
    is_changed: bool
    kept: tuple[str, ...]
    """The IDs of cells that others went on with, which stay as they are."""


async def undo(
    bookstore: Bookstore,
    files: ContentsManager,
    path: str,
    *,
    actor: str,
    since: str = "",
) -> dict[str, Any]:
    """Take back what *actor* changed in the notebook at *path*, since the version *since* if that
    is named.

    Returns what was done, and the version that it made; None where there was nothing to do.
    """
    path = notebook_path(path)
    if not path.endswith(".ipynb"):
        raise NotANotebook(f"Only in notebooks something is taken back: {shown(path)} is none.")
    if not actor.strip(" ,") or len(actor) > MOST_AUTHOR:
        raise BadRequest(f"actor must name whose changes are taken back, not {shown(actor)}.")
    if capture := capture_of(files):
        await capture.notice(path)  # what was written past the server counts as well
    found, is_complete = await _stretches(bookstore, path, actor, since)
    if not found:
        raise NotFound(f"No version of {shown(path)} is by {shown(actor)}, as far as was looked.")
    for _ in range(_TRIES):
        now = await _present(files, path)
        undone = await _without(bookstore, now, found)
        if not undone.is_changed or now == await _present(files, path):
            break
    else:
        raise Conflict(f"{shown(path)} changes all the time.", hint="Try again when it is still.")
    version = None
    if undone.is_changed:
        before = found[-1].before
        source = before if before and before.kind != "delete" else found[-1].last
        await save_over(files, undone.body, path=path, source=source.address)
        [entry] = (
            await bookstore.within(bookstore.history.page(bookstore.workspace.key(path), limit=1))
        ).entries
        version = version_facts(bookstore, entry)
    return {
        "path": path,
        "actor": actor,
        "versions": sum(stretch.many for stretch in found),
        "kept_cells": list(undone.kept),
        "is_complete": is_complete,
        "version": version,
    }


async def _present(files: ContentsManager, path: str) -> bytes:
    return await saved_bytes(files, path, allow_hidden=files.allow_hidden, max_bytes=MAX_BODY_BYTES)


async def _stretches(bookstore: Bookstore, path: str, actor: str, since: str) -> Looked:
    """Return the stretches of versions by *actor*."""
    entries, is_complete = await _entries(bookstore, path, since)
    theirs = {*names_in(actor)}  # what they made together with others is not theirs alone
    found: list[Stretch] = []
    stretch: list[Entry] = []
    for entry in entries:
        if {*names_in(entry.author)} != theirs:
            if stretch:
                found.append(Stretch(stretch[0], entry, len(stretch)))
            stretch = []
        elif entry.kind != "delete":  # nothing of it is in what came after
            stretch.append(entry)
    if stretch:
        found.append(Stretch(stretch[0], None, len(stretch)))
    return Looked(found, is_complete)


async def _entries(bookstore: Bookstore, path: str, since: str) -> tuple[list[Entry], bool]:
    """Return the versions of *path* down to the one *since*, newest first, and whether that is all
    that there is to look at.

    Where there are more before the last of them, that one is nobody's: what it has is not taken
    back.
    """
    key, before = bookstore.workspace.key(path), ""
    entries: list[Entry] = []
    while len(entries) < MOST_VERSIONS:
        asked = bookstore.history.page(key, limit=_PAGE, before=before)
        page = await bookstore.within(asked)
        for entry in page.entries:
            if since and since in (entry.version_id, f"save:{entry.save_id}"):
                return [*entries, replace(entry, author="")], True
            entries.append(entry)
        if not (before := page.next):
            break
    if since:
        looked = f" among the newest {len(entries)}" if before else ""
        raise NotFound(f"{shown(path)} has no version {shown(since)}{looked}.")
    if before:
        entries[-1] = replace(entries[-1], author="")
    return entries, not before


async def _without(bookstore: Bookstore, now: bytes, stretches: Sequence[Stretch]) -> Undone:
    """Return the notebook *now* without *stretches*, of which one is in memory at a time."""
    from ..notebooks.comparing import comparable  # not at a server's start, for what few ask for

    present = notebook = await asyncio.to_thread(comparable, now)
    kept: list[str] = []
    for stretch in stretches:
        bodies = await _bodies(bookstore, stretch)
        notebook, stayed = await asyncio.to_thread(_merged, notebook, *bodies)
        kept += stayed
    body = await asyncio.to_thread(_body_of, notebook)
    return Undone(body, notebook != present, tuple(dict.fromkeys(kept)))


async def _bodies(bookstore: Bookstore, stretch: Stretch) -> tuple[bytes, bytes]:
    """Return what the stretch made of the notebook, and what it was before."""

    async def body(entry: Entry | None) -> bytes:
        if entry is None or entry.kind == "delete":
            return b""
        return (await read(bookstore, VersionAddress.of_entry(bookstore, entry))).body

    return await body(stretch.last), await body(stretch.before)


def _merged(notebook: dict[str, Any], body: bytes, before: bytes) -> Merged:
    from ..notebooks.comparing import comparable
    from ..notebooks.diff.merging import merge

    made = comparable(body)
    return merge(made, notebook, comparable(before) if before else {**made, "cells": []})


def _body_of(notebook: dict[str, Any]) -> bytes:
    import nbformat

    return notebook_body(nbformat.from_dict(notebook))
