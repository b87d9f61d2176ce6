"""Two revisions of a notebook, what changed cell by cell, as HTML.

The same walk through a difference as in a terminal, painted with other brushes.
Knows: differences, HTML.  Must not know: stores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from ...notebooks.comparing import compare
from ...notebooks.diff.rendering import painted_lines
from ...notebooks.diff.terminal import Line, Painter, printable, shortened
from .cleaning import clean_whole

MOST_LINES = 5_000
_STYLES = {"hunk": "hunk", "note": "note", "-": "gone", "+": "new", " ": "same"}
_LINE = Markup('<div class="nb-diff-{}">{}</div>')
_HEAD = Markup('<h3 class="nb-diff-head">{}</h3>')
_PLAIN = Markup("{}")
_MARKS = {"-": Markup("<del>{}</del>"), "+": Markup("<ins>{}</ins>")}
"""Around what changed within a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What changed between two revisions."""

    html: str
    summary: Mapping[str, Any]
    """How many cells were added, removed and changed."""


def compare_html(base: bytes, remote: bytes) -> Compared:
    """Return what changed from *base* to *remote*.

    Raises :class:`~bookstore.errors.InvalidNotebook` and :class:`~bookstore.errors.TooLarge`.
    """
    found = compare(base, remote)
    lines: list[Markup] = []
    for line in painted_lines(found.base, found.diff, _HtmlPainter()):
        if len(lines) == MOST_LINES:
            lines.append(_line("note", "There is more than can be shown here."))
            break
        lines.append(Markup(line))  # noqa: S704  # the painter's
    html = Markup('<div class="nb-diff" role="region" aria-label="Changes">{}</div>').format(
        Markup("\n").join(lines)
    )
    return Compared(html=clean_whole(html), summary=asdict(found.summary))


class _HtmlPainter(Painter):
    def __init__(self) -> None:
        super().__init__(colour=False, width=0)

    def head(self, title: str) -> str:
        return _HEAD.format(printable(title))

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
