"""JSON → the notebook that Jupyter would open, without trust, and what is not valid about it.

Jupyter opens notebooks that are not valid, and says so.  So does this; it refuses what Jupyter
cannot open.  It never spends on what somebody made for that the hours that Jupyter would.

Knows: nbformat.  Must not know: contents models, stores, HTTP.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any, NamedTuple

import nbformat
from nbformat.v4.convert import upgrade_cell

from ..errors import InvalidNotebook
from . import strict_json
from .parsing import CURRENT_FORMAT, parsed, shortened
from .validity import MALFORMED, can_be_opened, give_ids, problem_of

NO_FORMAT = 0
FORMATS = (1, 2, 3, CURRENT_FORMAT)
MAX_DEPTH = 400
"""Of nested objects and lists.  A little deeper Jupyter fails to save it, or to open it."""
_NO_FORMAT_WORDS = (
    "It does not say its nbformat: Jupyter takes it for one of the first, and finds little in it."
)
_NO_NUMBER = "It holds NaN or Infinity, which JSON does not have: JupyterLab cannot open it."


class Opened(NamedTuple):
    """A notebook of the current format that nobody trusts yet."""

    notebook: nbformat.NotebookNode
    problem: str
    """What is not valid about it, in words; empty where nothing is."""
    format: int
    """What it was written in; 0 where it does not say: then Jupyter takes it for the first."""


def open_bytes(content: str | bytes, raw: Any = None) -> Opened:
    """Return the notebook *content* as Jupyter would open it.

    *raw* is its JSON, where that is known, and may be changed.  Raises
    :class:`~bookstore.errors.InvalidNotebook`, with the reason in words, where Jupyter would not.
    """
    opened = open_json(parsed(content) if raw is None else raw)
    _refuse_lone_surrogates(content, opened.notebook)
    return opened


def open_json(raw: Any) -> Opened:
    """Return *raw*, a notebook's JSON, as Jupyter would open it; *raw* may be changed.

    Older formats are converted, cells that lack an id get one.  Raises
    :class:`~bookstore.errors.InvalidNotebook`, with the reason in words, where Jupyter would not
    open it, or not in minutes.
    """
    if not isinstance(raw, dict) or not raw:
        raise InvalidNotebook("The notebook is empty.")
    says_format, major = "nbformat" in raw, raw.get("nbformat", 1)
    if type(major) is not int or major not in FORMATS:
        raise InvalidNotebook(f"Its nbformat must be 1, 2, 3 or 4, not {shortened(repr(major))}.")
    minor = raw.get("nbformat_minor", 0)
    if major == CURRENT_FORMAT and not isinstance(minor, int):
        raise InvalidNotebook(
            f"The notebook is not valid: nbformat_minor: {shortened(repr(minor))} is no number."
        )
    if strict_json.is_deeper(raw, MAX_DEPTH):
        raise InvalidNotebook("The notebook's JSON is nested too deeply.")
    try:
        notebook, problem = _judged(raw, major)
    except (*MALFORMED, RecursionError, nbformat.ValidationError) as error:
        raise InvalidNotebook(f"{_why_not(raw)} Jupyter cannot open it.") from error
    if not says_format:
        return Opened(notebook, _NO_FORMAT_WORDS, NO_FORMAT)
    if not problem and strict_json.is_unusual(notebook):
        problem = _NO_NUMBER
    return Opened(notebook, problem, major)


def _refuse_lone_surrogates(content: str | bytes, notebook: Any) -> None:
    # Only a \\ud8xx escape can bring one, so most notebooks need no second look.
    escape = "\\ud" if isinstance(content, str) else b"\\ud"
    if escape not in content.lower():  # type: ignore[operator]
        return
    try:
        json.dumps(notebook, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidNotebook("The notebook holds text that is not valid Unicode.") from error


def _judged(raw: dict[str, Any], major: int) -> tuple[nbformat.NotebookNode, str]:
    if major < CURRENT_FORMAT:
        raw = _upgraded(raw, major)
    notebook: nbformat.NotebookNode = nbformat.v4.to_notebook(raw)
    if not all("cell_type" in cell for cell in notebook.cells):
        raise LookupError  # Jupyter looks for the cells that may be trusted
    give_ids(notebook)
    problem = problem_of(notebook)
    if problem and not can_be_opened(notebook):
        raise InvalidNotebook(f"{problem} Jupyter would take hours to say so when it opens it.")
    for metadata in (notebook.metadata, *(cell.metadata for cell in notebook.cells)):
        metadata.pop("trusted", None)
    return notebook, problem


def _why_not(raw: dict[str, Any]) -> str:
    """Return what is wrong with *raw*, which cannot be opened, in the best words that there are."""
    with contextlib.suppress(*MALFORMED, RecursionError):
        if problem := problem_of(raw):
            return problem
    return "The notebook is not valid: it is not built like one."


def _upgraded(raw: dict[str, Any], major: int) -> dict[str, Any]:
    """Return *raw*, of an older format, in the current one, as nbformat converts it.

    nbformat would also explain, for its log, what is wrong with *raw*: that may take for ever.
    """
    older = nbformat.versions[major].to_notebook_json(raw)
    older = nbformat.convert(older, 3)
    older.metadata.pop("name", "")
    for name in ("orig_nbformat", "orig_nbformat_minor"):
        older.pop(name, None)
    sheets = older.pop("worksheets")
    return {
        **older,
        "nbformat": CURRENT_FORMAT,
        "nbformat_minor": nbformat.v4.nbformat_minor,
        "cells": [upgrade_cell(cell) for sheet in sheets for cell in sheet["cells"]],
    }
