"""What is asked for and told: addresses, orders, queries and moments, each written in one way.

Knows: texts.  Must not know: HTTP.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import get_args

from ...errors import BadRequest
from ...words import shown
from ..catalogue import NoSuchNotebook
from ..catalogue.reading import Shelf
from ..catalogue.words import is_text
from ..rendering import Scheme
from ..search.values import Sort

MOST_LETTERS = 2000
MOST_CELL = 10**6


def address_of(uuid: str, revision_id: int | None) -> str:
    """Return how a notebook, or a revision of it, is written in a URL."""
    return uuid if revision_id is None else f"{uuid}@{revision_id}"


def revision_named(text: str | None) -> int | None:
    """Return the number of a revision; raises :class:`~..catalogue.NoSuchNotebook`."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoSuchNotebook(f"There is no revision {shown(text)}: it is known by a number.")
    return int(text)


def checked_query(q: str, field: str = "q") -> str:
    """Return *q* where it can be read; raises :class:`~bookstore.errors.BadRequest`."""
    if not is_text(q):
        raise BadRequest(f"{field} has control characters or broken Unicode: {shown(q)}.")
    if len(q) > MOST_LETTERS:
        raise BadRequest(f"{field} has {len(q)} letters; at most {MOST_LETTERS} are read.")
    return q


def sort_named(name: str, q: str) -> Sort:
    """Return the order of a name: without one the best first, or the newest without words.

    Raises :class:`~bookstore.errors.BadRequest`.
    """
    if not name:
        return Sort.RELEVANCE if q.strip() else Sort.UPDATED
    try:
        return Sort(name)
    except ValueError:
        known = ", ".join(each.value for each in Sort)
        raise BadRequest(f"sort is {shown(name)}, and has to be one of {known}.") from None


def shelf_named(name: str) -> Shelf:
    """Return the shelf of a name, without one that of everything.

    Raises :class:`~bookstore.errors.BadRequest`.
    """
    shelves: tuple[Shelf, ...] = get_args(Shelf)
    for shelf in shelves:
        if shelf == (name or "all"):
            return shelf
    raise BadRequest(f"shelf is {shown(name)}, and has to be one of {', '.join(shelves)}.")


def scheme_named(name: str) -> Scheme:
    """Return which colours are wished: ``light``, ``dark``, or without a name the browser's.

    Raises :class:`~bookstore.errors.BadRequest`.
    """
    schemes: dict[str, Scheme] = {"": "light dark", "light": "light", "dark": "dark"}
    if name not in schemes:
        raise BadRequest(f"scheme is {shown(name)}, and has to be light or dark.")
    return schemes[name]


def cell_named(text: str) -> int:
    """Return the first cell to show, from 0; whatever is no number is the first one."""
    is_number = text.isascii() and text.isdigit() and len(text) < 8
    return min(int(text), MOST_CELL) if is_number else 0


def utc(moment: datetime) -> datetime:
    """Return a moment of the database, which says no time zone, with the one that it is in."""
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment
