"""What nbgallery keeps of an uploaded notebook: no outputs, and nothing of where it came from.

Knows: the notebook format.  Must not know: databases, stores.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ...errors import InvalidNotebook
from ..catalogue.language import language_of

_OLDEST_FORMAT = 4
_OF_THE_COPY = ("link", "clone", "commit", "git_commit_id")
"""What a download writes into ``metadata.gallery`` about itself."""


class Cleaned(NamedTuple):
    """A notebook as a gallery keeps it."""

    body: bytes
    lang: str
    lang_version: str | None


def cleaned(body: bytes) -> Cleaned:
    """Return *body* without what running it has left.

    Raises :class:`~bookstore.errors.InvalidNotebook`, which says why it is none.
    """
    try:
        notebook = json.loads(body)
    except ValueError as error:
        raise InvalidNotebook(f"it is no JSON: {error}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InvalidNotebook("it has no cells")
    if not isinstance(notebook.get("nbformat"), int) or notebook["nbformat"] < _OLDEST_FORMAT:
        raise InvalidNotebook(f"nbformat is {notebook.get('nbformat')!r}; 4 is the oldest")
    for cell in cells:
        _strip(cell)
    metadata = notebook.setdefault("metadata", {})
    if not isinstance(metadata, dict):
        raise InvalidNotebook("its metadata is no object")
    if isinstance(gallery := metadata.get("gallery"), dict):
        for key in _OF_THE_COPY:
            gallery.pop(key, None)
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    return Cleaned(text.encode("utf-8", "surrogatepass"), *language_of(metadata))


def _strip(cell: dict[str, Any]) -> None:
    cell.pop("attachments", None)
    if isinstance(cell.get("source"), list):
        cell["source"] = "".join(map(str, cell["source"]))
    if cell.get("cell_type") == "code":
        cell["outputs"], cell["execution_count"] = [], None
        if isinstance(cell.get("metadata"), dict):
            cell["metadata"].pop("ExecuteTime", None)
