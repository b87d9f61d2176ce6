"""What comes of rendering, and what may be asked of it.

Knows: values.  Must not know: how they are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a notebook is shown."""

    outputs: bool = True
    """Are the cells' outputs shown at all?"""
    remote_images: bool = False
    """Are images loaded from other servers, over https?  Otherwise they are links."""
    careful: bool = False
    """Show texts as they are written: what is tried when anything more took too long."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One line of the table of contents."""

    level: int
    text: str
    anchor: str
    """The id of the heading's element, where its cell is shown."""
    cell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Some of a notebook's cells as HTML that is safe on a page of the gallery."""

    html: str
    start: int
    """The index of the first cell that is shown."""
    stop: int
    """The index behind the last one."""
    cells: int
    """How many the notebook has."""
    language: str = ""
    outline: tuple[Heading, ...] = ()
    """The headings of the whole notebook, not only of these cells."""
    notes: tuple[str, ...] = ()
    """What a reader should know, in sentences: what could not be shown and why."""
    careful: bool = False
    """Is everything shown as it is written, since anything more took too long?"""

    @property
    def has_more(self) -> bool:
        """Are there cells behind these?"""
        return self.stop < self.cells
