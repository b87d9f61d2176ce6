"""What may be said of a notebook: nbgallery's rules for titles, tags and the rest.

Knows: texts.  Must not know: databases, who says it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice

from ..extensions import Problem

MOST_TITLE = 255
MOST_SUMMARY = 250
MOST_LABEL = 12
MOST_REASON = 500
MOST_DESCRIPTION = 100_000
MOST_TAG = 255
MOST_TAGS = 50
MOST_NAME = 255
_NOT_IN_TITLES = ":/\\"
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_LINE = re.compile("[\t\n\r\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Line ends, and what turns around the direction of the text that follows, on whatever page."""
_NOT_IN_TAGS = re.compile(r"[^a-z0-9-]+")
_SHOWN = 80


def title_problems(title: str) -> Iterator[Problem]:
    """Yield what is wrong with a title."""
    if len(title) > MOST_TITLE:
        yield _too_long("title", title, MOST_TITLE)
    elif not is_text(title) or _NO_LINE.search(title):
        allowed = "A title is one line, without control characters and broken Unicode."
        yield Problem("title", readable(title), allowed)
    elif not any(map(_is_visible, title)):
        yield Problem("title", title, "A title is needed.")
    elif any(letter in title for letter in _NOT_IN_TITLES):
        yield Problem("title", title, "A title has no colon, slash or backslash.")


def description_problems(description: str) -> Iterator[Problem]:
    """Yield what is wrong with a description, which is Markdown."""
    if not description.strip():
        yield Problem("description", description, "A description is needed.")
    yield from text_problems("description", description, MOST_DESCRIPTION)


def text_problems(field: str, value: str, most: int) -> Iterator[Problem]:
    """Yield what is wrong with a text."""
    if len(value) > most:
        yield _too_long(field, value, most)
    elif not is_text(value):
        yield _no_text(field, value)


def is_text(value: str) -> bool:
    """Whether every database keeps *value*: no lone surrogates, no controls but line ends, tabs."""
    return _NO_TEXT.search(value) is None


def is_name(value: str) -> bool:
    """Whether something in the database may be called so: nobody looks for what cannot be."""
    return len(value) <= MOST_NAME and is_text(value)


def line_of(value: str) -> str:
    """Return *value* as one line that every database keeps."""
    return _NO_LINE.sub(" ", _NO_TEXT.sub(" ", value))


def is_id(value: int) -> bool:
    """Whether a row may have this number: no database looks for larger ones."""
    return 0 < value < 2**31


def tags_in(tags: str | Iterable[str]) -> list[str]:
    """Return tags as they are kept, each once; a text has them with commas between."""
    kept = (_NOT_IN_TAGS.sub("", tag.lower()) for tag in _several(tags))
    return [*dict.fromkeys(tag for tag in kept if tag)]


def lost_tags(tags: str | Iterable[str]) -> Iterator[Problem]:
    """Yield what is wrong with tags of which nothing would be kept."""
    lost = (tag for tag in _several(tags) if tag.strip() and not tags_in([tag]))
    for tag in islice(lost, MOST_TAGS):
        yield Problem("tags", readable(tag), "A tag is made of a to z, 0 to 9 and hyphens.")


def tag_problems(
    tags: Iterable[str], there: Iterable[str], restricted: Iterable[str], *, is_administrator: bool
) -> Iterator[Problem]:
    """Yield what is wrong with tags, which are as they are kept; *there* are those it has."""
    tags, there = [*tags], {*there}
    if len(tags) > MOST_TAGS:
        yield Problem("tags", f"{len(tags)} tags", f"At most {MOST_TAGS} tags are allowed.")
    for tag in tags[:MOST_TAGS]:
        if len(tag) > MOST_TAG:
            yield _too_long("tags", tag, MOST_TAG)
    for tag in restricted:
        if (tag in tags) != (tag in there) and not is_administrator:
            yield Problem("tags", tag, f"Only administrators give and take the tag {tag}.")


def readable(value: str) -> str:
    """Return *value* as a page may say it: short, and without what is no text."""
    start = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", start)


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] not in "ZC"


def _several(tags: str | Iterable[str]) -> Iterable[str]:
    return tags.split(",") if isinstance(tags, str) else tags


def _too_long(field: str, value: str, most: int) -> Problem:
    return Problem(
        field, readable(value), f"At most {most} letters are allowed; it has {len(value)}."
    )


def _no_text(field: str, value: str) -> Problem:
    return Problem(field, readable(value), "Control characters and broken Unicode are not allowed.")
