"""Take changes of one side over into another that went on meanwhile: a merge of three, by cells.

What only one side changed is as that side has it.  What both changed is merged line by line where
it is text; where they meet in one line, *ours* stays.

Knows: notebooks, as JSON, texts in one piece.  Must not know: versions, who changed what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .alignment import aligned
from .limits import Work
from .sequences import Change, changes

Notebook: TypeAlias = "dict[str, Any]"
Cell: TypeAlias = "dict[str, Any]"
_GONE: Any = object()


class Merged(NamedTuple):
    """What came of a merge."""

    notebook: Notebook
    kept: tuple[str, ...]
    """The IDs of cells in which ours stayed though theirs is another; "" for one without."""


def merge(base: Notebook, ours: Notebook, theirs: Notebook) -> Merged:
    """Return *ours* with what *theirs* changed since *base*, which both come from."""
    cells, kept = _Cells(base["cells"], ours["cells"], theirs["cells"]).merged()
    others = [
        {name: side[name] for name in side if name != "cells"} for side in (base, ours, theirs)
    ]
    rest, _ = _merged_fields(*others)
    return Merged({**rest, "cells": cells}, tuple(kept))


class _Cells:
    """The cells of three notebooks, each known by its place in the base where it has one."""

    def __init__(self, base: list[Cell], ours: list[Cell], theirs: list[Cell]) -> None:
        self._base, self._ours, self._theirs = base, ours, theirs
        self._in_ours = dict(aligned(base, ours, Work()))
        self._in_theirs = dict(aligned(base, theirs, Work()))
        self._ids = {_id(cell) for cell in ours if _id(cell)}
        self._kept: list[str] = []

    def merged(self) -> tuple[list[Cell], list[str]]:
        """Return the cells, and the IDs of those that stayed as ours though theirs is another."""
        origin = {place: at for at, place in self._in_ours.items()}
        put_in = self._put_in()
        cells = [*put_in.pop(-1, ())]
        for place, cell in enumerate(self._ours):
            at = origin.get(place)
            merged = cell if at is None else self._one(at, cell)
            cells += [] if merged is None else [merged]
            cells += put_in.pop(place, ())
        return cells, self._kept

    def _one(self, at: int, ours: Cell) -> Cell | None:
        """Return what becomes of a cell that ours has from the base; None where it goes."""
        base = self._base[at]
        if at in self._in_theirs:
            cell, is_whole = _merged_fields(base, ours, self._theirs[self._in_theirs[at]])
            if _id(cell) != _id(ours) and _id(cell) in self._ids:  # both may have named theirs so
                cell.pop("id")
                cell |= {name: ours[name] for name in ("id",) if name in ours}
            self._kept += [] if is_whole else [_id(ours)]
            return cell
        if _said(ours) == _said(base):
            return None
        self._kept.append(_id(ours))  # somebody went on with what theirs has not
        return ours

    def _put_in(self) -> dict[int, list[Cell]]:
        """Return the cells that theirs alone has, by the place in ours that they come behind."""
        origin = {place: at for at, place in self._in_theirs.items()}
        found: dict[int, list[Cell]] = {}
        behind = -1
        for place, cell in enumerate(self._theirs):
            at = origin.get(place)
            if at is not None:
                behind = self._in_ours.get(at, behind)
            elif not self._is_there(cell):
                found.setdefault(behind, []).append(cell)
        return found

    def _is_there(self, cell: Cell) -> bool:
        return _id(cell) in self._ids if _id(cell) else cell in self._ours


def _merged_fields(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return the fields of three objects as one, and whether all that theirs changed is in it."""
    merged: dict[str, Any] = {}
    is_whole = True
    for name in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(name, _GONE), theirs.get(name, _GONE)
        value, is_taken = _merged(base.get(name, _GONE), one, other)
        is_whole = is_whole and is_taken
        if value is not _GONE:
            merged[name] = value
    return merged, is_whole


def _merged(base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    if theirs in (base, ours):
        return ours, True
    if ours == base:
        return theirs, True
    sides = (base, ours, theirs)
    if all(isinstance(side, str) for side in sides):
        return merged_texts(base, ours, theirs)
    if all(isinstance(side, dict) for side in sides):
        return _merged_fields(base, ours, theirs)
    return ours, False


def merged_texts(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """Return *ours* with the lines that *theirs* changed, and whether it has all of them."""
    old, one, other = (text.split("\n") for text in (base, ours, theirs))
    mine, others = changes(old, one, Work()), changes(old, other, Work())
    free = [change for change in others if not any(_meet(change, each) for each in mine)]
    lines = [*one]
    for change in reversed(free):
        start = change.a_start + _shift(mine, change)
        lines[start : start + change.a_end - change.a_start] = other[change.b_start : change.b_end]
    return "\n".join(lines), len(free) == len(others)


def _shift(mine: Sequence[Change], change: Change) -> int:
    """Return how far what *change* begins at was moved by what was changed before it."""
    before = [each for each in mine if each.a_end <= change.a_start]
    return sum(each.b_end - each.b_start - each.a_end + each.a_start for each in before)


def _meet(one: Change, other: Change) -> bool:
    """Are the two about the same lines, or put something into the same place?"""
    start, end = max(one.a_start, other.a_start), min(one.a_end, other.a_end)
    if start < end:
        return True
    if one.a_start == one.a_end and other.a_start == other.a_end:
        return one.a_start == other.a_start
    empty, full = (one, other) if one.a_start == one.a_end else (other, one)
    return empty.a_start == empty.a_end and full.a_start < empty.a_start < full.a_end


def _id(cell: Cell) -> str:
    found = cell.get("id")
    return found if isinstance(found, str) else ""


def _said(cell: Cell) -> dict[str, Any]:
    """Return what a cell is, but for what running it leaves."""
    left = ("outputs", "execution_count")
    return {name: value for name, value in cell.items() if name not in left}
