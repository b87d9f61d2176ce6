"""From a tree to what an engine is asked: expressions of words, which all engines have alike.

Pure.  What is not words (labels, times, letters inside of words) is left for SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .language import And, Match, Node, Not, Or, Text
from .values import Tier
from .words import completions_of, forms_of, words_of

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about an and are as at be by can could did do does for from had has have how i in into "
        "is it its me my of on or our should than that the their then there these this those to "
        "was we were what when where which who why will with would you your ",
    )
)
"""Words that English sentences are made with: who asks a question may mean the others only."""
MOST_BUT_ONE = 5
"""Of more words than these it is not looked for all but one: that takes each of them each time."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other."""

    words: tuple[str, ...]
    field: str | None = None
    goes_on: bool = False
    """Whether the last word is only the beginning of one."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these."""

    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any of these."""

    of: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What has one thing and not another."""

    what: Expression
    without: Expression


Expression: TypeAlias = "Term | AllOf | AnyOf | Without"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be found by words, tier by tier, and what by other means."""

    tiers: list[tuple[Tier, Expression]]
    """No notebook is in two of them; none where there are no words to rank by."""
    rest: list[Node]
    """What has to hold besides."""


def plan_of(tree: Node | None) -> Plan:
    """Return how to look for what a tree says."""
    nodes: list[Node] = [] if tree is None else [*tree.nodes] if isinstance(tree, And) else [tree]
    wanted = {at: found for at, node in enumerate(nodes) if (found := as_words(node)) is not None}
    if not wanted:
        return Plan([], nodes)
    free = [at for at in wanted if _is_free(nodes[at])]
    unwanted = {
        at: found
        for at, node in enumerate(nodes)
        if isinstance(node, Not) and (found := as_words(node.node)) is not None
    }
    required = [found for at, found in wanted.items() if at not in free]
    rest = [node for at, node in enumerate(nodes) if at not in wanted and at not in unwanted]

    def complete(expressions: list[Expression]) -> Expression:
        found = all_of([*expressions, *required])
        return Without(found, any_of([*unwanted.values()])) if unwanted else found

    every = [wanted[at] for at in free]
    if len(free) < 2:
        return Plan([(Tier.ALL, complete(every))], rest)
    texts = [node for at in free if isinstance(node := nodes[at], Text)]
    tiers = _tiers(every, texts)
    return Plan([(tier, complete([expression])) for tier, expression in tiers], rest)


def _tiers(every: list[Expression], texts: list[Text]) -> Iterator[tuple[Tier, Expression]]:
    """Yield how words may be found, each way without what the way before it finds."""
    known = _phrase(texts)
    yield Tier.PHRASE, known
    pairs = zip(every, texts, strict=True)
    telling = [each for each, text in pairs if text.text.lower() not in FUNCTION_WORDS] or every
    ways = [(Tier.ALL, all_of(every))]
    if len(telling) < len(every):
        ways.append((Tier.MOST, all_of(telling)))
    if 3 <= len(telling) <= MOST_BUT_ONE:
        ways.append((Tier.MOST, _all_but_one(telling)))
    if len(telling) > 1:
        ways.append((Tier.SOME, any_of(telling)))
    for tier, way in ways:
        if tier is not Tier.SOME:
            in_title = in_field(way, "title")
            yield tier, Without(in_title, known)
            known = any_of([known, in_title])
        yield tier, Without(way, known)
        known = way


def _all_but_one(expressions: list[Expression]) -> Expression:
    """Return what at most one of these is not; each of them counts as often as the others."""
    places = range(len(expressions))
    return any_of([all_of(expressions[:at] + expressions[at + 1 :]) for at in places])


def as_words(node: Node) -> Expression | None:
    """Return a node as an expression of words; None where it takes more, or is all but some."""
    if isinstance(node, Text):
        return None if node.match is Match.PART else term_of(node)
    if isinstance(node, Or):
        found = [as_words(each) for each in node.nodes]
        known = [each for each in found if each is not None]
        return any_of(known) if len(known) == len(found) else None
    if isinstance(node, And):
        wanted = [as_words(each) for each in node.nodes if not isinstance(each, Not)]
        unwanted = [as_words(each.node) for each in node.nodes if isinstance(each, Not)]
        if not wanted or None in wanted or None in unwanted:
            return None
        what = all_of([each for each in wanted if each is not None])
        if not unwanted:
            return what
        return Without(what, any_of([each for each in unwanted if each is not None]))
    return None


def term_of(text: Text) -> Expression:
    """Return the ways in which a text may stand in a notebook."""
    goes_on = text.match is Match.BEGIN
    found: list[Expression] = [Term(form, text.field, goes_on) for form in forms_of(text.text)]
    if goes_on and len(words := words_of(text.text)) == 1:
        found.extend(Term((word,), text.field) for word in completions_of(words[0]))
    elif any(_is_single(form) for form in forms_of(text.text)):
        # A single letter of CJK is in no pair by itself, but begins one.
        found.extend(
            Term(form, text.field, True) for form in forms_of(text.text) if _is_single(form)
        )
    return any_of(found)


def positive(expression: Expression) -> list[Term]:
    """Return the words that are looked for."""
    if isinstance(expression, Term):
        return [expression]
    if isinstance(expression, Without):
        return positive(expression.what)
    return [term for each in expression.of for term in positive(each)]


def in_field(expression: Expression, field: str) -> Expression:
    """Return an expression with all its words in one field."""
    if isinstance(expression, Term):
        return Term(expression.words, field, expression.goes_on)
    if isinstance(expression, Without):
        return Without(in_field(expression.what, field), in_field(expression.without, field))
    return type(expression)(tuple(in_field(each, field) for each in expression.of))


def all_of(expressions: list[Expression]) -> Expression:
    """Return what all of these are."""
    return expressions[0] if len(expressions) == 1 else AllOf(tuple(expressions))


def any_of(expressions: list[Expression]) -> Expression:
    """Return what any of these is."""
    return expressions[0] if len(expressions) == 1 else AnyOf(tuple(expressions))


def _is_free(node: Node) -> bool:
    return isinstance(node, Text) and node.match is Match.WHOLE and node.field is None


def _is_single(form: tuple[str, ...]) -> bool:
    return len(form) == 1 and len(form[0]) == 1 and not form[0].isascii()


def _phrase(texts: list[Text]) -> Expression:
    return Term(tuple(word for text in texts for word in forms_of(text.text)[0]))
