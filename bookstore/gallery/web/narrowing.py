"""What a list, or what was found, can be narrowed by: one more word of a query each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..search.values import Facet, Facets


@dataclass(frozen=True)
class Narrowing:
    """One more word of a query, and how much it leaves."""

    value: str
    count: int
    q: str


def narrowings(
    q: str, facets: Facets | None, *, besides: Collection[str] = ()
) -> dict[str, list[Narrowing]]:
    """Return what narrows the query *q*, by what it goes by; none of *besides*, which it says."""
    if facets is None:
        return {}
    groups = {
        "Language": ("lang", facets.languages),
        "Tag": ("tag", facets.tags),
        "Owner": ("owner", facets.owners),
    }
    found = {
        title: [
            _narrowing(q, field, each) for each in values if word(field, each.value) not in besides
        ]
        for title, (field, values) in groups.items()
    }
    return {title: each for title, each in found.items() if each}


def word(field: str, value: str) -> str:
    """Return what asks for a value of a field."""
    return f"{field}:{value if value.isalnum() else _quoted(value)}"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', " ") + '"'


def _narrowing(q: str, field: str, facet: Facet) -> Narrowing:
    return Narrowing(facet.value, facet.count, f"{q} {word(field, facet.value)}".strip())
