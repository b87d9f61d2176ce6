"""A notebook → some of its cells as HTML, and its table of contents.

Knows: cells.  Must not know: where it runs, and for whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from .allowed import PREFIX
from .cells import Cells, markdown_source
from .cleaning import clean_piece, clean_whole
from .limits import FIRST_CELLS, Allowance, GivenUp, TooLong, cpu_limited, stumbling
from .markdown import Anchors, headings, markdown_html
from .mathematics import with_formulas
from .reading import Notebook, read, text
from .rendered import Heading, Options, Rendered

_FIRST = slice(0, FIRST_CELLS)
_DEFAULT = Options()
_AS_WRITTEN = "This notebook is shown as it is written: to set it took too long."
_CUT_SHORT = "The table of contents is not complete: there is too much to read."


def render(
    content: bytes | Mapping[str, Any], *, cells: slice = _FIRST, options: Options = _DEFAULT
) -> Rendered:
    """Return *cells* of the notebook *content*, valid or not, as HTML that is safe.

    Takes as long as :class:`Limits` allows in the main thread of a process; elsewhere use
    :class:`~bookstore.gallery.rendering.Renderer`, which keeps deadlines.  Raises
    :class:`~bookstore.errors.InvalidNotebook` for what is no notebook, and
    :class:`~bookstore.errors.TooLarge`.
    """
    return rendered(read(content, options.limits.body_bytes), cells, options)


def rendered(notebook: Notebook, cells: slice, options: Options) -> Rendered:
    """Return *cells* of a *notebook* that was read."""
    start, stop, _ = slice(cells.start, cells.stop).indices(len(notebook.cells))
    stop = max(start, min(stop, start + options.limits.cells))
    outline, is_whole = _outline(notebook, options)
    anchors = defaultdict(list)
    for heading in outline:
        anchors[heading.cell].append(heading.anchor.removeprefix(PREFIX))
    painter = Cells(options, notebook.language)
    html = Markup("\n").join(
        painter.render(notebook.cells[index], index, anchors[index]) for index in range(start, stop)
    )
    return Rendered(
        html=clean_whole(html, remote_images=options.remote_images),
        start=start,
        stop=stop,
        cells=len(notebook.cells),
        language=notebook.language,
        outline=outline,
        careful=options.careful,
        notes=tuple(
            note
            for note, is_so in (
                (notebook.note, notebook.note),
                ("This notebook has no cells.", not notebook.cells),
                (_AS_WRITTEN, options.careful),
                (_CUT_SHORT, not is_whole and not options.careful),
            )
            if is_so
        ),
    )


def render_markdown(source: str, *, options: Options = _DEFAULT) -> str:
    """Return a short text in Markdown, as the description of a notebook, as HTML that is safe."""
    shown = text(source, options.limits.text_output)
    as_written = str(Markup('<pre class="nb-text"><code>{}</code></pre>').format(shown))
    if options.careful:
        return as_written
    allowance = Allowance(options.limits)
    try:
        with allowance.of_one_piece():
            html = markdown_html(shown)
    except GivenUp:
        return as_written
    cleaned, _ = clean_piece(html, remote_images=options.remote_images)
    return clean_whole(with_formulas(cleaned, allowance))


def _outline(notebook: Notebook, options: Options) -> tuple[tuple[Heading, ...], bool]:
    """Return the headings of all cells, and whether that is all of them."""
    if options.careful:
        return (), False
    anchors = Anchors()
    found: list[Heading] = []
    left = options.limits.outline_source
    try:
        with cpu_limited(options.limits.cell_cpu_s):
            for index, cell in enumerate(notebook.cells):
                if not isinstance(cell, Mapping) or cell.get("cell_type") not in _WITH_HEADINGS:
                    continue
                source = text(markdown_source(cell), options.limits.source)
                left -= len(source)
                if left < 0:
                    return tuple(found), False
                for level, title in _headings(source):
                    if len(found) == options.limits.headings:
                        return tuple(found), False
                    anchor = PREFIX + anchors.of(title)
                    found.append(Heading(level=level, text=title, anchor=anchor, cell=index))
    except TooLong:
        return tuple(found), False
    return tuple(found), True


def _headings(source: str) -> list[tuple[int, str]]:
    try:
        with stumbling():
            return [*headings(source)]
    except TooLong:
        raise
    except GivenUp:  # so the cell is shown as it is written, and nothing in it is a heading
        return []


_WITH_HEADINGS = ("markdown", "heading")
