"""Lines for a terminal: coloured where asked for, and harmless whatever a notebook holds.

Knows: text.  Must not know: notebooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import Literal, NamedTuple, TypeAlias

from .operations import DiffOp
from .texts import split_lines

Sign: TypeAlias = Literal[" ", "-", "+"]
Change: TypeAlias = Literal["added", "removed", "changed"]

_CONTEXT = 3
_LONGEST_LINE = 1_000
_STYLE = {"head": "1", "hunk": "36", "-": "31", "+": "32", "note": "2"}
_MARK, _UNMARK = "\x1b[7m", "\x1b[27m"
_COLOUR_CODE = re.compile(r"\x1b\[[0-9;:]*m")
# Control characters, and those that change the direction of what stands around them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class Piece(NamedTuple):
    """A part of a line, marked where it is what changed."""

    text: str
    marked: bool = False


class Line(NamedTuple):
    """A line of a text: in both, only in the base, or only in the remote."""

    sign: Sign
    pieces: tuple[Piece, ...]


class Painter:
    """Writes lines, with colours or without; those who write for others than terminals override
    :meth:`head`, :meth:`written` and :meth:`painted`."""

    def __init__(self, *, colour: bool, width: int) -> None:
        self._colour = colour
        self._width = width

    def head(self, title: str, change: Change | None = None) -> str:
        """Return the line above what changed in one cell, and what became of it."""
        told = f"{title} {change}" if change else title
        return self.painted("head", f"── {printable(told)} ".ljust(self._width, "─"))

    def note(self, text: str) -> str:
        """Return a line that is said about the change and not part of it."""
        return self.painted("note", f"* {printable(text)}")

    def line(self, sign: Sign, text: str) -> str:
        """Return one line of a text or value."""
        return self.written(Line(sign, (Piece(text),)))

    def hunks(self, base: str, diff: Sequence[DiffOp]) -> Iterator[str]:
        """Yield what changed in a text, with three lines of context, as ``git diff`` does."""
        lines = list(text_lines(base, diff))
        before = [*accumulate(lines, _count, initial=(0, 0))]
        changed = [at for at, line in enumerate(lines) if line.sign != " "]
        near = sorted(
            {n for at in changed for n in range(at - _CONTEXT, at + _CONTEXT + 1)}
            & set(range(len(lines)))
        )
        for _, group in groupby(enumerate(near), key=lambda pair: pair[1] - pair[0]):
            shown = [at for _, at in group]
            if len(shown) < len(lines):
                yield self.painted("hunk", _hunk_head(before, shown[0], shown[-1] + 1))
            yield from (self.written(lines[at]) for at in shown)

    def written(self, line: Line) -> str:
        """Return a line of which parts may be marked."""
        text = "".join(
            f"{_MARK}{printable(piece.text)}{_UNMARK}"
            if piece.marked and self._colour
            else printable(piece.text)
            for piece in shortened(line.pieces)
        )
        return self.painted(line.sign, f"{line.sign} {text}".rstrip(" "))

    def painted(self, style: str, text: str) -> str:
        """Return a whole line in one of the styles: head, hunk, note, or a sign."""
        code = _STYLE.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour and code else text


def printable(text: str) -> str:
    """Return *text* without colours, its control characters written as escapes."""
    plain = _COLOUR_CODE.sub("", text)
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], plain)


def text_lines(base: str, diff: Sequence[DiffOp]) -> Iterator[Line]:
    """Yield all lines of both texts, removed before added where they stand together."""
    lines = split_lines(base)
    removed: list[Line] = []
    added: list[Line] = []
    at = 0
    for op in [*diff, {"op": "removerange", "key": len(lines), "length": 0}]:
        if op["key"] > at:
            yield from (*removed, *added)
            removed, added = [], []
            yield from (_plain(" ", line) for line in lines[at : op["key"]])
            at = op["key"]
        if op["op"] == "addrange":
            added += [_plain("+", line) for value in op["valuelist"] for line in split_lines(value)]
        elif op["op"] == "removerange":
            at += op["length"]
            removed += [_plain("-", line) for line in lines[op["key"] : at]]
        else:
            before, after = _marked(lines[at], op["diff"])
            at += 1
            if _bare(before) == _bare(after):  # another line end: not for the eye
                yield from (*removed, *added, _plain(" ", lines[at - 1]))
                removed, added = [], []
                continue
            removed.append(before)
            added.append(after)
    yield from (*removed, *added)


def _plain(sign: Sign, line: str) -> Line:
    return Line(sign, (Piece(line.rstrip("\r\n")),))


def _marked(line: str, diff: Sequence[DiffOp]) -> tuple[Line, Line]:
    """Return a line before and after *diff*, which goes by characters."""
    before: list[Piece] = []
    after: list[Piece] = []
    at = 0
    for op in diff:
        kept = Piece(line[at : op["key"]])
        if kept.text:
            before.append(kept)
            after.append(kept)
        at = op["key"]
        if op["op"] == "addrange":
            after.append(Piece(op["valuelist"], marked=True))
        else:
            before.append(Piece(line[at : at + op["length"]], marked=True))
            at += op["length"]
    rest = Piece(line[at:])
    return Line("-", _without_end(*before, rest)), Line("+", _without_end(*after, rest))


def _bare(line: Line) -> str:
    return "".join(piece.text for piece in line.pieces)


def _count(seen: tuple[int, int], line: Line) -> tuple[int, int]:
    """Return the numbers of lines of the base and of the remote, *line* included."""
    return seen[0] + (line.sign != "+"), seen[1] + (line.sign != "-")


def _hunk_head(before: Sequence[tuple[int, int]], start: int, end: int) -> str:
    """Return where in both texts a hunk stands, as unified diffs write it."""
    sides = []
    for sign, first, last in zip("-+", before[start], before[end], strict=True):
        sides.append(f"{sign}{first + (last > first)},{last - first}")
    return f"@@ {' '.join(sides)} @@"


def _without_end(*pieces: Piece) -> tuple[Piece, ...]:
    bare = (Piece(piece.text.rstrip("\r\n"), piece.marked) for piece in pieces)
    return tuple(piece for piece in bare if piece.text)


def shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield *pieces* of a line, and what is left out where it is very long."""
    room = _LONGEST_LINE
    for piece in pieces:
        if len(piece.text) > room:
            yield Piece(piece.text[:room], piece.marked)
            yield Piece(f"… ({sum(len(p.text) for p in pieces):,} characters)")
            return
        room -= len(piece.text)
        yield piece
