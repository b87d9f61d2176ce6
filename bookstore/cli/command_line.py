"""Tell options from arguments, in whatever order they were typed.

traitlets takes arguments only before all options or after them.  Knows: words.  Must not know:
what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..errors import BadRequest


class UsageError(BadRequest):
    """The command line cannot be understood."""


class Words(NamedTuple):
    """A command line, sorted."""

    options: list[str]
    """Each ``--name`` or ``--name=value``."""
    arguments: list[str]


def sort_words(words: Sequence[str], *, flags: Collection[str], valued: Collection[str]) -> Words:
    """Return *words* sorted; *flags* take no value, *valued* take one.

    ``--Class.trait=value`` is an option too.  Raises :class:`UsageError`.
    """
    options: list[str] = []
    arguments: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--":
            return Words(options, arguments + left)
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            continue
        name, equals, value = _parts(word, valued)
        if name in flags and not equals:
            options.append(_dashed(name))
        elif name in valued or "." in name:
            if not equals:
                if not left:
                    raise UsageError(f"{word} needs a value.")
                value = left.pop(0)
            options.append(f"{_dashed(name)}={value}")
        else:
            raise UsageError(f"There is no option {word.partition('=')[0]}.")
    return Words(options, arguments)


def _parts(word: str, valued: Collection[str]) -> tuple[str, str, str]:
    """Return an option's name, "=" where a value comes with it, and that value."""
    if word[1] != "-" and word[1] in valued and len(word) > 2:
        return word[1], "=", word[2:].removeprefix("=")  # -n5
    return word.lstrip("-").partition("=")


def _dashed(name: str) -> str:
    return f"-{name}" if len(name) == 1 else f"--{name}"
