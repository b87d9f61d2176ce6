"""Turn bytes into Jupyter contents models and back, and into notebooks that nobody trusts yet.

Knows: nbformat.  Must not know: contents managers, stores, HTTP.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from typing import Any, NamedTuple

import nbformat

from ..errors import InvalidNotebook
from ..records import NOTEBOOK_CONTENT_TYPE
from .mending import mended
from .opening import NO_FORMAT, open_bytes, open_json
from .parsing import CURRENT_FORMAT, parsed
from .validity import MALFORMED
from .writing import notebook_json

MENDING_HINT = (
    "A valid notebook can be made of it: by `jupyter bookstore restore` or `clone` with --mend, and"
    " on the page of its link."
)


def build_notebook_model(content: str | bytes, path: str) -> dict[str, Any]:
    """Return the contents model of the notebook *content* at API path *path*, untrusted.

    Where it is not valid, ``message`` says why, as in Jupyter's own models, and ``hint`` what can
    be done.  Raises :class:`~bookstore.errors.InvalidNotebook`, with the reason in words, for what
    Jupyter would not open.
    """
    opened = open_bytes(content)
    return _notebook_model(opened.notebook, path) | warning(opened.problem)


def build_saving_model(content: bytes, path: str) -> dict[str, Any]:
    """Return the contents model that, saved, leaves *content* at *path* as Jupyter would keep it.

    That is :func:`build_notebook_model`'s; or a file's, without marks of trust, where Jupyter
    would fail to write the notebook, or lose most of it.
    """
    opened = open_bytes(content)
    is_unwritable = opened.problem and not _is_writable(opened.notebook)
    if opened.format == NO_FORMAT or is_unwritable:
        model = build_file_model(untrusted(content).body, path)
    else:
        model = _notebook_model(opened.notebook, path)
    return model | warning(opened.problem)


def build_mended_model(content: bytes, path: str) -> dict[str, Any]:
    """Return the contents model of a valid notebook made of the notebook *content*, untrusted."""
    opened = open_bytes(content)
    if opened.format == NO_FORMAT:
        today = {"nbformat": CURRENT_FORMAT, "nbformat_minor": nbformat.current_nbformat_minor}
        opened = open_json({**parsed(content), **today})
    return _notebook_model(mended(opened.notebook), path)


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


def model_bytes(model: dict[str, Any]) -> bytes:
    """Return the bytes of *model*'s content; slow for large notebooks, so not on an event loop."""
    if model["type"] == "notebook":
        notebook = nbformat.from_dict(model["content"])
        text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        return (text if text.endswith("\n") else f"{text}\n").encode()
    if model["format"] == "base64":
        return base64.b64decode(model["content"])
    return str(model["content"]).encode()


def content_type_of(path: str) -> str:
    """Return the media type of the file at *path*, judged by its name."""
    if path.endswith(".ipynb"):
        return NOTEBOOK_CONTENT_TYPE
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


def notebook_body(notebook: nbformat.NotebookNode) -> bytes:
    """Return the bytes that Jupyter writes to disk when it saves *notebook*.

    Raises :class:`~bookstore.errors.InvalidNotebook` for what Jupyter fails to write.
    """
    try:
        return notebook_json(notebook)
    except UnicodeEncodeError as error:
        raise InvalidNotebook("The notebook holds text that is not valid Unicode.") from error
    except (*MALFORMED, RecursionError) as error:
        raise InvalidNotebook("The notebook is not valid: Jupyter cannot write it.") from error


class Untrusted(NamedTuple):
    """A notebook's bytes without marks of trust."""

    body: bytes
    problem: str
    """What is not valid about it, in words; empty where nothing is."""


def untrusted(content: bytes) -> Untrusted:
    """Return the notebook *content* without marks of trust: the very bytes where it has none.

    Older formats are converted.  Raises :class:`~bookstore.errors.InvalidNotebook`, with the
    reason in words, for what Jupyter would not open.
    """
    raw = parsed(content)
    is_kept, was_marked = _is_kept(raw), _is_marked_trusted(raw)
    notebook, problem, _ = open_bytes(content, raw)
    if not is_kept and _is_writable(notebook):
        return Untrusted(notebook_body(notebook), problem)
    return Untrusted(_without_marks(content) if was_marked else content, problem)


def warning(problem: str, hint: str = MENDING_HINT) -> dict[str, str]:
    """Return what an answer says about a notebook with this *problem*: nothing without one."""
    return {"message": problem, "hint": hint} if problem else {}


def _is_writable(notebook: nbformat.NotebookNode) -> bool:
    try:
        notebook_body(notebook)
    except InvalidNotebook:
        return False
    return True


def _without_marks(content: bytes) -> bytes:
    """Return *content* as Jupyter would write it, which writes no mark, or else nearly so."""
    raw = parsed(content)
    for metadata in _metadata_of(raw):
        metadata.pop("trusted", None)
        metadata.pop("signature", None)
    try:
        return notebook_body(nbformat.v4.to_notebook(raw))
    except (InvalidNotebook, *MALFORMED):
        return f"{json.dumps(raw, indent=1, ensure_ascii=False)}\n".encode()


def _is_kept(raw: Any) -> bool:
    """Is this of the format that goes from hand to hand as it is?

    So does what does not say its format: Jupyter takes it for the first, and finds next to nothing
    in it.
    """
    return isinstance(raw, dict) and raw.get("nbformat", CURRENT_FORMAT) == CURRENT_FORMAT


def _is_marked_trusted(raw: Any) -> bool:
    """Is there anything in the notebook that claims to be trusted?"""
    return any(not m.keys().isdisjoint({"trusted", "signature"}) for m in _metadata_of(raw))


def _metadata_of(raw: Any) -> list[dict[str, Any]]:
    """Return the metadata of a notebook and its cells, which older formats have on worksheets."""
    whole = raw if isinstance(raw, dict) else {}
    sheets = [whole, *_objects(whole.get("worksheets"))]
    owners = [whole, *(cell for sheet in sheets for cell in _objects(sheet.get("cells")))]
    places = [owner.get("metadata") for owner in owners]
    return [metadata for metadata in places if isinstance(metadata, dict)]


def _objects(values: Any) -> list[dict[str, Any]]:
    found = values if isinstance(values, list) else []
    return [value for value in found if isinstance(value, dict)]


def _notebook_model(notebook: nbformat.NotebookNode, path: str) -> dict[str, Any]:
    return _model("notebook", path, content=notebook, format="json", mimetype=None)


def _model(kind: str, path: str, **facts: Any) -> dict[str, Any]:
    clean = path.strip("/")
    return {"type": kind, "name": clean.rpartition("/")[2], "path": clean, **facts}
