"""What may be said of a notebook: nbgallery's rules for titles, tags and the rest.

Knows: texts.  Must not know: databases, who says it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ..extensions import Problem

MOST_TITLE = 255
MOST_SUMMARY = 250
MOST_LABEL = 12
MOST_REASON = 500
MOST_DESCRIPTION = 100_000
MOST_TAG = 255
MOST_TAGS = 50
_NOT_IN_TITLES = ":/\\"
_NOT_IN_TAGS = re.compile(r"[^a-z0-9-]+")
_SHOWN = 80


def title_problems(title: str) -> Iterator[Problem]:
    """Yield what is wrong with a title."""
    if not title.strip():
        yield Problem("title", title, "A title is needed.")
    elif len(title) > MOST_TITLE:
        yield _too_long("title", title, MOST_TITLE)
    elif any(letter in title for letter in _NOT_IN_TITLES):
        yield Problem("title", title, "A title has no colon, slash or backslash.")
    elif "\n" in title or "\t" in title or not is_text(title):
        yield _no_text("title", title)


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
    return not any(
        unicodedata.category(letter) in ("Cs", "Cc") and letter not in "\n\r\t" for letter in value
    )


def is_id(value: int) -> bool:
    """Whether a row may have this number: no database looks for larger ones."""
    return 0 < value < 2**31


def tags_in(tags: str | Iterable[str]) -> list[str]:
    """Return tags as they are kept, each once; a text has them with commas between."""
    several = tags.split(",") if isinstance(tags, str) else tags
    kept = (_NOT_IN_TAGS.sub("", tag.strip().lower()) for tag in several)
    return [*dict.fromkeys(tag for tag in kept if tag)]


def tag_problems(
    tags: Iterable[str], there: Iterable[str], restricted: Iterable[str], *, is_administrator: bool
) -> Iterator[Problem]:
    """Yield what is wrong with tags, which are as they are kept; *there* are those it has."""
    tags, there = [*tags], {*there}
    if len(tags) > MOST_TAGS:
        yield Problem("tags", f"{len(tags)} tags", f"At most {MOST_TAGS} tags are allowed.")
    for tag in tags:
        if len(tag) > MOST_TAG:
            yield _too_long("tags", tag, MOST_TAG)
    for tag in restricted:
        if (tag in tags) != (tag in there) and not is_administrator:
            yield Problem("tags", tag, f"Only administrators give and take the tag {tag}.")


def shown(value: str) -> str:
    """Return *value* as a message may hold it."""
    printable = "".join(
        letter if is_text(letter) else "\N{REPLACEMENT CHARACTER}" for letter in value
    )
    return printable if len(printable) <= _SHOWN else f"{printable[:_SHOWN]}…"


def _too_long(field: str, value: str, most: int) -> Problem:
    return Problem(field, shown(value), f"At most {most} letters are allowed; it has {len(value)}.")


def _no_text(field: str, value: str) -> Problem:
    return Problem(field, shown(value), "Control characters and broken Unicode are not allowed.")
