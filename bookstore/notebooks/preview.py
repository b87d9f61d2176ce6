"""A safe look into a notebook or text file: sources as plain text, limited in number and length.

Outputs, attachments and metadata are never shown: they can hold what a browser would run.
Knows: notebooks' JSON.  Must not know: HTML, HTTP, stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .models import build_file_model
from .opening import open_bytes

MAX_BYTES = 4 * 2**20
"""Larger bodies are not previewed."""
MAX_CELLS = 20
MAX_CELL_CHARACTERS = 2000
MAX_TEXT_CHARACTERS = 6000
_MAX_NAME_CHARACTERS = 100

CellType = Literal["markdown", "code", "raw", "other"]
"""``other``: there is no more to see than the source says, which is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCell:
    """The beginning of one cell."""

    kind: CellType
    source: str
    is_cut: bool
    """There is more of this cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The beginning of a notebook, or of a file."""

    cells: tuple[PreviewCell, ...] = ()
    cells_left: int = 0
    """How many more cells the notebook has."""
    language: str = ""
    note: str = ""
    """Why there is nothing to see, or that there is more."""
    problem: str = ""
    """What is not valid about the notebook."""


def preview_of(body: bytes, name: str) -> Preview:
    """Return what to show of *body*, an object or file called *name*.

    Raises :class:`~bookstore.errors.InvalidNotebook` for what Jupyter would not open.
    """
    if name.endswith(".ipynb"):
        return _notebook_preview(body)
    model = build_file_model(body, name)
    if model["format"] == "base64" or "\0" in model["content"]:
        return Preview(note="No preview: this is a binary file.")
    cell = _cut(model["content"], "raw", MAX_TEXT_CHARACTERS)
    return Preview(cells=(cell,), note="" if cell.source else "This file is empty.")


def _notebook_preview(body: bytes) -> Preview:
    notebook, problem, _ = open_bytes(body)
    cells = notebook.cells if isinstance(notebook.cells, list) else []
    spec = notebook.metadata.get("kernelspec")
    return Preview(
        cells=tuple(map(_cell, cells[:MAX_CELLS])),
        cells_left=max(0, len(cells) - MAX_CELLS),
        language=str(spec.get("display_name", "")) if isinstance(spec, dict) else "",
        note="" if cells else "This notebook has no cells.",
        problem=problem,
    )


def _cell(cell: dict[str, Any]) -> PreviewCell:
    kind, source = cell["cell_type"], cell.get("source", "")
    if kind not in ("markdown", "code", "raw"):
        return _cut(f"A cell of an unknown type: {kind}", "other", _MAX_NAME_CHARACTERS)
    if not isinstance(source, str):
        return _cut("A cell whose source is no text", "other", _MAX_NAME_CHARACTERS)
    return _cut(source, kind, MAX_CELL_CHARACTERS)


def _cut(source: str, kind: CellType, limit: int) -> PreviewCell:
    return PreviewCell(kind=kind, source=source[:limit], is_cut=len(source) > limit)
