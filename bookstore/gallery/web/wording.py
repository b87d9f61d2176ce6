"""How pages say things: days, languages, and the beginning of a text.

Knows: values.  Must not know: HTML, HTTP.
"""

from __future__ import annotations

import re
from datetime import datetime

from ..rendering import FIRST_CELLS

MOST_EXCERPT = 220
MOST_READ = 2000
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_MARKS = re.compile(r"[*`~]+|!?\[(?=[^\]\n]*\]\()|\]\([^)\s]*\)?|<[^>\n]{1,200}>")
_LINE_MARKS = re.compile(r"^\s*(?:#{1,6}|>+|[-+]|\d{1,3}[.)])\s+", re.MULTILINE)
_LANGUAGES = {"c++": "C++", "r": "R", "sql": "SQL", "javascript": "JavaScript"}


def day(moment: datetime) -> str:
    """Return ``5 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def language(name: str) -> str:
    """Return a programming language as people write it."""
    return _LANGUAGES.get(name, name[:1].upper() + name[1:])


def unmarked(markdown: str) -> str:
    """Return a piece of Markdown without most of its marks: plain text, still to be escaped."""
    return _MARKS.sub("", markdown)


def excerpt(markdown: str) -> str:
    """Return the first paragraph of a text in Markdown as plain text, still to be escaped."""
    first = _PARAGRAPH_END.split(markdown[:MOST_READ].strip(), maxsplit=1)[0]
    text = " ".join(unmarked(_LINE_MARKS.sub("", first)).split())
    return text if len(text) <= MOST_EXCERPT else f"{text[:MOST_EXCERPT].rstrip()}…"


def page_of_cell(number: str) -> int:
    """Return the first cell, from 0, of the page that has a cell, which is counted from 1."""
    return (int(number) - 1) // FIRST_CELLS * FIRST_CELLS if number.isdecimal() else 0
