"""What the catalogue tells a search index: in the session that changes a notebook.

An index in the database is written in the transaction of the change.  One elsewhere does nothing
here, and follows the rows of :class:`~..database.models.Change`, which are written as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session


class CellText(NamedTuple):
    """What is written in a cell."""

    type: str
    """``code``, ``markdown`` or ``raw``."""
    source: str


@dataclass(frozen=True)
class Content:
    """What can be found in a notebook, beside what the database says of it."""

    cells: tuple[CellText, ...]
    packages: Sequence[str]


class Indexes(Protocol):
    """Where notebooks are found by their words."""

    def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
        """Let a notebook be found as its rows, which are flushed, say; None: the cells stay."""
        ...

    def remove(self, session: Session, notebook_id: int) -> None:
        """Let a notebook be found no more."""
        ...


class NoIndexes:
    """A gallery in which nothing is searched."""

    def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
        """Do nothing."""

    def remove(self, session: Session, notebook_id: int) -> None:
        """Do nothing."""
