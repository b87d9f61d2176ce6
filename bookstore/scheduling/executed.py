"""What papermill says, in a notebook that it writes, of how far its run is.

papermill (2.7) writes the notebook when the run begins, around each cell, when it has ended, and
then once more: with marks where a cell failed.  Where an exception that is no cell's ends the run,
a kernel's death or Ctrl+C, that last time is missing.  Source: ``papermill.engines`` and
``papermill.execute``.

Knows: papermill's metadata.  Must not know: papermill, stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidNotebook
from ..notebooks import strict_json

MARK = "papermill-error-cell-tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """A notebook that papermill wrote."""

    input_path: str
    """What was executed, as it was asked for."""
    started: str
    """When; "" where it was only prepared, not executed."""
    has_ended: bool
    error: str
    """What the cell that failed says; "" where none did."""
    last_begun: int
    """The number of the cell that was executed last, from 1; 0 where none was."""

    @classmethod
    def of(cls, body: bytes) -> Executed:
        """Return what *body* says; raises :class:`~bookstore.errors.InvalidNotebook`."""
        try:
            notebook = strict_json.loads(body)
            cells = notebook["cells"]
            told = notebook["metadata"].get("papermill") or {}
            return cls(
                input_path=str(told.get("input_path") or ""),
                started=str(told.get("start_time") or ""),
                has_ended=bool(told.get("end_time")),
                error=_error(cells) if any(_is_mark(cell) for cell in cells) else "",
                last_begun=max((n for n, cell in _numbered(cells) if _has_begun(cell)), default=0),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidNotebook("What papermill wrote is no notebook.") from error


def in_words(name: str, value: str, *, cell: int) -> str:
    """Return what an error says, and in which cell it was."""
    told = [f"Cell {cell}"] if cell else []
    return ": ".join([*told, name, *filter(None, [value.strip()])])


def _numbered(cells: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    return enumerate((cell for cell in cells if not _is_mark(cell)), start=1)


def _is_mark(cell: dict[str, Any]) -> bool:
    return MARK in cell.get("metadata", {}).get("tags", [])


def _has_begun(cell: dict[str, Any]) -> bool:
    return bool((cell.get("metadata", {}).get("papermill") or {}).get("start_time"))


def _error(cells: list[dict[str, Any]]) -> str:
    for number, cell in _numbered(cells):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                name, value = str(output.get("ename")), str(output.get("evalue"))
                return in_words(name, value, cell=number)
    return "A cell failed."
