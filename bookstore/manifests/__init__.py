"""Versions as cells: a body cut into pieces that the versions before it had too.

It knows bytes.  What must not come here: stores, databases, files, Jupyter, settings.
"""

from __future__ import annotations

from .cells import Cell, WrittenCell, cells_of, written_cells_of
from .chain import should_be_whole
from .compression import compress, decompress
from .manifest import Manifest
from .splitting import Split, split

__all__ = [
    "Cell",
    "Manifest",
    "Split",
    "WrittenCell",
    "cells_of",
    "compress",
    "decompress",
    "should_be_whole",
    "split",
    "written_cells_of",
]
