"""Two revisions of a notebook, what changed cell by cell, as HTML.

The same walk through a difference as in a terminal, painted with other brushes.
Knows: differences, HTML.  Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from ...notebooks.comparing import compare
from ...notebooks.diff.rendering import painted_lines
from ...notebooks.diff.summary import DiffSummary
from ...notebooks.diff.terminal import Change, Line, Painter, printable, shortened
from ...words import count
from .cleaning import clean_whole

MOST_LINES = 5_000
_STYLES = {"hunk": "hunk", "note": "note", "-": "gone", "+": "new", " ": "same"}
_LINE = Markup('<div class="nb-diff-{}">{}</div>')
_HEAD = Markup('<h3 class="nb-diff-head">{}{}</h3>')
_CHANGE = Markup(' <span class="nb-diff-{0}">{0}</span>')
_CELL = Markup('<section class="nb-diff-cell">\n{}\n</section>')
_NOTE = Markup('<p class="nb-note">{}</p>')
_PLAIN = Markup("{}")
_MARKS = {"-": Markup("<del>{}</del>"), "+": Markup("<ins>{}</ins>")}
"""Around what changed within a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What changed between two revisions."""

    html: str
    summary: Mapping[str, Any]
    """How many cells were added, removed and changed."""
    words: str
    """The same as a sentence."""


def compare_html(base: bytes, remote: bytes) -> Compared:
    """Return what changed from *base* to *remote*.

    Raises :class:`~bookstore.errors.InvalidNotebook` and :class:`~bookstore.errors.TooLarge`.
    """
    found = compare(base, remote)
    lines = painted_lines(found.base, found.diff, _HtmlPainter())
    words = _in_words(found.summary)
    parts = [*_cells(lines)] or [_NOTE.format(words)]
    html = Markup('<div class="nb-diff" role="region" aria-label="Changes">\n{}\n</div>').format(
        Markup("\n").join(parts)
    )
    return Compared(html=clean_whole(html), summary=asdict(found.summary), words=words)


def _in_words(summary: DiffSummary) -> str:
    told = [
        f"{count(number, 'cell')} {change}"
        for number, change in (
            (summary.cells_added, "added"),
            (summary.cells_removed, "removed"),
            (summary.cells_changed, "changed"),
            (summary.outputs_changed, "with other outputs"),
        )
        if number
    ]
    if summary.metadata_changed:
        told.append("metadata changed")
    return f"{', '.join(told)}." if told else "Nothing changed."


class _Head(Markup):
    """The beginning of what changed in one cell."""


def _cells(lines: Iterator[str]) -> Iterator[Markup]:
    """Yield *lines*, those of one cell in one element, as many as a page may have."""
    cell: list[Markup] = []
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            cell.append(_line("note", "There is more than can be shown here."))
            break
        if isinstance(line, _Head) and cell:
            yield _CELL.format(Markup("\n").join(cell))
            cell = []
        cell.append(line if isinstance(line, Markup) else _line("note", line))
    if cell:
        yield _CELL.format(Markup("\n").join(cell))


class _HtmlPainter(Painter):
    def __init__(self) -> None:
        super().__init__(colour=False, width=0)

    def head(self, title: str, change: Change | None = None) -> str:
        named = printable(title[:1].upper() + title[1:])
        return _Head(_HEAD.format(named, _CHANGE.format(change) if change else ""))

    def written(self, line: Line) -> str:
        mark = _MARKS.get(line.sign, _PLAIN)
        pieces = Markup().join(
            (mark if piece.marked else _PLAIN).format(printable(piece.text))
            for piece in shortened(line.pieces)
        )
        return _line(line.sign, Markup("{} {}").format(line.sign, pieces))

    def painted(self, style: str, text: str) -> str:
        return _line(style, text)


def _line(style: str, text: str) -> Markup:
    return _LINE.format(_STYLES[style], text)
