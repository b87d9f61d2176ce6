"""Is it a valid notebook?  Answered in bounded time and memory, whatever somebody put into it.

nbformat finds out quickly whether a notebook is valid.  What is wrong it finds with a second
library, which keeps a dozen errors for each part of a bad cell: a few megabytes made for that
take hours and all memory.  So only small notebooks are explained with it.

Knows: nbformat's schemas.  Must not know: bytes, contents models.
"""

from __future__ import annotations

import re
from typing import Any

import nbformat
from nbformat.corpus.words import generate_corpus_id
from nbformat.validator import get_validator, iter_validate

from .errors import InvalidNotebook

EXPLAINED_PARTS = 2_000
"""Objects, lists and values of a notebook that is small."""
_PART_CHARACTERS = 1_000
"""So much text counts as one more part."""
_WORDS_AT_MOST = 300
_FIRST_WITH_IDS = (4, 5)
MALFORMED = (AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What nbformat raises on JSON that is not shaped like a notebook, beside its ValidationError."""


def check_valid(notebook: dict[str, Any], major: int) -> None:
    """Raise :class:`~bookstore.errors.InvalidNotebook`, in words, for a notebook of format *major*
    that is not valid.

    What is not even shaped like one may raise one of :data:`MALFORMED`, too.
    """
    minor = _minor_of(notebook, major)
    try:
        get_validator(major, minor).validate(notebook)
    except nbformat.ValidationError as error:
        better = _better(notebook, major, minor) if is_small(notebook) else None
        words = words_of(better or error)
        raise InvalidNotebook(f"The notebook is not valid: {words}") from error


def give_ids(notebook: dict[str, Any]) -> None:
    """Give an id to each cell that needs one and has none, or has that of another."""
    if (notebook["nbformat"], _minor_of(notebook, 4)) < _FIRST_WITH_IDS:
        return
    seen: set[str] = set()
    for cell in notebook["cells"]:
        while "id" not in cell or cell["id"] in seen:
            cell["id"] = generate_corpus_id()
        seen.add(cell["id"])


def is_small(value: Any, *, most: int = EXPLAINED_PARTS) -> bool:
    """Has the JSON *value* at most so many parts?"""
    left, parts = [value], most
    while left:
        part = left.pop()
        parts -= 1
        if isinstance(part, str):
            parts -= len(part) // _PART_CHARACTERS
        elif isinstance(part, dict | list):
            parts -= len(part)  # before they are looked at: there may be millions
            if parts >= 0:
                left += part.values() if isinstance(part, dict) else part
        if parts < 0:
            return False
    return True


def words_of(error: nbformat.ValidationError) -> str:
    """Return what *error* says, and where in the notebook."""
    place = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path
    ).lstrip(".")
    message = shortened(
        re.sub(r"^data( |\.)", lambda m: "it " if m[1] == " " else "", error.message)
    )
    return shortened(f"{place}: {message}") if place else message


def shortened(text: str) -> str:
    """Return *text* as a message may hold it."""
    return text if len(text) <= _WORDS_AT_MOST else f"{text[:_WORDS_AT_MOST]}…"


def _better(notebook: dict[str, Any], major: int, minor: int) -> nbformat.ValidationError | None:
    try:
        return next(iter_validate(notebook, version=major, version_minor=minor), None)
    except MALFORMED:
        return None


def _minor_of(notebook: dict[str, Any], major: int) -> int:
    """Return the minor format to judge *notebook* by; what is none of ours is judged all the same.

    All formats of the future are one: nbformat keeps a validator for each that it ever met.
    """
    minor = notebook.get("nbformat_minor")
    if type(minor) is not int or major < 4:
        return 0
    return max(0, min(minor, nbformat.v4.nbformat_minor + 1))
