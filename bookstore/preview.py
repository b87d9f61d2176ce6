"""A safe look into a notebook or text file: sources as plain text, limited in number and length.

Outputs, attachments and metadata are never shown: they can hold what a browser would run.
Knows: notebooks' JSON.  Must not know: HTML, HTTP, stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .contents_models import build_file_model, build_notebook_model

MAX_BYTES = 4 * 2**20
"""Larger bodies are not previewed."""
MAX_CELLS = 20
MAX_CELL_CHARACTERS = 2000
MAX_TEXT_CHARACTERS = 6000

CellType = Literal["markdown", "code", "raw"]


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


def preview_of(body: bytes, name: str) -> Preview:
    """Return what to show of *body*, an object or file called *name*.

    Raises :class:`~bookstore.errors.InvalidNotebook` for a notebook that could not be cloned.
    """
    if name.endswith(".ipynb"):
        return _notebook_preview(body, name)
    model = build_file_model(body, name)
    if model["format"] == "base64" or "\0" in model["content"]:
        return Preview(note="No preview: this is a binary file.")
    cell = _cut(model["content"], "raw", MAX_TEXT_CHARACTERS)
    return Preview(cells=(cell,), note="" if cell.source else "This file is empty.")


def _notebook_preview(body: bytes, name: str) -> Preview:
    notebook = build_notebook_model(body, name)["content"]
    cells = [
        _cut(cell.source, cell.cell_type, MAX_CELL_CHARACTERS)
        for cell in notebook.cells[:MAX_CELLS]
    ]
    spec = notebook.metadata.get("kernelspec", {})
    return Preview(
        cells=tuple(cells),
        cells_left=max(0, len(notebook.cells) - MAX_CELLS),
        language=str(spec.get("display_name", "")),
        note="" if cells else "This notebook has no cells.",
    )


def _cut(source: str, kind: CellType, limit: int) -> PreviewCell:
    return PreviewCell(kind=kind, source=source[:limit], is_cut=len(source) > limit)
