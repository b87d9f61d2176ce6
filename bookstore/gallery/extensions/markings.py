"""Control markings: what is marked is read only by those who are cleared for it.

An extension that comes with the gallery, and an example of one: a field in the form, and a rule.
Markings are attributes of notebooks, copied into each revision; what somebody is cleared for are
their attributes ``cleared-for``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ..permissions import Facts, Level, Standing
from .hooks import Field

MARKING = "marking"
CLEARED_FOR = "cleared-for"

T = TypeVar("T")


def fields(standing: Standing) -> Iterator[Field]:
    """Yield the field, with the markings that somebody is cleared for."""
    yield Field(
        name=MARKING,
        label="Marking",
        help="Only those who are cleared for it can read the notebook, whoever it is shared with.",
        choices=tuple(sorted(standing.attributes.get(CLEARED_FOR, ()))),
    )


def permissions(level: Level, standing: Standing, facts: Facts[T]) -> T:
    """Let somebody see what is not marked or what they are cleared for, its owner as well."""
    cleared = standing.attributes.get(CLEARED_FOR, frozenset())
    return facts.any(facts.lacks(MARKING), facts.has(MARKING, cleared))
