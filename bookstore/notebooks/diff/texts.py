"""What changed in a text: by lines, and within a line by words.

Lines end where both of nbdime's readers end them: at ``\\n``, ``\\r\\n`` and ``\\r``.  Its Python
reader also ends them at form feeds and the like, and its JavaScript reader loses count at U+2028
and U+2029.  So a text with one of those before the last change gets no patch.
Nor does one of more lines than can be looked at: what holds it is replaced whole, at no cost.

Knows: text.  Must not know: cells, outputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .limits import Work
from .operations import CannotPatch, DiffOp, patch, range_ops, same
from .sequences import Change, changes
from .similarity import similar_pairs

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_DISPUTED = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST_MARKED_LINE = 1_000
_MOST_MARKED_LINES = 100
"""In one place of a source; beyond, nobody looks for the word that changed."""
_MOST_MARKED_OUTPUT_LINES = 5
"""In one place of an output, which is often all new."""
_MOST_PLACES = 1_000
"""In one text; a display of more would take longer than anybody waits."""


def split_lines(text: str) -> list[str]:
    """Return the lines of *text* with their ends."""
    return _LINE.findall(text)


def source_diff(base: object, remote: object, work: Work) -> list[DiffOp]:
    """Return what turns one source into another; raises as :func:`text_diff`."""
    return _text_diff(base, remote, work, _MOST_MARKED_LINES)


def text_diff(base: object, remote: object, work: Work) -> list[DiffOp]:
    """Return what turns one output's text into another.

    Raises :class:`CannotPatch` when either is no text, its lines are counted differently by
    different readers, or there are more of them than *work* admits.
    """
    return _text_diff(base, remote, work, _MOST_MARKED_OUTPUT_LINES)


def _text_diff(base: object, remote: object, work: Work, most_marked: int) -> list[DiffOp]:
    if same(base, remote):
        return []
    if not isinstance(base, str) or not isinstance(remote, str):
        raise CannotPatch
    start, ending = _alike(base, remote)
    middle, other = base[start : len(base) - ending], remote[start : len(remote) - ending]
    if not work.admit(_line_ends(middle, len(middle)) + _line_ends(other, len(other))):
        raise CannotPatch
    a, b = split_lines(middle), split_lines(other)
    found = _at_most(_MOST_PLACES, changes(a, b, work))
    end = start + sum(map(len, a[: found[-1].a_end]))
    if any(base.find(character, 0, end) >= 0 for character in _DISPUTED):
        raise CannotPatch
    ops = [op for change in found for op in _change_ops(a, b, change, work, most_marked)]
    before = _line_ends(base, start)
    return [{**op, "key": op["key"] + before} for op in ops] if before else ops


def _alike(a: str, b: str) -> tuple[int, int]:
    """Return how many characters, in whole lines, both begin with, and then both end with.

    Without looking at a line, so that an output of millions that only grew has a short answer.
    Only ``\\n`` counts here: it ends a line whatever comes next, as ``\\r`` does not.
    """
    most = min(len(a), len(b))
    start = a.rfind("\n", 0, _largest(most, lambda low, n: a.startswith(b[low:n], low))) + 1
    ending = _largest(
        most - start,
        lambda low, n: a.endswith(b[len(b) - n : len(b) - low], 0, len(a) - low),
    )
    newline = a.find("\n", len(a) - ending)
    return start, len(a) - newline - 1 if newline >= 0 else 0


def _largest(most: int, agree: Callable[[int, int], bool]) -> int:
    """Return up to which length both agree; *agree* tells for what is between two lengths."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if agree(low, middle):
            low = middle
        else:
            most = middle - 1
    return low


def _line_ends(text: str, end: int) -> int:
    count = text.count
    return count("\n", 0, end) + count("\r", 0, end) - count("\r\n", 0, end)


def _at_most(places: int, found: list[Change]) -> list[Change]:
    if len(found) <= places:
        return found
    return [Change(found[0].a_start, found[-1].a_end, found[0].b_start, found[-1].b_end)]


def _change_ops(
    a: list[str], b: list[str], change: Change, work: Work, most_marked: int
) -> Iterator[DiffOp]:
    a_at, b_at = change.a_start, change.b_start
    lines = max(change.a_end - change.a_start, change.b_end - change.b_start)
    for i, j in _versions(a, b, change, work) if lines <= most_marked else ():
        yield from range_ops(a_at, i - a_at, b[b_at:j])
        yield patch(i, _line_diff(a[i], b[j], work))
        a_at, b_at = i + 1, j + 1
    yield from range_ops(a_at, change.a_end - a_at, b[b_at : change.b_end])


def _versions(a: list[str], b: list[str], change: Change, work: Work) -> list[tuple[int, int]]:
    """Return the lines of *change* that were edited, not removed and added."""
    a_start, a_end, b_start, b_end = change
    a_lines, b_lines = a[a_start:a_end], b[b_start:b_end]
    if not all(map(_can_be_marked, (*a_lines, *b_lines))):
        return []
    pairs = similar_pairs(a_lines, b_lines, work)
    return [(a_start + i, b_start + j) for i, j in pairs]


def _can_be_marked(line: str) -> bool:
    # Beyond the first 65,536 characters JavaScript counts two where Python counts one.
    return len(line) <= _LONGEST_MARKED_LINE and (line.isascii() or max(line) <= "\uffff")


def _line_diff(base: str, remote: str, work: Work) -> list[DiffOp]:
    """Return what changed in one line, by characters."""
    a, b = _TOKEN.findall(base), _TOKEN.findall(remote)
    ops: list[DiffOp] = []
    at, done = 0, 0
    for change in _readable(a, changes(a, b, work)):
        at += sum(map(len, a[done : change.a_start]))
        removed = sum(map(len, a[change.a_start : change.a_end]))
        ops += range_ops(at, removed, "".join(b[change.b_start : change.b_end]))
        at, done = at + removed, change.a_end
    return ops


def _readable(a: list[str], found: list[Change]) -> list[Change]:
    """Join changes that only spaces keep apart: a mark is for the eye."""
    joined: list[Change] = []
    for change in found:
        if joined and not "".join(a[joined[-1].a_end : change.a_start]).strip():
            last = joined[-1]
            joined[-1] = Change(last.a_start, change.a_end, last.b_start, change.b_end)
        else:
            joined.append(change)
    return joined
