"""Who made a version: one name, or several in one text that everybody can read.

``ada, bob`` is what stores, the API and people see, so what reads one name reads several.
``ada/claude`` is a program that acted for ada.

Knows: strings.  Must not know: who anybody is.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from urllib.parse import quote

_BETWEEN = ", "
_OTHERS = "and others"
MOST_CHARACTERS = 1200
"""Encoded, as what stores keep beside a version: they keep little, and all of it or nothing."""


def joint(authors: Iterable[str]) -> str:
    """Return the text that names everybody whom *authors* name, each once, in their order.

    Of a great many it names the first, "and others".
    """
    names = [*dict.fromkeys(name for author in authors for name in names_in(author))]
    lengths = accumulate(len(quote(f"{name}{_BETWEEN}")) for name in names)
    named = [name for name, length in zip(names, lengths, strict=True) if length < MOST_CHARACTERS]
    return _BETWEEN.join(named if named == names else [*(named or names[:1]), _OTHERS])


def actor(person: str, agent: str) -> str:
    """Return the name of *agent*, a program, that acts for *person*; without one, the person's."""
    return f"{person}/{agent}" if agent else person


def names_in(author: str) -> list[str]:
    """Return the names in what :func:`joint` made."""
    return [name for name in author.split(_BETWEEN) if name]


def includes(author: str, others: str) -> bool:
    """Does *author* name everybody whom *others* names?"""
    return set(names_in(others)) <= set(names_in(author))
