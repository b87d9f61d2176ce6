"""Who edited documents that several people share, since each was saved last, and what of them.

Knows: names and paths.  Must not know: how documents are shared, who saves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from ..authors import joint
from ..keys.api_paths import normal_path


class Edits(NamedTuple):
    """What is known of the edits of a document since it was saved."""

    authors: str = ""
    """Who made them, in one text; "" where nobody is known to have made any."""
    spare_content: bool = False
    """Is it known that none of them touched a cell, or the text?"""


class SharedDocument:
    """One document, and who edited it since it was saved."""

    def __init__(self, path: Callable[[], str | None]) -> None:
        """*path*: where it is saved now; None where that is not known."""
        self._path = path
        self._last_edits: dict[str, int] = {}  # by author
        self._last_of_content = 0

    def is_at(self, path: str) -> bool:
        """Is it saved at the API path *path*?"""
        own = self._path()
        return own is not None and normal_path(own) == path

    @property
    def edits(self) -> Edits:
        """What was done to it; the first who edited it is named first."""
        return Edits(joint(self._last_edits), spare_content=not self._last_of_content)

    def note_edit(self, author: str, number: int, *, of_metadata: bool) -> None:
        """Note that *author* edited it; *number* is larger for each later edit."""
        self._last_edits[author] = number
        if not of_metadata:
            self._last_of_content = number

    def note_saved(self, number: int) -> None:
        """Forget whoever has not edited it after the edit *number*."""
        self._last_edits = {
            author: last for author, last in self._last_edits.items() if last > number
        }
        if self._last_of_content <= number:
            self._last_of_content = 0


class SharedDocuments:
    """The documents that are open now, each in a room of its own."""

    def __init__(self) -> None:
        self._rooms: dict[str, SharedDocument] = {}
        self._numbers = count(1)
        self._last = 0

    def __len__(self) -> int:
        return len(self._rooms)

    def open(self, room: str, path: Callable[[], str | None]) -> None:
        """Note that a document is shared in *room*, which is saved at what *path* returns."""
        self._rooms[room] = SharedDocument(path)

    def close(self, room: str) -> None:
        """Note that *room* is empty."""
        self._rooms.pop(room, None)

    def note_edit(self, room: str, author: str, *, of_metadata: bool = False) -> None:
        """Note that *author* edited the document in *room* just now, or only its metadata."""
        if document := self._rooms.get(room):
            self._last = next(self._numbers)
            document.note_edit(author, self._last, of_metadata=of_metadata)

    @contextmanager
    def saving(self, path: str) -> Iterator[Edits]:
        """Yield what is known of the edits of the document at *path* since it was saved.

        When the block ends well the document counts as saved with what it was at the beginning.
        """
        documents = [each for each in self._rooms.values() if each.is_at(path)]
        until = self._last
        edits = [document.edits for document in documents]
        yield Edits(
            joint(each.authors for each in edits),
            spare_content=bool(edits) and all(each.spare_content for each in edits),
        )
        for document in documents:
            document.note_saved(until)
