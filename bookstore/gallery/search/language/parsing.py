"""From tokens to a tree; whatever cannot be read is refused in words."""

from __future__ import annotations

from datetime import datetime

from ..words import has_words, letters_of, storable
from .dates import HOW, bounds
from .errors import QueryNotUnderstood
from .lexing import Kind, Token, tokens
from .tree import (
    FIELDS,
    FLAG_FIELDS,
    LABEL_FIELDS,
    OTHER_NAMES,
    TIME_FIELDS,
    Flag,
    Label,
    Match,
    Node,
    Text,
    When,
    all_of,
    any_of,
    opposite,
)

MOST_LETTERS = 1000
MOST_LEAVES = 40
MOST_DEPTH = 20
LEAST_OF_PREFIX = 2
LEAST_OF_PART = 3
"""An index of substrings has every three letters, and nothing for fewer."""
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - only whether a time can be read is asked
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def parse(query: str) -> Node | None:
    """Return the tree of a query; None where there is nothing to look for.

    Words next to each other are all looked for; AND binds closer than OR.  Raises
    :class:`~.errors.QueryNotUnderstood`, and nothing else whatever the text is.
    """
    if len(query) > MOST_LETTERS:
        raise QueryNotUnderstood(
            f"the query has {len(query)} letters, and may have {MOST_LETTERS}.", MOST_LETTERS
        )
    return _Parser(storable(query)).whole()


class _Parser:
    def __init__(self, query: str) -> None:
        self.tokens = [*tokens(query)]
        self.at = 0
        self.end = len(query)
        self.count = 0
        self.depth = 0

    def whole(self) -> Node | None:
        tree = self.alternatives()
        if self.at < len(self.tokens):
            raise QueryNotUnderstood("no parenthesis is open that ) would close.", self.position)
        return tree

    @property
    def kind(self) -> Kind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    @property
    def position(self) -> int:
        return self.tokens[self.at].position if self.at < len(self.tokens) else self.end

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def alternatives(self) -> Node | None:
        first = self.conjunction()
        found = [first]
        while self.kind is Kind.OR:
            operator = self.take()
            found.append(self.conjunction())
            self.check(operator, found[-2], found[-1])
        return any_of([node for node in found if node is not None]) if first else None

    def conjunction(self) -> Node | None:
        found: list[Node] = []
        while self.kind not in (None, Kind.CLOSE, Kind.OR):
            if self.kind is Kind.AND:
                operator = self.take()
                following = None if self.kind in _NO_OPERAND else self.negation()
                self.check(operator, found[-1] if found else None, following)
            else:
                following = self.negation()
            if following is not None:
                found.append(following)
        return all_of(found) if found else None

    def check(self, operator: Token, before: Node | None, after: Node | None) -> None:
        """Raise where an operator lacks one of its sides."""
        for node, side in ((before, "before"), (after, "after")):
            if node is None:
                raise QueryNotUnderstood(
                    f"there is nothing {side} {operator.text}.",
                    operator.position,
                    hint=f"To look for the word, write {operator.text.lower()}.",
                )

    def negation(self) -> Node | None:
        if self.kind is not Kind.NOT:
            return self.operand()
        operator = self.take()
        self.enter(operator)
        node = None if self.kind in _NO_OPERAND else self.negation()
        self.depth -= 1
        if node is None:
            raise QueryNotUnderstood(f"there is nothing after {operator.text}.", operator.position)
        return opposite(node)

    def operand(self) -> Node | None:
        token = self.take()
        if token.kind is Kind.OPEN:
            return self.group(token)
        self.count += 1
        if self.count > MOST_LEAVES:
            raise QueryNotUnderstood(
                f"there are more than {MOST_LEAVES} words and fields.", token.position
            )
        if token.kind is Kind.FIELD:
            return _field(token, self.take())
        return _text(token, None)

    def group(self, begin: Token) -> Node | None:
        self.enter(begin)
        node = self.alternatives()
        if self.kind is not Kind.CLOSE:
            raise QueryNotUnderstood(
                "the parenthesis that begins here does not end.", begin.position
            )
        self.take()
        self.depth -= 1
        return node

    def enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise QueryNotUnderstood(
                f"parentheses and NOT go deeper than {MOST_DEPTH}.", token.position
            )


_NO_OPERAND = (None, Kind.CLOSE, Kind.OR, Kind.AND)


def _field(name: Token, value: Token) -> Node:
    field = name.text.lower()
    field = OTHER_NAMES.get(field, field)
    if field not in FIELDS:
        raise QueryNotUnderstood(
            f"no field is called {name.text}. There are: {', '.join(FIELDS)}.",
            name.position,
            hint=f'To look for the words themselves, put them in quotes: "{name.text}:…".',
        )
    if field in FLAG_FIELDS:
        return _flag(field, value)
    if field in TIME_FIELDS:
        return _when(field, value)
    if field in LABEL_FIELDS:
        return _label(field, value)
    return _text(value, field)


def _flag(field: str, value: Token) -> Flag:
    if value.text.lower() not in _YES:
        raise QueryNotUnderstood(
            f"{field} is {value.text!r}, and has to be yes or no.", value.position
        )
    return Flag(field, _YES[value.text.lower()])


def _when(field: str, value: Token) -> When:
    text = value.text.strip().lower()
    try:
        bounds(text, _ANY_DAY)
    except (ValueError, OverflowError):
        raise QueryNotUnderstood(
            f"{field} is {value.text!r}, and has to be {HOW}.", value.position
        ) from None
    return When(field, text)


def _label(field: str, value: Token) -> Label:
    text, match = value.text.strip(), Match.WHOLE
    if value.kind is Kind.WORD and text.endswith("*"):
        text, match = text.rstrip("*"), Match.BEGIN
    if not text:
        raise QueryNotUnderstood(f"{field}: has no value.", value.position)
    return Label(field, text, match)


def _text(token: Token, field: str | None) -> Text:
    text, match = " ".join(token.text.split()), Match.WHOLE
    if token.kind is Kind.WORD:
        match = Match.PART if text.startswith("*") else Match.BEGIN if text.endswith("*") else match
        text = text.strip("*") if match is not Match.WHOLE else text
    if not has_words(text):
        raise QueryNotUnderstood(
            f"{token.text!r} has no letters and no digits to look for.", token.position
        )
    least, name = {
        Match.WHOLE: (0, ""),
        Match.BEGIN: (LEAST_OF_PREFIX, "the beginning of a word"),
        Match.PART: (LEAST_OF_PART, "a part of a word"),
    }[match]
    if letters_of(text) < least:
        raise QueryNotUnderstood(f"{name} takes at least {least} letters.", token.position)
    return Text(text, match, field)
