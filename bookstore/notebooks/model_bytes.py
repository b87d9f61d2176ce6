"""A contents model as the bytes that Jupyter writes to disk for it, and their media type.

Knows: nbformat.  Must not know: contents managers, stores.
"""

from __future__ import annotations

import base64
import mimetypes
from typing import Any

import nbformat

from ..records import NOTEBOOK_CONTENT_TYPE


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
