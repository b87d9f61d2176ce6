"""The past of single cells: which version gave each its source, and how one came to be as it is.

Knows: versions with their cells, newest first.  Must not know: how they are found.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from ..manifests import Cell
from .entries import Entry

What: TypeAlias = Literal["added", "source", "outputs", "removed"]


class AtVersion(NamedTuple):
    """A version, and its cells."""

    entry: Entry
    cells: tuple[Cell, ...]


class Blamed(NamedTuple):
    """A cell of the newest version, and the oldest one since which it says the same."""

    cell: Cell
    entry: Entry


class CellChange(NamedTuple):
    """What a version did to one cell."""

    what: What
    cell: Cell | None
    """As it is in that version; None where it was removed."""
    at: AtVersion


async def blamed(versions: AsyncIterator[AtVersion]) -> tuple[list[Blamed], bool]:
    """Return the cells of the newest of *versions* with who gave them their sources, and whether
    that is known of all: else *versions* end too early, and an older one may have."""
    newest: tuple[Cell, ...] | None = None
    since: dict[int, Entry] = {}
    open_places: set[int] = set()
    async for entry, cells in versions:
        if newest is None:
            newest, open_places = cells, set(range(len(cells)))
        by_id = {cell.id: cell.source_sha256 for cell in cells if cell.id}
        sources = {cell.source_sha256 for cell in cells}
        for place in [*open_places]:
            if _says_the_same(newest[place], by_id, sources):
                since[place] = entry
            else:
                open_places.discard(place)
        if not open_places:
            break
    found = [Blamed(cell, since[place]) for place, cell in enumerate(newest or ())]
    return found, not open_places


async def changes_of(
    versions: AsyncIterator[AtVersion], cell_id: str, *, limit: int
) -> tuple[list[CellChange], bool]:
    """Return what *versions* did to the cell *cell_id*, newest first, and whether that is all."""
    found: list[CellChange] = []
    newer: AtVersion | None = None
    async for older in versions:
        if newer is not None and (change := _change(newer, older, cell_id)) is not None:
            found.append(change)
            if len(found) == limit:
                return found, False
        newer = older
    if newer is not None and (cell := _cell(newer.cells, cell_id)) is not None:
        found.append(CellChange("added", cell, newer))
    return found, True


def _change(newer: AtVersion, older: AtVersion, cell_id: str) -> CellChange | None:
    now, before = _cell(newer.cells, cell_id), _cell(older.cells, cell_id)
    if now is None:
        return CellChange("removed", None, newer) if before else None
    if before is None:
        return CellChange("added", now, newer)
    if (now.type, now.source_sha256) != (before.type, before.source_sha256):
        return CellChange("source", now, newer)
    if now.outputs_sha256 != before.outputs_sha256:
        return CellChange("outputs", now, newer)
    return None


def _cell(cells: Sequence[Cell], cell_id: str) -> Cell | None:
    return next((cell for cell in cells if cell.id == cell_id), None)


def _says_the_same(cell: Cell, by_id: dict[str, str], sources: set[str]) -> bool:
    """Did *cell* say the same in a version?  Without an ID: did any cell?"""
    if cell.id and cell.id in by_id:
        return by_id[cell.id] == cell.source_sha256
    return cell.source_sha256 in sources
