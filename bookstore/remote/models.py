"""Contents models of what is in a store, and the bytes of models, as Jupyter has them.

Knows: nbformat, what Jupyter asks of a model.  Must not know: stores' requests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
import re
from datetime import datetime, timezone
from typing import Any, TypeAlias

import nbformat
from tornado.web import HTTPError

from ..keys.workspace import RESERVED_FOLDER
from ..notebooks.validity import MALFORMED
from ..notebooks.writing import written
from ..records import ObjectVersion
from .tree import Child

Model: TypeAlias = "dict[str, Any]"

UNKNOWN = datetime(1970, 1, 2, tzinfo=timezone.utc)
"""When a folder was changed that nobody has looked into: a store does not tell."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def looks_like_file(path: str) -> bool:
    """Is *path* more likely a file than a folder?  That is asked for first."""
    return "." in path.rpartition("/")[2].lstrip(".")


def is_possible(path: str) -> bool:
    """Is *path* one that a user may have?  What bookstore keeps beside the files is none."""
    return path.split("/")[0] not in ("..", RESERVED_FOLDER)


def is_notebook(path: str, type: str | None) -> bool:
    """Is the file at *path*, asked for as *type*, a notebook?"""
    return type == "notebook" or (type is None and path.endswith(".ipynb"))


def folder_model(path: str, modified_at: datetime | None = None) -> Model:
    """Return the model of a folder, without what is in it."""
    moment = modified_at or UNKNOWN
    return _model(path, type="directory", created=moment, last_modified=moment, size=None)


def file_model(path: str, version: ObjectVersion, type: str | None = None) -> Model:
    """Return the model of a file, without content."""
    kind = "notebook" if is_notebook(path, type) else "file"
    return _model(
        path,
        type=kind,
        created=version.modified_at,
        last_modified=version.modified_at,
        size=version.size_bytes,
        mimetype=None if kind == "notebook" else mimetypes.guess_type(path)[0],
    )


def child_model(child: Child) -> Model:
    """Return the model of what is in a folder."""
    if child.file is None:
        return folder_model(child.path, child.modified_at)
    return file_model(child.path, child.file)


def known_hash(version: ObjectVersion) -> str:
    """Return the SHA-256 of a version as it was noted when it was saved; "" where it was not."""
    digest = (version.metadata or {}).get("sha256", "")
    return digest if _SHA256.fullmatch(digest) else ""


def hash_fields(digest: str) -> Model:
    """Return what a model says of its content's hash."""
    return {"hash": digest, "hash_algorithm": "sha256"}


def digest_of(body: bytes) -> str:
    """Return the SHA-256 of *body*, in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def notebook_in(body: bytes, path: str, problems: dict[str, Any]) -> nbformat.NotebookNode:
    """Return the notebook that *body* is, in today's format; *problems* gets what is not valid.

    Slow for a large one.
    """
    try:
        text = body.decode()
        notebook: nbformat.NotebookNode = nbformat.reads(
            text, as_version=4, capture_validation_error=problems
        )
        return notebook
    except (ValueError, *MALFORMED, RecursionError) as error:
        raise HTTPError(400, f"Unreadable Notebook: {path} {error!r}") from error


def text_in(body: bytes, path: str, format: str | None) -> Model:
    """Return content, format and media type of a file, as text where it is UTF-8 or has to be."""
    kind = mimetypes.guess_type(path)[0]
    if format != "base64":
        try:
            return {"content": body.decode(), "format": "text", "mimetype": kind or "text/plain"}
        except UnicodeDecodeError as error:
            if format == "text":
                message = f"{path} is not UTF-8 encoded"
                raise HTTPError(400, message, reason="bad format") from error
    content = base64.encodebytes(body).decode("ascii")
    return {
        "content": content,
        "format": "base64",
        "mimetype": kind or "application/octet-stream",
    }


def notebook_of(model: Model) -> nbformat.NotebookNode:
    """Return the notebook that is to be saved."""
    if not isinstance(model["content"], dict):
        raise HTTPError(400, "The content of a notebook must be an object of JSON.")
    notebook: nbformat.NotebookNode = nbformat.from_dict(model["content"])
    return notebook


def notebook_bytes(notebook: nbformat.NotebookNode, problems: dict[str, Any]) -> bytes:
    """Return the file that Jupyter makes of *notebook*.  Slow for a large one."""
    try:
        return written(notebook, problems)
    except (ValueError, *MALFORMED, RecursionError) as error:
        raise HTTPError(400, f"The notebook cannot be written: {error!r}") from error


def file_bytes(model: Model) -> bytes:
    """Return the bytes of a file that is to be saved."""
    content, format = model["content"], model.get("format")
    if format not in ("text", "base64"):
        message = "Must specify format of file contents as 'text' or 'base64'"
        raise HTTPError(400, message)
    if not isinstance(content, str):
        raise HTTPError(400, "The content of a file must be text.")
    try:
        return content.encode() if format == "text" else base64.b64decode(content.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error) as error:
        raise HTTPError(400, f"The content of the file is not what its format says: {error}") from (
            error
        )


def _model(path: str, **facts: Any) -> Model:
    empty = {"content": None, "format": None, "mimetype": None, "writable": True}
    return {"name": path.rpartition("/")[2], "path": path, **empty, **facts}
