"""How pages say things: days, languages, and where a cell is.

Knows: values.  Must not know: HTML, HTTP.
"""

from __future__ import annotations

from datetime import datetime

from ..rendering import FIRST_CELLS

_LANGUAGES = {"c++": "C++", "r": "R", "sql": "SQL", "javascript": "JavaScript"}


def day(moment: datetime) -> str:
    """Return ``5 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def language(name: str) -> str:
    """Return a programming language as people write it."""
    return _LANGUAGES.get(name, name[:1].upper() + name[1:])


def page_of_cell(number: str) -> int:
    """Return the first cell, from 0, of the page that has a cell, which is counted from 1."""
    return (int(number) - 1) // FIRST_CELLS * FIRST_CELLS if number.isdecimal() else 0
