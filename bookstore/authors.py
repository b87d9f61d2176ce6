"""Who made a version: one name, or several in one text that everybody can read.

``ada, bob`` is what stores, the API and people see, so what reads one name reads several.

Knows: strings.  Must not know: who anybody is.
"""

from __future__ import annotations

from collections.abc import Iterable

_BETWEEN = ", "


def joint(authors: Iterable[str]) -> str:
    """Return the text that names everybody whom *authors* name, each once, in their order."""
    return _BETWEEN.join(dict.fromkeys(name for author in authors for name in names_in(author)))


def names_in(author: str) -> list[str]:
    """Return the names in what :func:`joint` made."""
    return [name for name in author.split(_BETWEEN) if name]


def includes(author: str, others: str) -> bool:
    """Does *author* name everybody whom *others* names?"""
    return set(names_in(others)) <= set(names_in(author))
