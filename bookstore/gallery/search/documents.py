"""A notebook as search sees it: its words, and where its cells are among them.

All of it has bounds, so that no notebook is too long to be found.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..database.models.searching import SearchDocument
from .words import extra_words, storable

VERSION = 1
"""Raised when documents are made otherwise: older ones are found all the same, and made anew."""
MOST_SOURCE_BYTES = 256 * 1024
MOST_PARTS_BYTES = 64 * 1024
MOST_VOCABULARY_BYTES = 64 * 1024
MOST_TITLE_BYTES = 4 * 1024
MOST_DESCRIPTION_BYTES = 64 * 1024
MOST_LABELS_BYTES = 16 * 1024
MOST_WORD = 64
"""Longer words are base64 or the like."""
_IDENTIFIER = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a notebook."""

    cell_id: str
    kind: str
    """``code``, ``markdown`` or ``raw``."""
    source: str


@dataclass(frozen=True, slots=True)
class Popularity:
    """What people make of a notebook."""

    views: int = 0
    stars: int = 0
    health: float | None = None
    """From 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """What there is to be found of a notebook."""

    notebook_id: int
    title: str
    description: str = ""
    language: str | None = None
    tags: Sequence[str] = ()
    packages: Sequence[str] = ()
    people: Sequence[str] = ()
    """Names of the owner, the creator and the updater, each as it is written."""
    cells: Sequence[Cell] = ()
    popularity: Popularity = field(default_factory=Popularity)
    version: int = VERSION
    """By which rules its cells were read; 0 where they were not."""


def cells_of(notebook: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a notebook; one that has no ID is known by its place."""
    found = []
    for place, cell in enumerate(notebook.get("cells") or ()):
        source = cell.get("source") or ""
        text = source if isinstance(source, str) else "".join(map(str, source))
        found.append(Cell(str(cell.get("id") or place), str(cell.get("cell_type")), text))
    return found


def row_of(document: Document) -> SearchDocument:
    """Return what the database keeps of a document."""
    source, cells = _laid_out(document.cells)
    title = cut(storable(document.title), MOST_TITLE_BYTES)
    description = cut(storable(document.description), MOST_DESCRIPTION_BYTES)
    labels = " ".join([*document.tags, document.language or "", *document.packages])
    return SearchDocument(
        notebook_id=document.notebook_id,
        version=document.version,
        boost=boost_of(document.popularity),
        title=_with_parts(title),
        description=_with_parts(description),
        labels=cut(_with_parts(storable(labels)), MOST_LABELS_BYTES),
        people=cut(_with_parts(storable(" ".join(document.people))), MOST_LABELS_BYTES),
        parts=joined(extra_words(source), MOST_PARTS_BYTES),
        source=source,
        vocabulary=joined(
            dict.fromkeys(_vocabulary(title, labels, description, source)), MOST_VOCABULARY_BYTES
        ),
        cells=json.dumps(cells, separators=(",", ":"), ensure_ascii=False),
    )


def cells_in(row: SearchDocument) -> list[Cell]:
    """Return the cells that a row was made of; what it has not is not among them."""
    places: list[tuple[int, str, str]] = json.loads(row.cells)
    ends = [begin - 1 for begin, _, _ in places[1:]] + [len(row.source)]
    return [
        Cell(cell_id, kind, row.source[begin:end])
        for (begin, cell_id, kind), end in zip(places, ends, strict=True)
    ]


def boost_of(popularity: Popularity) -> float:
    """Return what to multiply a rank with: at most about a third more for what people like."""
    views = min(math.log10(1 + max(popularity.views, 0)) / 4, 1.0)
    stars = min(math.log10(1 + max(popularity.stars, 0)) / 2, 1.0)
    health = 0.0 if popularity.health is None else popularity.health - 0.5
    return round(1 + 0.1 * views + 0.15 * stars + 0.1 * health, 4)


def cut(text: str, most_bytes: int) -> str:
    """Return as much of a text as has so many bytes."""
    if len(text) * 4 <= most_bytes:
        return text
    return text.encode()[:most_bytes].decode(errors="ignore")


def joined(words: Iterable[str], most_bytes: int) -> str:
    """Return words separated by spaces, up to so many bytes."""
    found, size = [], 0
    for word in words:
        size += len(word.encode()) + 1
        if size > most_bytes:
            break
        found.append(word)
    return " ".join(found)


def _with_parts(text: str) -> str:
    extra = " ".join(extra_words(text))
    return f"{text} {extra}" if extra else text


def _laid_out(cells: Sequence[Cell]) -> tuple[str, list[tuple[int, str, str]]]:
    """Return the cells as one text, and where in it each begins."""
    texts: list[str] = []
    places: list[tuple[int, str, str]] = []
    letters = room = 0
    for cell in cells:
        if room >= MOST_SOURCE_BYTES:
            break
        text = cut(storable(cell.source), MOST_SOURCE_BYTES - room)
        if not text.strip():
            continue
        places.append((letters, cell.cell_id[:MOST_WORD], cell.kind))
        texts.append(text)
        letters += len(text) + 1
        room += len(text.encode()) + 1
    return "\n".join(texts), places


def _vocabulary(*texts: str) -> Iterator[str]:
    """Yield the words of texts, with the underscores in them."""
    for text in texts:
        for found in _IDENTIFIER.finditer(text):
            if 3 <= len(found[0]) <= MOST_WORD:
                yield found[0].lower()
