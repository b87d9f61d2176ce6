"""Which cells of two notebooks are the same cell.

By id first, then by content: equal source, then similar source.  Pairs never cross, as the
format has no way to say "moved": of cells that changed places, the fewest count as removed here
and added there.

Knows: cells, as JSON.  Must not know: what changed within a cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

from .limits import Work
from .sequences import Change, Pair, changes, equal_pairs, longest_increasing
from .similarity import similar_pairs

Cell: TypeAlias = "dict[str, Any]"
_Matcher: TypeAlias = "Callable[[Sequence[Cell], Sequence[Cell]], list[Pair]]"


def aligned(base: list[Cell], remote: list[Cell], work: Work) -> list[Pair]:
    """Return the indices of the cells that belong together, rising on both sides."""
    base_ids, remote_ids = _unique_ids(base), _unique_ids(remote)
    kept = base_ids.keys() & remote_ids.keys()

    def by_content(a: Sequence[Cell], b: Sequence[Cell]) -> list[Pair]:
        return [*equal_pairs(changes([*map(_content, a)], [*map(_content, b)], work), len(a))]

    def by_similarity(a: Sequence[Cell], b: Sequence[Cell]) -> list[Pair]:
        def may_pair(i: int, j: int) -> bool:
            # A cell whose id lives on is that cell, moved; it was not edited into another.
            living = _id(a[i]) in kept or _id(b[j]) in kept
            return not living and _kind(a[i]) == _kind(b[j])

        return similar_pairs([*map(_source, a)], [*map(_source, b)], work, may_pair=may_pair)

    pairs: list[Pair] = []
    if not _are_renumbered(base, remote, base_ids, remote_ids):
        pairs = _by_id(base, remote, base_ids, remote_ids)
    for matcher in (by_content, by_similarity, _by_place):
        pairs = _more(pairs, base, remote, matcher)
    return pairs


def _by_id(
    base: list[Cell], remote: list[Cell], base_ids: dict[str, int], remote_ids: dict[str, int]
) -> list[Pair]:
    pairs = [
        (i, remote_ids[cell_id])
        for cell_id, i in base_ids.items()
        if cell_id in remote_ids and _kind(base[i]) == _kind(remote[remote_ids[cell_id]])
    ]
    return [pairs[index] for index in longest_increasing([j for _, j in pairs])]


def _by_place(base: Sequence[Cell], remote: Sequence[Cell]) -> list[Pair]:
    """Without ids, one cell in the place of one is that cell, rewritten."""
    alone = len(base) == len(remote) == 1 and _kind(base[0]) == _kind(remote[0])
    return [(0, 0)] if alone and not _id(base[0]) and not _id(remote[0]) else []


def _more(pairs: list[Pair], base: list[Cell], remote: list[Cell], matcher: _Matcher) -> list[Pair]:
    """Return *pairs* and those that *matcher* finds among the cells between them."""
    found = [*pairs]
    for gap in _gaps(pairs, len(base), len(remote)):
        a, b = base[gap.a_start : gap.a_end], remote[gap.b_start : gap.b_end]
        found += [(gap.a_start + i, gap.b_start + j) for i, j in matcher(a, b)]
    return sorted(found)


def _gaps(pairs: list[Pair], base_length: int, remote_length: int) -> list[Change]:
    """Return the stretches between *pairs* where both sides have cells."""
    starts = [(0, 0), *((i + 1, j + 1) for i, j in pairs)]
    ends = [*pairs, (base_length, remote_length)]
    return [
        Change(a_start, a_end, b_start, b_end)
        for (a_start, b_start), (a_end, b_end) in zip(starts, ends, strict=True)
        if a_start < a_end and b_start < b_end
    ]


def _are_renumbered(
    base: list[Cell], remote: list[Cell], base_ids: dict[str, int], remote_ids: dict[str, int]
) -> bool:
    """Whether ids say where a cell stands, not which it is, as ``cell-1``, ``cell-2`` … do.

    Then inserting a cell moves all sources below it to other ids.
    """
    base_sources, remote_sources = _unique_sources(base), _unique_sources(remote)
    stayed = went = 0
    for content, i in base_sources.items():
        j = remote_sources.get(content)
        if j is not None and _id(base[i]) in base_ids and _id(remote[j]) in remote_ids:
            stayed += _id(base[i]) == _id(remote[j])
            went += _id(base[i]) in remote_ids and _id(base[i]) != _id(remote[j])
    return went > stayed


def _unique_ids(cells: list[Cell]) -> dict[str, int]:
    count = Counter(map(_id, cells))
    return {_id(cell): at for at, cell in enumerate(cells) if _id(cell) and count[_id(cell)] == 1}


def _unique_sources(cells: list[Cell]) -> dict[Hashable, int]:
    count = Counter(map(_content, cells))
    return {
        _content(cell): at
        for at, cell in enumerate(cells)
        if count[_content(cell)] == 1 and _source(cell).strip()
    }


def _id(cell: Cell) -> str:
    found = cell.get("id")
    return found if isinstance(found, str) else ""


def _kind(cell: Cell) -> str:
    return str(cell.get("cell_type"))


def _source(cell: Cell) -> str:
    found = cell.get("source")
    return found if isinstance(found, str) else str(found)


def _content(cell: Cell) -> Hashable:
    return _kind(cell), _source(cell)
