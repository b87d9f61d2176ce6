"""Words made of others: the beginning of a text in Markdown, a title of a file's name.

Knows: texts.  Must not know: HTML, HTTP.
"""

from __future__ import annotations

import re

MOST_EXCERPT = 220
MOST_READ = 2000
_PARAGRAPH_END = re.compile(r"\n\s*\n")
_MARKS = re.compile(r"[*`~]+|!?\[(?=[^\]\n]*\]\()|\]\([^)\s]*\)?|<[^>\n]{1,200}>")
_LINE_MARKS = re.compile(r"^\s*(?:#{1,6}|>+|[-+]|\d{1,3}[.)])\s+", re.MULTILINE)


def unmarked(markdown: str) -> str:
    """Return a piece of Markdown without most of its marks: plain text, still to be escaped."""
    return _MARKS.sub("", markdown)


def excerpt(markdown: str) -> str:
    """Return the first paragraph of a text in Markdown as plain text, still to be escaped."""
    first = _PARAGRAPH_END.split(markdown[:MOST_READ].strip(), maxsplit=1)[0]
    text = " ".join(unmarked(_LINE_MARKS.sub("", first)).split())
    return text if len(text) <= MOST_EXCERPT else f"{text[:MOST_EXCERPT].rstrip()}…"


def title_of(stem: str) -> str:
    """Return the name of a file, without its ending, as a title."""
    return stem.replace("_", " ").replace("-", " ").strip()
