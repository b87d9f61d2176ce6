"""A cell → HTML.

Knows: cells' JSON, how their parts are rendered.  Must not know: notebooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from .cleaning import clean_piece
from .highlighting import highlighted, plain_code
from .limits import Allowance, GivenUp
from .markdown import markdown_html
from .mathematics import with_formulas
from .outputs import Attached, Outputs, note
from .reading import Cell, cut, short
from .rendered import Options

_CELL = Markup(
    '<section class="nb-cell nb-{kind}" id="cell-{number}" aria-label="{name}">\n'
    '<div class="nb-prompt" aria-hidden="true">{prompt}</div>\n'
    '<div class="nb-body">{body}</div>\n</section>'
)
_HIDDEN = Markup('<details class="nb-hidden"><summary>{}</summary>{}</details>')
_TOO_LONG = "This cell is shown as it is written: to set it took too long, or failed."


class Cells:
    """Renders the cells of one portion of a notebook."""

    def __init__(self, options: Options, language: str) -> None:
        self._options = options
        self._language = language
        self._allowance = Allowance(options.limits)
        self._outputs = Outputs(options, self._allowance)

    def render(self, cell: Any, index: int, anchors: Sequence[str]) -> Markup:
        """Return the cell at *index*, its headings with *anchors*."""
        kind = cell.get("cell_type") if isinstance(cell, Mapping) else None
        if kind == "code":
            return self._code(cell, index)
        if kind in ("markdown", "heading"):
            return _framed("markdown", index, "", self._markdown(cell, anchors))
        if kind == "raw":
            return _framed("raw", index, "", self._plain(cell.get("source")))
        named = note(f"A cell of an unknown type: {short(kind if kind else cell)}")
        source = cell.get("source") if isinstance(cell, Mapping) else None
        return _framed("other", index, "", named + (self._plain(source) if source else ""))

    def _code(self, cell: Cell, index: int) -> Markup:
        count = cell.get("execution_count")
        prompt = f"[{count}]:" if isinstance(count, int) and abs(count) < 10**9 else "[ ]:"
        parts = [self._source(cell)]
        if self._options.outputs and (
            shown := self._outputs.render(cell.get("outputs"), f"cell {index + 1}")
        ):
            outputs = Markup('<div class="nb-outputs">{}</div>').format(shown)
            parts.append(
                _HIDDEN.format("Outputs", outputs)
                if _asks(cell, "outputs_hidden", "collapsed", "hide_output", "hide-output")
                else outputs
            )
        return _framed("code", index, prompt, Markup("\n").join(filter(None, parts)))

    def _source(self, cell: Cell) -> Markup:
        source, more = cut(cell.get("source"), self._options.limits.source)
        if not self._allowance.admits(source):
            return _no_room()
        code, problem = self._coloured(source)
        body = Markup('<pre class="nb-source" tabindex="0"><code>{}</code></pre>{}{}').format(
            code, note(more), note(problem)
        )
        if _asks(cell, "source_hidden", "hide_input", "hide-input"):
            return _HIDDEN.format("Source", body)
        return body

    def _coloured(self, source: str) -> tuple[Markup, str]:
        if self._options.careful or len(source) > self._options.limits.highlighted:
            return plain_code(source), ""
        try:
            with self._allowance.of_one_piece():
                coloured = highlighted(source, self._language)
        except GivenUp:
            return plain_code(source), "Without colours: to find them took too long, or failed."
        if self._allowance.admits(coloured):
            return coloured, ""
        return plain_code(source), "Without colours: there is too much on this page already."

    def _markdown(self, cell: Cell, anchors: Sequence[str]) -> Markup:
        source, more = cut(markdown_source(cell), self._options.limits.source)
        if not self._allowance.admits(source):
            return _no_room()
        if self._options.careful:
            return self._plain(source)
        try:
            with self._allowance.of_one_piece():
                html = markdown_html(source, anchors, self._language)
        except GivenUp:
            return self._plain(source) + note(_TOO_LONG)
        cleaned, problem = clean_piece(
            html,
            attachments=Attached(cell.get("attachments"), self._allowance),
            remote_images=self._options.remote_images,
        )
        return with_formulas(cleaned, self._allowance) + note(more) + note(problem)

    def _plain(self, value: Any) -> Markup:
        source, more = cut(value, self._options.limits.source)
        return Markup('<pre class="nb-text" tabindex="0"><code>{}</code></pre>{}').format(
            plain_code(source), note(more)
        )


def markdown_source(cell: Cell) -> Any:
    """Return what a cell of text says, in Markdown; earlier formats had cells for headings."""
    source = cell.get("source")
    if cell.get("cell_type") != "heading":
        return source
    level = cell.get("level")
    level = level if isinstance(level, int) and 1 <= level <= 6 else 1
    return [f"{'#' * level} ", *(source if isinstance(source, list) else [source])]


def _framed(kind: str, index: int, prompt: str, body: Markup) -> Markup:
    name = f"Cell {index + 1}, {kind}"
    return _CELL.format(kind=kind, number=index + 1, name=name, prompt=prompt, body=body)


def _asks(cell: Cell, *names: str) -> bool:
    """Does the metadata of *cell* ask for something, in one of the ways that Jupyter knows?"""
    metadata = cell.get("metadata")
    if not isinstance(metadata, Mapping):
        return False
    jupyter, tags = metadata.get("jupyter"), metadata.get("tags")
    own = jupyter if isinstance(jupyter, Mapping) else {}
    listed = tags if isinstance(tags, list) else []
    return any(
        own.get(name) is True or metadata.get(name) is True or name in listed for name in names
    )


def _no_room() -> Markup:
    return note("The source is not shown: there is too much on this page already.")
