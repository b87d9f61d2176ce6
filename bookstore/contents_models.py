"""Turn bytes into Jupyter contents models, and into notebooks that nobody trusts yet.

Knows: nbformat.  Must not know: contents managers, stores, HTTP.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from typing import Any

import nbformat
from nbformat.validator import iter_validate, normalize

from .errors import InvalidNotebook
from .notebook_bytes import model_bytes

CURRENT_FORMAT = 4
OLDEST_FORMAT = 2
_WORDS_AT_MOST = 300
# What nbformat raises on JSON that is not shaped like a notebook, beside its ValidationError.
_MALFORMED = (AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


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
        raise InvalidNotebook(f"Its nbformat must be 2, 3 or 4, not {_shortened(repr(major))}.")
    try:
        notebook = _validated(raw, major)
    except nbformat.ValidationError as error:
        raise InvalidNotebook(f"The notebook is not valid: {_words(error)}") from error
    except _MALFORMED as error:
        raise InvalidNotebook(f"The notebook is not valid: {_what_is_wrong(raw)}") from error
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
        return content
    return notebook_body(notebook)


def _validated(raw: dict[str, Any], major: int) -> nbformat.NotebookNode:
    if major < CURRENT_FORMAT:
        older = nbformat.versions[major].to_notebook_json(raw)
        notebook: nbformat.NotebookNode = nbformat.convert(older, CURRENT_FORMAT)
        nbformat.validate(notebook)
    else:
        _, normal = normalize(raw)
        nbformat.validate(normal)
        notebook = nbformat.v4.to_notebook(normal)
    nbformat.v4.rwbase.strip_transient(notebook)  # among it the cells' marks of trust
    return notebook


def _parse(content: str | bytes) -> Any:
    try:
        return json.loads(content if isinstance(content, str) else content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidNotebook("It is not a notebook: not text in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InvalidNotebook(
            f"It is not a notebook: not JSON ({_shortened(str(error))})."
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


def _what_is_wrong(raw: dict[str, Any]) -> str:
    try:
        error = next(iter_validate(raw, version=CURRENT_FORMAT, version_minor=0), None)
    except _MALFORMED:
        error = None
    return "it is not built like one." if error is None else _words(error)


def _words(error: nbformat.ValidationError) -> str:
    place = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path
    ).lstrip(".")
    message = _shortened(error.message)
    return f"{place}: {message}" if place else message


def _shortened(text: str) -> str:
    return text if len(text) <= _WORDS_AT_MOST else f"{text[:_WORDS_AT_MOST]}…"


def _model(kind: str, path: str, **facts: Any) -> dict[str, Any]:
    clean = path.strip("/")
    return {"type": kind, "name": clean.rpartition("/")[2], "path": clean, **facts}
