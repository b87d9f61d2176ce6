"""Cells: which version gave each its source, and what became of one.

Knows: history.  Must not know: who asks, contents managers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from ..errors import BadRequest, NotFound
from ..history import AtVersion, Entry, blamed, changes_of
from ..wiring import Bookstore
from ..words import shown
from .fields import notebook_path
from .versions import version_facts

MOST_VERSIONS = 1000
"""So many of the newest versions are looked through."""
MOST_CHANGES = 200
MOST_ID = 200
_PAGE = 100


async def blame(bookstore: Bookstore, path: str) -> dict[str, Any]:
    """Return the cells of the newest version of *path*, each with the version that gave it its
    source."""
    path = notebook_path(path)
    found, is_whole = await bookstore.within(blamed(_versions(bookstore, path)))
    if not found:
        raise NotFound(f"There is no version of {shown(path)} that has cells.")
    entries = {each.entry.version_id: each.entry for each in found}
    named = await bookstore.within(bookstore.history.labelled(entries.values()))
    facts = {entry.version_id: version_facts(bookstore, entry) for entry in named}
    cells = []
    for place, (cell, entry) in enumerate(found):
        text = await _text(bookstore, entry, cell.source_sha256)
        cells.append(
            {
                "id": cell.id,
                "index": place,
                "type": cell.type,
                "source": text,
                "version": facts[entry.version_id],
            }
        )
    return {"path": path, "cells": cells, "is_whole": is_whole}


async def history_of_cell(bookstore: Bookstore, path: str, cell_id: str) -> dict[str, Any]:
    """Return what versions of *path* did to one cell, the newest first."""
    path = notebook_path(path)
    if not cell_id or len(cell_id) > MOST_ID:
        raise BadRequest(f"cell must be the ID of a cell, not {shown(cell_id)}.")
    asked = changes_of(_versions(bookstore, path), cell_id, limit=MOST_CHANGES)
    found, is_whole = await bookstore.within(asked)
    if not found:
        raise NotFound(f"No version of {shown(path)} has a cell {shown(cell_id)}.")
    named = await bookstore.within(
        bookstore.history.labelled([change.at.entry for change in found])
    )
    changes = []
    for change, entry in zip(found, named, strict=True):
        sha256 = change.cell.source_sha256 if change.cell else ""
        changes.append(
            {
                "what": change.what,
                "source": await _text(bookstore, entry, sha256) if sha256 else "",
                "version": version_facts(bookstore, entry),
            }
        )
    return {"path": path, "cell": cell_id, "changes": changes, "is_whole": is_whole}


async def _versions(bookstore: Bookstore, path: str) -> AsyncIterator[AtVersion]:
    """Yield the versions of *path* with their cells, newest first; deletions are none."""
    history, before, left = bookstore.history, "", MOST_VERSIONS
    while left > 0:
        key = bookstore.workspace.key(path)
        page = await history.page(key, limit=min(_PAGE, left), before=before)
        for entry in page.entries:
            if entry.kind != "delete":
                yield AtVersion(entry, await history.cells_at(entry))
        left -= len(page.entries)
        if not (before := page.next):
            return


async def _text(bookstore: Bookstore, entry: Entry, source_sha256: str) -> str:
    found: Mapping[str, str] = await bookstore.within(
        bookstore.history.texts_at(entry, [source_sha256])
    )
    return found[source_sha256]
