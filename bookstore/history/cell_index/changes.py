"""What changed between two lists of cells, told from their hashes.

It takes time that grows with the number of cells, not with its square: it is told of every version.

Knows: cells.  Must not know: where they are kept, what is written in them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...manifests import Cell

MOST_EXCERPT = 80
"""Characters of the line that is told."""
MOST_NAMED = 50
"""Cells whose IDs are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a version changed, in numbers; each cell counts once, for the weightiest change."""

    cells_added: int = 0
    cells_removed: int = 0
    cells_changed: int = 0
    """Cells whose source changed, or whose type."""
    outputs_changed: int = 0
    """Cells with the same source that show something else."""
    cells_moved: int = 0
    metadata_changed: bool = False
    """No cell says or shows anything else, and still it is not the same."""
    excerpt: str = ""
    """The first line that changed, shortened."""
    cells: tuple[str, ...] = ()
    """The IDs of cells that were edited or added, so that several versions can be told as one."""


class Telling(NamedTuple):
    """The cell that tells most: the sources that it had and has, "" for none."""

    before: str = ""
    after: str = ""


def change_between(
    before: Sequence[Cell], after: Sequence[Cell], *, is_same: bool = False
) -> tuple[Changed, Telling]:
    """Return how *after* differs from *before*, and the cell that tells most of it.

    *is_same*: both are the same, byte for byte.
    """
    pairs = _paired(before, after)
    kept = [(before[old], after[new]) for old, new in pairs]
    old_places, new_places = {old for old, _ in pairs}, {new for _, new in pairs}
    edited = [(old, new) for old, new in kept if _says(old) != _says(new)]
    shown = sum(
        _says(old) == _says(new) and old.outputs_sha256 != new.outputs_sha256 for old, new in kept
    )
    added = [cell for place, cell in enumerate(after) if place not in new_places]
    removed = [cell for place, cell in enumerate(before) if place not in old_places]
    moved = len(pairs) - _longest_rise([old for old, _ in pairs])
    changed = Changed(
        cells_added=len(added),
        cells_removed=len(removed),
        cells_changed=len(edited),
        outputs_changed=shown,
        cells_moved=moved,
        metadata_changed=not (is_same or added or removed or edited or shown or moved),
        cells=tuple(cell.id for cell in (*(new for _, new in edited), *added) if cell.id)[
            :MOST_NAMED
        ],
    )
    return changed, _telling(edited, added, removed)


def first_line_changed(before: str, after: str) -> str:
    """Return the first line of *after* that *before* has not, else the first that is gone."""
    had = Counter(_lines(before))
    new = [line for line in _lines(after) if not had[line]]
    has = set(_lines(after))
    lines = new or [line for line in _lines(before) if line not in has]
    line = " ".join((lines or [""])[0].split())
    return line if len(line) <= MOST_EXCERPT else f"{line[: MOST_EXCERPT - 1].rstrip()}…"


def _lines(text: str) -> Iterable[str]:
    return (stripped for line in text.splitlines() if (stripped := line.strip()))


def _says(cell: Cell) -> tuple[str, str]:
    return cell.type, cell.source_sha256


def _paired(before: Sequence[Cell], after: Sequence[Cell]) -> list[tuple[int, int]]:
    """Return the places of the cells that both have, in the order of *after*.

    By their IDs first; what has none, or other ones than before, by what it says; and what lies
    between the same neighbours, one by one.
    """
    new_of = _by_id(before, after)
    _pair_by_source(before, after, new_of)
    _pair_between(before, after, new_of)
    return sorted(((old, new) for old, new in new_of.items()), key=lambda pair: pair[1])


def _by_id(before: Sequence[Cell], after: Sequence[Cell]) -> dict[int, int]:
    places = {cell.id: place for place, cell in enumerate(after) if cell.id}
    counts = Counter(cell.id for cells in (before, after) for cell in cells)
    return {
        place: places[cell.id]
        for place, cell in enumerate(before)
        if cell.id in places and counts[cell.id] == 2
    }


def _pair_by_source(before: Sequence[Cell], after: Sequence[Cell], new_of: dict[int, int]) -> None:
    taken = set(new_of.values())
    waiting: defaultdict[tuple[str, str], deque[int]] = defaultdict(deque)
    for place, cell in enumerate(after):
        if place not in taken:
            waiting[_says(cell)].append(place)
    for place, cell in enumerate(before):
        if place not in new_of and (places := waiting.get(_says(cell))):
            new_of[place] = places.popleft()


def _pair_between(before: Sequence[Cell], after: Sequence[Cell], new_of: dict[int, int]) -> None:
    """Pair cells without an ID that stand behind a pair, on both sides."""
    taken = set(new_of.values())
    for place, cell in enumerate(before):
        if place in new_of or cell.id:
            continue
        behind = new_of.get(place - 1, -1) + 1 if place else 0
        if (place == 0 or place - 1 in new_of) and behind < len(after):
            new = after[behind]
            if behind not in taken and not new.id and new.type == cell.type:
                new_of[place] = behind
                taken.add(behind)


def _longest_rise(places: Sequence[int]) -> int:
    """Return how many of *places* can stay while the others move between them."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def _telling(
    edited: Sequence[tuple[Cell, Cell]], added: Sequence[Cell], removed: Sequence[Cell]
) -> Telling:
    if edited:
        [old, new] = edited[0]
        return Telling(old.source_sha256, new.source_sha256)
    if added:
        return Telling("", added[0].source_sha256)
    return Telling(removed[0].source_sha256, "") if removed else Telling()
