"""From letters to tokens: parentheses, operators, signs, words, quoted words and fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ..words import has_words
from .errors import QueryNotUnderstood
from .tree import FIELDS, OTHER_NAMES

QUOTES = {'"': '"', "\N{LEFT DOUBLE QUOTATION MARK}": '"\N{RIGHT DOUBLE QUOTATION MARK}'}
"""What begins a quotation, and what may end it: word processors turn quotes."""
OPERATORS = ("AND", "OR", "NOT")
_FIELD = re.compile(r"([^\W\d_][\w-]*):(?=[^\s:/])")
"""``name:`` before a value; ``std::vector`` and ``https://`` are words."""
_EMPTY_FIELD = re.compile(r"([^\W\d_]\w*):(?=\s|$)")
_WORD = re.compile(r"[^\s()\"\N{LEFT DOUBLE QUOTATION MARK}]+")
_SPACE = re.compile(r"\s+")


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    WORD = auto()
    QUOTED = auto()
    FIELD = auto()
    """A field's name; its value is the next token, a word or quoted."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query, and where it is."""

    kind: Kind
    text: str
    position: int


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query.  Marks that stand alone, as in ``a + b``, are left out.

    Raises :class:`~.errors.QueryNotUnderstood`.
    """
    at = 0
    while at < len(query):
        letter = query[at]
        if space := _SPACE.match(query, at):
            at = space.end()
        elif letter in "()":
            yield Token(Kind.OPEN if letter == "(" else Kind.CLOSE, letter, at)
            at += 1
        elif letter in QUOTES:
            token, at = _quoted(query, at)
            yield token
        elif letter == "-" and at + 1 < len(query) and _begins_something(query[at + 1]):
            yield Token(Kind.NOT, letter, at)
            at += 1
        elif field := _FIELD.match(query, at):
            yield Token(Kind.FIELD, field[1], at)
            at = field.end()
            value, at = _value(query, at, field[1])
            yield value
        else:
            found = _WORD.match(query, at)
            assert found  # noqa: S101 - what else a letter can be stands above
            yield from _word(query, found[0], at)
            at = found.end()


def _begins_something(letter: str) -> bool:
    return letter in "(*" or letter in QUOTES or has_words(letter) or letter == "_"


def _word(query: str, text: str, at: int) -> Iterator[Token]:
    if text in OPERATORS:
        yield Token(Kind[text], text, at)
        return
    if (empty := _EMPTY_FIELD.match(query, at)) and empty[1].lower() in {*FIELDS, *OTHER_NAMES}:
        raise QueryNotUnderstood(f"{empty[0]} has no value.", at)
    if has_words(text):
        yield Token(Kind.WORD, text, at)


def _value(query: str, at: int, field: str) -> tuple[Token, int]:
    if query[at] in QUOTES:
        return _quoted(query, at)
    found = _WORD.match(query, at)
    if found is None:
        raise QueryNotUnderstood(
            f"{field}: has no value.", at, hint=f'Write {field}:word, or {field}:"two words".'
        )
    return Token(Kind.WORD, found[0], at), found.end()


def _quoted(query: str, begin: int) -> tuple[Token, int]:
    ends, at, letters = QUOTES[query[begin]], begin + 1, []
    while at < len(query):
        if query[at] == "\\" and query[at + 1 : at + 2] in ("\\", '"'):
            letters.append(query[at + 1])
            at += 2
        elif query[at] in ends:
            return Token(Kind.QUOTED, "".join(letters), begin), at + 1
        else:
            letters.append(query[at])
            at += 1
    raise QueryNotUnderstood(
        "the quotation that begins here does not end.", begin, hint='Add a " at its end.'
    )
