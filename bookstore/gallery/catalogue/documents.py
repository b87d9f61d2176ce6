"""A notebook as the gallery keeps it: valid, without outputs, and nothing of where it came from.

Knows: the notebook format.  Must not know: databases, stores.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbformat import NotebookNode

from ...errors import InvalidNotebook
from ...notebooks.opening import NO_FORMAT, Opened, open_bytes
from ...notebooks.writing import notebook_json
from .indexes import CellText, Content
from .language import UNKNOWN, language_of, packages_of
from .words import line_of

MOST_IN_DATABASE = 7_500_000
"""What waits in a table of nbgallery's: escaped, it fits into what MySQL takes at a time."""
_OF_A_SESSION = ("ExecuteTime", "execution", "trusted", "collapsed")
"""Of a code cell's metadata: what running and looking at it has left."""


class CodeCellFacts(NamedTuple):
    """A code cell that says something."""

    number: int
    """Counted over those cells, from 0."""
    md5: str
    sha256: str


@dataclass(frozen=True)
class Document:
    """A notebook as the gallery keeps it."""

    notebook: NotebookNode
    body: bytes
    lang: str
    lang_version: str | None
    content: Content
    code_cells: tuple[CodeCellFacts, ...]

    @property
    def sha256(self) -> str:
        """The digest of the body."""
        return hashlib.sha256(self.body).hexdigest()


def cleaned(
    body: bytes,
    *,
    keep_outputs: bool = False,
    strip: Callable[[dict[str, Any]], None] | None = None,
) -> Document:
    """Return what the gallery keeps of *body*.

    Raises :class:`~bookstore.errors.InvalidNotebook`, which says in words why it is none.
    """
    opened = _opened(body)
    if opened.problem:
        raise InvalidNotebook(opened.problem)
    notebook = opened.notebook
    for name in ("gallery", "signature", "trusted"):
        notebook.metadata.pop(name, None)
    if not keep_outputs:
        strip_outputs(notebook)
    if strip is not None:
        strip(notebook)
    return document_of(notebook)


def read(body: bytes) -> Document:
    """Return what is in *body* as it is; raises :class:`~bookstore.errors.InvalidNotebook`."""
    return document_of(_opened(body).notebook, body)


def without_outputs(body: bytes) -> bytes:
    """Return *body*, which others may have made, and not well, without what running has left.

    Raises :class:`~bookstore.errors.InvalidNotebook` where Jupyter would not open it.
    """
    notebook = _opened(body).notebook
    strip_outputs(notebook)
    return notebook_json(notebook)


def _opened(body: bytes) -> Opened:
    opened = open_bytes(body)
    if opened.format == NO_FORMAT:
        raise InvalidNotebook("The notebook does not say its nbformat.")
    return opened


def strip_outputs(notebook: dict[str, Any]) -> None:
    """Take out what running *notebook* has left, and what is attached to its texts."""
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for name in ("attachments", "outputs", "execution_count"):
            cell.pop(name, None)
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
            for name in _OF_A_SESSION:
                cell["metadata"].pop(name, None)


def document_of(notebook: NotebookNode, body: bytes | None = None) -> Document:
    """Return what is to be known of a notebook; *body* is it as it is written, if that is known."""
    lang, version = language_of(notebook.metadata)
    texts = tuple(
        CellText(str(cell.get("cell_type", "")), _text(cell.get("source", "")))
        for cell in notebook.cells
    )
    code = [text.source for text in texts if text.type == "code" and text.source.strip()]
    return Document(
        notebook=notebook,
        body=notebook_json(notebook) if body is None else body,
        lang=line_of(lang[:255]).strip() or UNKNOWN,
        lang_version=None if version is None else line_of(version[:255]).strip(),
        content=Content(texts, packages_of(lang, code)),
        code_cells=tuple(_facts(number, source) for number, source in enumerate(code)),
    )


def proposed_tags(
    document: Document,
    by_package: Mapping[str, str],
    by_pattern: Mapping[str, str],
    others: Iterable[str] = (),
) -> list[str]:
    """Return tags for a notebook, by what it uses and says, and those of *others*."""
    found = {by_package[name] for name in document.content.packages if name in by_package}
    for pattern, tag in by_pattern.items():
        searched = re.compile(pattern)
        if any(searched.search(cell.source) for cell in document.content.cells):
            found.add(tag)
    return sorted({*found, *others} - {""})


def _facts(number: int, source: str) -> CodeCellFacts:
    encoded = source.encode("utf-8", "surrogatepass")
    md5 = hashlib.md5(encoded, usedforsecurity=False).hexdigest()  # as nbgallery's clients send it
    return CodeCellFacts(number, md5, hashlib.sha256(encoded).hexdigest())


def _text(source: Any) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
