"""Notebooks' documents, from wherever a gallery keeps them.

The functions have nbgallery-python's names.  A gallery keeps the document of a notebook in a store
of versions, in the database (nbgallery's ``storage.database_notebooks``) or in the folder
``notebook_cache_dir``; of several the newest is taken.

Knows: the gallery's database, stores, notebooks' formats.  Must not know: settings.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..problems import NotebookProblem
from .interface import NotebookDocument
from .jupyter import JupyterNotebook

if TYPE_CHECKING:
    from ...gallery.database.models import Notebook
    from ...store.base import ObjectStore

__all__ = [
    "JupyterNotebook",
    "NotebookDocument",
    "extension_to_type",
    "from_file",
    "from_model",
    "from_string",
    "from_uuid",
    "type_to_extension",
]

JUPYTER = "jupyter"
_TYPES = {"ipynb": JUPYTER}


def from_model(model: Notebook, *, store: ObjectStore | None = None) -> NotebookDocument:
    """Return the document of a notebook of ``database.orm``.

    *store* is where a gallery of bookstore keeps its notebooks; nbgallery's needs none.  Raises
    :class:`~bookstore.nbgallery.problems.NotebookProblem` when it is nowhere.
    """
    from .kept import text_of

    return from_string(text_of(model, store=store), JUPYTER)


def from_uuid(
    uuid: str, notebook_type: str = JUPYTER, *, store: ObjectStore | None = None
) -> NotebookDocument:
    """Return the document of the notebook that has this UUID; see :func:`from_model`."""
    from .kept import text_of_uuid

    return from_string(text_of_uuid(uuid, type_to_extension(notebook_type), store), notebook_type)


def from_file(filename: str | PathLike[str], notebook_type: str | None = None) -> NotebookDocument:
    """Return the document in a file; without *notebook_type* its extension says what it is."""
    file = Path(filename)
    type_ = notebook_type or extension_to_type(file.suffix.removeprefix("."))
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise NotebookProblem(f"{file} is no notebook: it is not in UTF-8.") from None
    return from_string(text, type_)


def from_string(s: str, notebook_type: str) -> NotebookDocument:
    """Return the document that a text of this type is."""
    type_to_extension(notebook_type)
    return JupyterNotebook(s, notebook_type)


def extension_to_type(ext: str) -> str:
    """Return the type of documents with this extension."""
    if ext not in _TYPES:
        raise NotebookProblem(f"There is no type of notebook for the extension {ext!r}.")
    return _TYPES[ext]


def type_to_extension(notebook_type: str) -> str:
    """Return the extension of documents of this type."""
    for extension, type_ in _TYPES.items():
        if type_ == notebook_type:
            return extension
    raise NotebookProblem(f"There is no type of notebook {notebook_type!r}.")
