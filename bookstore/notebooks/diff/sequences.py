"""Where two sequences differ: the fewest changes where that is cheap, plain ones where it is not.

What both begin and end with is set aside first.  A short stretch then gets the shortest edit
script (Myers 1986); a long one is cut up at elements, later at runs of elements, that occur
exactly once on either side (Cohen's "patience").  Every step is counted, and a stretch for which
too few are left counts as changed from end to end.

Knows: hashable elements.  Must not know: lines, cells, JSON.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .limits import Work

_SHORT = 2_000
"""Elements on both sides together up to which the shortest script is tried first."""
_STEPS_AT_LEAST = 20_000
_RUN = 8
"""Elements in a row that are looked for where no single element is unique."""


class Change(NamedTuple):
    """``a[a_start:a_end]`` became ``b[b_start:b_end]``; either may be empty, not both."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


Stretch: TypeAlias = Change
"""A part of both sequences that is still to be compared."""
Pair: TypeAlias = "tuple[int, int]"
_Numbers: TypeAlias = "list[int]"


def changes(a: Sequence[Hashable], b: Sequence[Hashable], work: Work) -> list[Change]:
    """Return what turns *a* into *b*: changes in order, between which the two are equal."""
    numbers: dict[Hashable, int] = {}
    left = [numbers.setdefault(element, len(numbers)) for element in a]
    right = [numbers.setdefault(element, len(numbers)) for element in b]
    whole = Stretch(0, len(a), 0, len(b))
    found: list[Change] = []
    for change in sorted(_leaves(left, right, whole, work)):
        both = _slid_together(left, right, found[-1], change) if found else None
        if both:
            found[-1] = both
        else:
            found.append(change)
    return found


def equal_pairs(found: Sequence[Change], a_length: int) -> Iterator[Pair]:
    """Yield the indices of the elements that *found* leaves alone."""
    at, shift = 0, 0
    for change in found:
        yield from ((index, index + shift) for index in range(at, change.a_start))
        at, shift = change.a_end, change.b_end - change.a_end
    yield from ((index, index + shift) for index in range(at, a_length))


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Return the indices of a longest strictly increasing subsequence of *values*."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        place = bisect_left(ends, value)
        before.append(last[place - 1] if place else -1)
        ends[place : place + 1] = [value]
        last[place : place + 1] = [index]
    chain: list[int] = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _leaves(a: _Numbers, b: _Numbers, whole: Stretch, work: Work) -> Iterator[Change]:
    """Yield the changes, in no order."""
    todo = [whole]
    while todo:
        stretch = _trimmed(a, b, todo.pop())
        if stretch.a_start == stretch.a_end or stretch.b_start == stretch.b_end:
            if stretch.a_start < stretch.a_end or stretch.b_start < stretch.b_end:
                yield stretch
            continue
        for attempt in _attempts(stretch):
            anchors = attempt(a, b, stretch, work)
            if anchors:
                todo.extend(_cut(stretch, anchors))
                break
            if anchors is not None:  # nothing in common, for certain
                yield stretch
                break
        else:
            yield stretch


_Attempt: TypeAlias = "Callable[[_Numbers, _Numbers, Stretch, Work], list[Pair] | None]"
"""Returns pairs that are equal, [] when there are none at all, None when it cannot tell."""


def _attempts(stretch: Stretch) -> tuple[_Attempt, ...]:
    size = stretch.a_end - stretch.a_start + stretch.b_end - stretch.b_start
    if size <= _SHORT:
        return _by_shortest_script, _by_unique_elements, _by_unique_runs
    return _by_unique_elements, _by_shortest_script, _by_unique_runs


