"""Notebooks as they are compared: decoded, in the current format, each text in one piece.

What is on disk is compared, not what Jupyter would make of it: only an older format is converted.
Knows: notebooks' JSON, their differences.  Must not know: stores, HTTP.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from ..errors import InvalidNotebook
from .diff import (
    DiffOp,
    DiffSummary,
    check_comparable,
    check_depth,
    diff_notebooks,
    joined,
    summarise,
    too_deep,
)
from .parsing import CURRENT_FORMAT, parsed

_LAST_WITHOUT_IDS = 4
"""The newest minor format whose cells have none."""

Notebook: TypeAlias = "dict[str, Any]"


class Comparison(NamedTuple):
    """What changed from *base* to *remote*."""

    base: Notebook
    remote: Notebook
    diff: list[DiffOp]
    summary: DiffSummary


def compare(base: bytes | Notebook, remote: bytes | Notebook) -> Comparison:
    """Return what changed between two notebooks, given as bytes or decoded.

    Takes up to a second for large ones, so not on an event loop.  Raises
    :class:`~bookstore.errors.InvalidNotebook`, and :class:`~bookstore.errors.TooLarge` beyond what
    can be compared.
    """
    old, new = comparable(base), comparable(remote)
    diff = diff_notebooks(old, new)
    return Comparison(old, new, diff, summarise(diff))


def comparable(content: bytes | Notebook) -> Notebook:
    """Return a notebook, bytes or decoded, as it is compared; raises as :func:`compare`."""
    notebook = _decoded(content) if isinstance(content, bytes) else content
    check_depth(notebook)  # so that it, and a difference, can be written as JSON again
    if not _is_current(notebook):
        notebook = _converted(notebook)  # or says what is wrong with it
    return joined(notebook)


def _converted(notebook: Notebook) -> Notebook:
    """Return *notebook*, of an older format, in the current one, its cells without the ids that
    each conversion makes anew.
    """
    from .opening import open_json  # imports nbformat, which notebooks of today do not need

    opened = open_json(notebook)
    if opened.format != CURRENT_FORMAT:
        opened.notebook["nbformat_minor"] = _LAST_WITHOUT_IDS
        for cell in opened.notebook["cells"]:
            del cell["id"]
    return dict(opened.notebook)


def _decoded(content: bytes) -> Notebook:
    check_comparable(len(content))
    try:
        notebook: Notebook = parsed(content)
    except InvalidNotebook as error:
        if isinstance(error.__cause__, RecursionError):
            raise too_deep() from error
        raise
    return notebook


def _is_current(content: object) -> bool:
    cells = content.get("cells") if isinstance(content, dict) else None
    return (
        isinstance(content, dict)
        and content.get("nbformat", CURRENT_FORMAT) == CURRENT_FORMAT
        and isinstance(cells, list)
        and all(isinstance(cell, dict) and "cell_type" in cell for cell in cells)
    )
