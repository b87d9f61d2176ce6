"""What there is of a notebook: its versions, newest first, read, named, and found when deleted.

Here live the rules of history over any store and the outbox.  What must not come here: HTTP,
Jupyter, settings, and anything that changes a version.
"""

from __future__ import annotations

from .cell_index import Changed, Wanted
from .cell_past import AtVersion, blamed, changes_of
from .entries import PENDING, DeletedNotebook, DeletedPage, Entry, Page, Read
from .history import History
from .labels import Label, Labels
from .searching import Found, InHistory

__all__ = [
    "PENDING",
    "AtVersion",
    "Changed",
    "DeletedNotebook",
    "DeletedPage",
    "Entry",
    "Found",
    "History",
    "InHistory",
    "Label",
    "Labels",
    "Page",
    "Read",
    "Wanted",
    "blamed",
    "changes_of",
]