def _trimmed(a: _Numbers, b: _Numbers, stretch: Stretch) -> Stretch:
    a_start, a_end, b_start, b_end = stretch
    while a_start < a_end and b_start < b_end and a[a_start] == b[b_start]:
        a_start, b_start = a_start + 1, b_start + 1
    while a_start < a_end and b_start < b_end and a[a_end - 1] == b[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    return Stretch(a_start, a_end, b_start, b_end)


def _cut(stretch: Stretch, anchors: list[Pair]) -> Iterator[Stretch]:
    # Each part begins with its anchor, which trimming sets aside with all that follows equal.
    a_at, b_at = stretch.a_start, stretch.b_start
    for a_next, b_next in (*anchors, (stretch.a_end, stretch.b_end)):
        yield Stretch(a_at, a_next, b_at, b_next)
        a_at, b_at = a_next, b_next


def _slid_together(a: _Numbers, b: _Numbers, first: Change, second: Change) -> Change | None:
    """Return two changes as one, where one of them may as well stand next to the other.

    What was inserted or removed before or after its like might have been either: ``x`` inserted
    into ``axb`` before its ``x`` is ``x`` inserted after it.
    """
    gap = second.a_start - first.a_end
    if _can_slide(a, b, first, gap):
        return Change(first.a_start + gap, second.a_end, first.b_start + gap, second.b_end)
    if _can_slide(a, b, second, -gap):
        return Change(first.a_start, second.a_end - gap, first.b_start, second.b_end - gap)
    return None


def _can_slide(a: _Numbers, b: _Numbers, change: Change, by: int) -> bool:
    a_start, a_end, b_start, b_end = change
    if a_start == a_end:
        elements, start, end = b, b_start, b_end
    elif b_start == b_end:
        elements, start, end = a, a_start, a_end
    else:
        return by == 0
    steps = range(by) if by >= 0 else range(-1, by - 1, -1)
    return all(elements[start + step] == elements[end + step] for step in steps)


# -- unique elements -----------------------------------------------------------------------


def _by_unique_elements(
    a: _Numbers, b: _Numbers, stretch: Stretch, work: Work
) -> list[Pair] | None:
    """Pair what occurs once on either side, as far as the order allows."""
    a_start, a_end, b_start, b_end = stretch
    if not work.spend((a_end - a_start + b_end - b_start) // 4):
        return None
    return _unique_pairs(a[a_start:a_end], b[b_start:b_end], stretch)


def _by_unique_runs(a: _Numbers, b: _Numbers, stretch: Stretch, work: Work) -> list[Pair] | None:
    """The same for runs of elements: repetitive lines seldom repeat eight in a row."""
    a_start, a_end, b_start, b_end = stretch
    if not work.spend((a_end - a_start + b_end - b_start) // 2):
        return None
    return _unique_pairs(_runs(a[a_start:a_end]), _runs(b[b_start:b_end]), stretch)


def _runs(elements: _Numbers) -> list[tuple[int, ...]]:
    return list(zip(*(elements[offset:] for offset in range(_RUN)), strict=False))


def _unique_pairs(
    a: Sequence[Hashable], b: Sequence[Hashable], stretch: Stretch
) -> list[Pair] | None:
    b_index = _unique(b)
    pairs = [(i, b_index[element]) for element, i in _unique(a).items() if element in b_index]
    chain = longest_increasing([j for _, j in pairs])
    offset = stretch.a_start, stretch.b_start
    return [(pairs[n][0] + offset[0], pairs[n][1] + offset[1]) for n in chain] or None


def _unique(elements: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return the index of every element that occurs once, in order."""
    index: dict[Hashable, int] = {}
    for at, element in enumerate(elements):
        index[element] = -1 if element in index else at
    return {element: at for element, at in index.items() if at >= 0}


# -- the shortest edit script --------------------------------------------------------------


def _by_shortest_script(
    a: _Numbers, b: _Numbers, stretch: Stretch, work: Work
) -> list[Pair] | None:
    """Pair as many elements as can be, unless that takes too many steps."""
    a_start, a_end, b_start, b_end = stretch
    common = set(a[a_start:a_end]).intersection(b[b_start:b_end])
    if not common:
        return []
    # What the other side lacks can never be paired, and only makes the search longer.
    a_at = [index for index in range(a_start, a_end) if a[index] in common]
    b_at = [index for index in range(b_start, b_end) if b[index] in common]
    allowed = min(work.steps, 2 * (len(a_at) + len(b_at)) + _STEPS_AT_LEAST)
    pairs, spent = _longest_common([a[i] for i in a_at], [b[j] for j in b_at], allowed)
    work.steps -= min(spent, work.steps)
    return pairs and [(a_at[i], b_at[j]) for i, j in pairs]


def _longest_common(a: _Numbers, b: _Numbers, allowed: int) -> tuple[list[Pair] | None, int]:
    """Return the pairs of a longest common subsequence, None beyond *allowed*; and the steps."""
    a_length, b_length = len(a), len(b)
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    spent = 0
    for edits in range(a_length + b_length + 1):
        before, reached = reached, {}
        trace.append(before)
        lowest = 2 * max(0, edits - b_length) - edits
        highest = edits - 2 * max(0, edits - a_length)
        for diagonal in range(lowest, highest + 1, 2):
            x, _ = _step(before, diagonal)
            y = x - diagonal
            began = x
            while x < a_length and y < b_length and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            spent += x - began + 1
            if x >= a_length and y >= b_length:
                return _pairs_of(trace, a_length, b_length), spent
        if spent > allowed:
            return None, spent
    raise AssertionError("deleting all and inserting all is always a script")


def _step(before: dict[int, int], diagonal: int) -> tuple[int, bool]:
    """Return where the best path of one edit more enters *diagonal*, and whether from above."""
    down, right = before.get(diagonal + 1, -1), before.get(diagonal - 1, -1)
    return (down, True) if right < down else (right + 1, False)


def _pairs_of(trace: list[dict[int, int]], a_length: int, b_length: int) -> list[Pair]:
    """Walk the best path back, and return its diagonal steps in order."""
    x, y = a_length, b_length
    pairs: list[Pair] = []
    for before in reversed(trace):
        start, from_above = _step(before, x - y)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = (x, y - 1) if from_above else (x - 1, y)
    return pairs[::-1]
