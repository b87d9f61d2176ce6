"""What changed from one notebook to another, cell by cell, in nbdime's format.

Knows: notebooks of format 4, as JSON with each text in one piece.  Must not know: files, HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .alignment import aligned
from .limits import Work, check_cells, too_deep
from .operations import Differ, DiffOp, object_diff
from .outputs import outputs_diff, paired_diff
from .texts import source_diff


def diff_notebooks(base: Mapping[str, Any], remote: Mapping[str, Any]) -> list[DiffOp]:
    """Return what turns *base* into *remote*; see :mod:`bookstore.notebooks.diff`.

    Texts must be in one piece (:func:`joined`).  Nothing is changed, and the operations hold
    values of *remote*, not copies.  Raises :class:`~bookstore.errors.TooLarge` for more than
    10,000 cells and for JSON that is nested too deeply.
    """
    differs: dict[str, Differ] = {}
    if _has_cells(base) and _has_cells(remote):
        differs["cells"] = _cells_diff
    try:
        return object_diff(base, remote, Work(), differs=differs)
    except RecursionError as error:
        raise too_deep() from error


def _has_cells(notebook: Mapping[str, Any]) -> bool:
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return False
    check_cells(len(cells))
    return all(isinstance(cell, dict) for cell in cells)


def _cells_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    return paired_diff(base, remote, aligned(base, remote, work), _cell_diff, work)


def _cell_diff(base: Any, remote: Any, work: Work) -> list[DiffOp]:
    differs: dict[str, Differ] = {"source": source_diff, "outputs": outputs_diff}
    return object_diff(base, remote, work, differs=differs)
