"""What documents of all types can be asked.

Knows: nothing else.  Must not know: formats.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

_SHOWN = 40


class NotebookDocument(ABC):
    """A document that a gallery has."""

    @abstractmethod
    def __init__(self, s: str, notebook_type: str, **kwargs: Any) -> None:
        self.notebook_type = notebook_type

    def __str__(self) -> str:
        """Return its language and how it begins."""
        first = next(iter(self.sources()), "")
        shown = first if len(first) <= _SHOWN else f"{first[:_SHOWN]}..."
        return f"<{type(self).__name__} [{self.language()}] {shown!r}>"

    __repr__ = __str__

    @abstractmethod
    def content(self) -> str:
        """Return the document as its file would hold it."""

    @abstractmethod
    def validate(self) -> None:
        """Raise what is wrong with the document, if anything."""

    @abstractmethod
    def clean(self) -> None:
        """Take out what running it has left."""

    @abstractmethod
    def cells(self, **kwargs: Any) -> Iterable[Any]:
        """Return its cells, in the form that its type has for them."""

    @abstractmethod
    def sources(self, **kwargs: Any) -> Iterable[str]:
        """Return the text of every cell."""

    @abstractmethod
    def code_sources(self) -> Iterable[str]:
        """Return the text of the cells that are code."""

    @abstractmethod
    def doc_sources(self) -> Iterable[str]:
        """Return the text of the cells that are prose."""

    @abstractmethod
    def metadata(self) -> Any:
        """Return what the document says of itself."""

    @abstractmethod
    def language_version(self) -> tuple[str | None, str | None]:
        """Return its language and that language's version, as far as it says them."""

    def language(self) -> str | None:
        """Return its language, if it says one."""
        return self.language_version()[0]
