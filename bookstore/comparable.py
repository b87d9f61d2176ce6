"""Notebooks as they are compared: decoded, in the current format, each text in one piece.

What is on disk is compared, not what Jupyter would make of it: only an older format is converted.
Knows: notebooks' JSON, their differences.  Must not know: stores, HTTP.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from . import strict_json
from .contents_models import CURRENT_FORMAT, notebook_from_dict
from .errors import InvalidNotebook
from .notebook_diff import (
    DiffOp,
    DiffSummary,
    check_comparable,
    check_depth,
    diff_notebooks,
    joined,
    summarise,
    too_deep,
)

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
    old, new = _comparable(base), _comparable(remote)
    diff = diff_notebooks(old, new)
    return Comparison(old, new, diff, summarise(diff))


def _comparable(content: bytes | Notebook) -> Notebook:
    notebook = _decoded(content) if isinstance(content, bytes) else content
    check_depth(notebook)  # so that it, and a difference, can be written as JSON again
    if not _is_current(notebook):
        notebook = dict(notebook_from_dict(notebook))  # or says what is wrong with it
    return joined(notebook)


def _decoded(content: bytes) -> Notebook:
    check_comparable(len(content))
    try:
        notebook: Notebook = strict_json.loads(content)
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        raise InvalidNotebook("It is not a notebook: not JSON.") from error
    return notebook


def _is_current(content: object) -> bool:
    cells = content.get("cells") if isinstance(content, dict) else None
    return (
        isinstance(content, dict)
        and content.get("nbformat") == CURRENT_FORMAT
        and isinstance(cells, list)
        and all(isinstance(cell, dict) and "cell_type" in cell for cell in cells)
    )
