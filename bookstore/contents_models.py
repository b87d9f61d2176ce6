"""Turn bytes into Jupyter contents models, and into notebooks that nobody trusts yet.

Knows: nbformat.  Must not know: contents managers, stores, HTTP.
"""

from __future__ import annotations

import base64
import contextlib
import mimetypes
from typing import Any

import nbformat
from nbformat.v4.convert import upgrade_cell

from . import strict_json
from .errors import InvalidNotebook
from .notebook_bytes import model_bytes
from .validity import MALFORMED, check_valid, give_ids, shortened

CURRENT_FORMAT = 4
OLDEST_FORMAT = 2
MAX_DEPTH = 400
"""Of nested objects and lists.  A little deeper Jupyter fails to save it, or to open it."""
_MALFORMED_WORDS = "The notebook is not valid: it is not built like one."


def build_notebook_model(content: str | bytes, path: str) -> dict[str, Any]:
    """Return the contents model that saves the notebook *content* at API path *path*, untrusted.

    Raises :class:`~bookstore.errors.InvalidNotebook` with the reason in words.
    """
    notebook = notebook_from_dict(_parse(content))
    _refuse_lone_surrogates(content, notebook)
    return _model("notebook", path, content=notebook, format="json", mimetype=None)


def build_file_model(content: str | bytes, path: str) -> dict[str, Any]:
    """Return the contents model that saves *content* as it is: as text where it is UTF-8."""
    kind = mimetypes.guess_type(path)[0]
    try:
        text = content if isinstance(content, str) else content.decode()
    except UnicodeDecodeError:
        encoded = base64.encodebytes(content).decode("ascii")  # type: ignore[arg-type]
        kind = kind or "application/octet-stream"
        return _model("file", path, content=encoded, format="base64", mimetype=kind)
    return _model("file", path, content=text, format="text", mimetype=kind or "text/plain")


def notebook_from_dict(raw: Any) -> nbformat.NotebookNode:
    """Return *raw*, a notebook's JSON, as a valid notebook of the current format without trust.

    Older formats are converted as Jupyter does; cells that lack an id get one.  *raw* may be
    changed.  Raises :class:`~bookstore.errors.InvalidNotebook` with the reason in words.
    """
    if not isinstance(raw, dict) or not raw:
        raise InvalidNotebook("The notebook is empty.")
    major = raw.get("nbformat")
    if type(major) is not int or not OLDEST_FORMAT <= major <= CURRENT_FORMAT:
        raise InvalidNotebook(f"Its nbformat must be 2, 3 or 4, not {shortened(repr(major))}.")
    if strict_json.is_deeper(raw, MAX_DEPTH):
        raise InvalidNotebook("The notebook's JSON is nested too deeply.")
    try:
        notebook = _validated(raw, major)
    except MALFORMED as error:
        _check_as_it_is(raw)
        raise InvalidNotebook(_MALFORMED_WORDS) from error
    notebook.metadata.pop("trusted", None)
    return notebook


def notebook_body(notebook: nbformat.NotebookNode) -> bytes:
    """Return the bytes that Jupyter writes to disk when it saves *notebook*."""
    try:
        return model_bytes({"type": "notebook", "content": notebook})
    except UnicodeEncodeError as error:
        raise InvalidNotebook("The notebook holds text that is not valid Unicode.") from error


def untrusted_bytes(content: bytes) -> bytes:
    """Return the notebook *content* without marks of trust: the very bytes where it has none.

    Raises :class:`~bookstore.errors.InvalidNotebook` with the reason in words.
    """
    raw = _parse(content)
    was_current, was_marked = _is_current(raw), _is_marked_trusted(raw)
    notebook = notebook_from_dict(raw)
    if was_current and not was_marked:
        _refuse_lone_surrogates(content, notebook)
        return content
    return notebook_body(notebook)


def _validated(raw: dict[str, Any], major: int) -> nbformat.NotebookNode:
    if major < CURRENT_FORMAT:
        raw = _upgraded(raw, major)
    give_ids(raw)
    check_valid(raw, CURRENT_FORMAT)
    notebook: nbformat.NotebookNode = nbformat.v4.to_notebook(raw)
    nbformat.v4.rwbase.strip_transient(notebook)  # among it the cells' marks of trust
    return notebook


def _upgraded(raw: dict[str, Any], major: int) -> dict[str, Any]:
    """Return *raw*, of an older format, in the current one, as nbformat converts it.

    nbformat would also explain, for its log, what is wrong with *raw*: that may take for ever.
    """
    older = nbformat.versions[major].to_notebook_json(raw)
    if major == OLDEST_FORMAT:
        older = nbformat.convert(older, OLDEST_FORMAT + 1)
    older.metadata.pop("name", "")
    return {
        "nbformat": CURRENT_FORMAT,
        "nbformat_minor": nbformat.v4.nbformat_minor,
        "metadata": older.metadata,
        "cells": [upgrade_cell(cell) for sheet in older.worksheets for cell in sheet["cells"]],
    }


def _parse(content: str | bytes) -> Any:
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return strict_json.loads(text)
    except UnicodeDecodeError as error:
        raise InvalidNotebook("It is not a notebook: not text in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidNotebook(
            f"It is not a notebook: not JSON ({shortened(str(error))})."
        ) from error


def _refuse_lone_surrogates(content: str | bytes, notebook: nbformat.NotebookNode) -> None:
    # Only a \\ud8xx escape can bring one, so most notebooks need no second look.
    escape = "\\ud" if isinstance(content, str) else b"\\ud"
    if escape in content.lower():  # type: ignore[operator]
        notebook_body(notebook)


def _is_current(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("nbformat") == CURRENT_FORMAT


def _is_marked_trusted(raw: Any) -> bool:
    """Is there anything in the notebook that claims to be trusted?"""
    cells = raw.get("cells") if isinstance(raw, dict) else None
    owners = [raw, *cells] if isinstance(cells, list) else [raw]
    places = [owner.get("metadata") for owner in owners if isinstance(owner, dict)]
    return any(
        isinstance(metadata, dict) and not metadata.keys().isdisjoint({"trusted", "signature"})
        for metadata in places
    )


def _check_as_it_is(raw: dict[str, Any]) -> None:
    """Raise InvalidNotebook with better words than "malformed", where there are any."""
    with contextlib.suppress(*MALFORMED):
        check_valid(raw, CURRENT_FORMAT)


def _model(kind: str, path: str, **facts: Any) -> dict[str, Any]:
    clean = path.strip("/")
    return {"type": kind, "name": clean.rpartition("/")[2], "path": clean, **facts}
