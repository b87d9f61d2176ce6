"""Cut a notebook where Jupyter's format has its parts, without changing a byte.

Nothing is parsed.  Where the cuts are decides only how much two versions share, never what comes
out: every byte of the body is in one part, in order.  So a notebook may be broken, or be none.

Knows: how notebooks are written.  Must not know: where pieces are kept.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from .chunks import chunk_ends
from .manifest import MIME_COLUMNS, Manifest, Part, Written, write_piece

LONG_BYTES = 4 * 2**10
"""A stretch without a quotation mark in one line, an image mostly, is a piece from here on."""
TEXT_BYTES = 8 * 2**10
"""A source or output is a piece from this size on; smaller, the difference to the manifest before
costs less.  So does text of which the parts are not known."""
CHUNKED_BYTES = 256 * 2**10
"""A larger piece is cut by its content."""
MOST_LITERALS_BYTES = 256 * 2**10
"""With more, all text is cut by its content: a manifest is small."""

_FIRST_CELL = re.compile(rb'"cells":[ \t]*\[\s*\n([ \t]{1,64})\{\s*\n([ \t]{1,64})"')
_BASE64_START = re.compile(rb"[A-Za-z0-9+/]{64}")
_STRETCH_ENDS = b'"', b"\n"
_JSON_LINE_END = b"\\n"


class Split(NamedTuple):
    """A body that was cut."""

    manifest: Manifest
    pieces: dict[str, bytes]
    """What it refers to, by SHA-256."""


class _Span(NamedTuple):
    """A part of the body: spans follow each other without a gap."""

    start: int
    end: int
    kind: Literal["literal", "piece", "stretch", "chunks"]


def split(body: bytes) -> Split:
    """Return *body* as a manifest and the pieces it refers to; joined, they are the same bytes."""
    stretches = [*_long_stretches(body), (len(body), len(body))]
    marks = _marks_of(body) if len(body) > TEXT_BYTES else None
    spans = [*_spans(body, stretches, marks)]
    literals_bytes = sum(end - start for start, end, kind in spans if kind == "literal")
    if literals_bytes > MOST_LITERALS_BYTES:
        spans = [*_spans(body, stretches, marks, is_text_chunked=True)]
    cutter = _Cutter(body)
    for span in spans:
        cutter.add(span)
    return Split(cutter.manifest(), cutter.pieces)


def _spans(
    body: bytes,
    stretches: list[tuple[int, int]],
    marks: re.Pattern[bytes] | None,
    *,
    is_text_chunked: bool = False,
) -> Iterator[_Span]:
    """Yield the stretches, the last of which is the end of *body*, and the text between them."""
    start = 0
    for end, stretch_end in stretches:
        if is_text_chunked:
            yield _Span(start, end, "chunks" if end - start >= LONG_BYTES else "literal")
        elif marks is None or end - start < TEXT_BYTES:
            yield _Span(start, end, "literal")
        else:
            for mark in marks.finditer(body, start, end):
                yield _text(start, mark.end())
                start = mark.end()
            yield _text(start, end)
        yield _Span(end, stretch_end, "stretch")
        start = stretch_end


def _text(start: int, end: int) -> _Span:
    return _Span(start, end, "literal" if end - start < TEXT_BYTES else "piece")


def _long_stretches(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where at least LONG_BYTES come without a quotation mark or the end of a line.

    These are images, and long texts in one line.  A window at a time is looked through from its
    end: what is full of marks costs nothing.
    """
    start = window = 0
    while window < len(body):
        last = max(body.rfind(end, window, window + LONG_BYTES) for end in _STRETCH_ENDS)
        if last < 0:
            window += LONG_BYTES
            continue
        if window > start:
            places = [body.find(end, window, last + 1) for end in _STRETCH_ENDS]
            yield start, min(place for place in places if place >= 0)
        start = window = last + 1
    if len(body) - start >= LONG_BYTES:
        yield start, len(body)


def _marks_of(body: bytes) -> re.Pattern[bytes] | None:
    """Return what finds the line before every cell, output and long part of them in *body*.

    None for what is not written in lines, or is no notebook.
    """
    first = _FIRST_CELL.search(body)
    if first is None or not first[2].startswith(first[1]) or len(first[2]) == len(first[1]):
        return None
    cell = re.escape(first[1])
    step = re.escape(first[2][len(first[1]) :])
    cell_parts = rb'"(?:source|input|outputs)"'
    return re.compile(
        b'\\n(?=%s(?:\\{|%s%s|%s\\{|%s"))' % (cell, step, cell_parts, step * 2, step * 3)
    )


class _Cutter:
    """Makes parts of the spans of one body."""

    def __init__(self, body: bytes) -> None:
        self.pieces: dict[str, bytes] = {}
        self._body = body
        self._parts: list[Part] = []
        self._literals: list[bytes] = []

    def manifest(self) -> Manifest:
        return Manifest(tuple(self._parts), b"".join(self._literals))

    def add(self, span: _Span) -> None:
        start, end, kind = span
        if start == end:
            return
        if kind == "literal":
            self._literal(start, end)
        elif kind == "stretch":
            self._stretch(start, end)
        elif kind == "chunks" or end - start >= CHUNKED_BYTES:
            self._chunks(start, end)
        else:
            self._piece(self._body[start:end])

    def _literal(self, start: int, end: int) -> None:
        self._literals.append(self._body[start:end])
        if self._parts and isinstance(last := self._parts[-1], int):
            self._parts[-1] = last + end - start
        else:
            self._parts.append(end - start)

    def _stretch(self, start: int, end: int) -> None:
        stop = end - len(_JSON_LINE_END) * self._body.endswith(_JSON_LINE_END, start, end)
        if found := _base64(self._body[start:stop]):
            self._piece(found[1], found[0])
        else:
            self.add(_Span(start, stop, "piece"))
        self.add(_Span(stop, end, "literal"))

    def _chunks(self, start: int, end: int) -> None:
        for stop in (*chunk_ends(self._body, start, end), end):
            if start < stop <= end:
                self._piece(self._body[start:stop])
                start = stop

    def _piece(self, piece: bytes, written: Written = "p") -> None:
        digest = hashlib.sha256(piece).hexdigest()
        self.pieces[digest] = piece
        self._parts.append(f"{written}:{digest}")


def _base64(text: bytes) -> tuple[Written, bytes] | None:
    """Return how *text* is written, and what it says, when it comes out the same again."""
    if not _BASE64_START.match(text):
        return None
    written: Written = "m" if text.startswith(_JSON_LINE_END, MIME_COLUMNS) else "b"
    try:
        said = binascii.a2b_base64(text.replace(_JSON_LINE_END, b"") if written == "m" else text)
    except binascii.Error:
        return None
    return (written, said) if write_piece(said, written) == text else None
