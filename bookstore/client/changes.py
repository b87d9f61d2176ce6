"""What a version changed, in numbers and in words.

Knows: the JSON of bookstore's routes.  Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a version changed from the one before; each cell counts once.

    As a text it is a line: ``2 cells edited, 1 added · model.fit(X_train)``.
    """

    cells_added: int = 0
    cells_removed: int = 0
    cells_changed: int = 0
    """Cells whose source changed."""
    outputs_changed: int = 0
    """Cells with the same source that show something else."""
    cells_moved: int = 0
    metadata_changed: bool = False
    """No cell says or shows anything else, and still it is not the same."""
    excerpt: str = ""
    """The first line that changed; "" for those who may not read the notebook."""

    cells: tuple[str, ...] = ()
    """IDs of cells that were edited or added."""

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Changed:
        """Return what *facts* tell; fields of later releases are passed over."""
        known = {name: facts[name] for name in cls.__slots__ if name in facts}
        return cls(**{**known, "cells": tuple(known.get("cells", ()))})

    def __str__(self) -> str:
        said = self.in_words()
        return f"{said} · {self.excerpt}" if self.excerpt else said

    def in_words(self) -> str:
        """Return the numbers as words: ``2 cells edited, 1 added``."""
        counted = [
            (self.cells_changed, "edited"),
            (self.cells_added, "added"),
            (self.cells_removed, "removed"),
            (self.cells_moved, "moved"),
        ]
        said = [(number, what) for number, what in counted if number]
        if not said:
            if self.outputs_changed:
                return "outputs only"
            return "metadata only" if self.metadata_changed else "nothing changed"
        [(first, what), *others] = said
        cells = f"{first} {'cell' if first == 1 else 'cells'} {what}"
        return ", ".join([cells, *(f"{number} {what}" for number, what in others)])
