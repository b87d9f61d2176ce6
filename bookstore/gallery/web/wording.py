"""How pages say things: days, languages, and the beginning of a text.

Knows: values.  Must not know: HTML, HTTP.
"""

from __future__ import annotations

import re
from datetime import datetime

MOST_EXCERPT = 220
_MARKUP = re.compile(
    r"!?\[([^\]\n]*)\]\([^)\n]*\)|<[^>\n]*>|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|^\W{1,6}\s"
)
_LANGUAGES = {"c++": "C++", "r": "R", "sql": "SQL", "javascript": "JavaScript"}


def day(moment: datetime) -> str:
    """Return ``5 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def language(name: str) -> str:
    """Return a programming language as people write it."""
    return _LANGUAGES.get(name, name[:1].upper() + name[1:])


def excerpt(markdown: str) -> str:
    """Return the beginning of a text in Markdown as plain text, which is still to be escaped."""
    lines = (_MARKUP.sub(r"\1", line.strip()) for line in markdown[: 4 * MOST_EXCERPT].splitlines())
    text = " ".join(" ".join(lines).split())
    return text if len(text) <= MOST_EXCERPT else f"{text[:MOST_EXCERPT].rstrip()}…"
