"""Which version is meant by a word on the command line.

Knows: versions, times.  Must not know: who has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from ..client.versions import Version
from ..errors import BadRequest, NotFound
from ..words import count, moment_in

HOW = (
    "A version is named by its ID or the beginning of it, its label, ~1 for the one before the "
    "newest, ~2 for the one before that …, or a time: 14:00, yesterday 14:00, 2026-11-20, "
    "2026-11-20 14:00."
)
ONLY_DELETED = "There are no versions of this file: it is only known that it was deleted."


def select(versions: Iterable[Version], word: str, *, now: datetime) -> Version:
    """Return the version that *word* means, among *versions*, newest first.

    Deletions are none that could be shown.  Raises :class:`~bookstore.errors.NotFound`, or
    :class:`~bookstore.errors.BadRequest` when several are meant.
    """
    shown = (version for version in versions if version.kind != "delete")
    if back := re.fullmatch(r"~(\d+)", word):
        return _nth(shown, int(back[1]), word)
    if (moment := moment_in(word, now)) is not None:
        return _at(shown, moment, word)
    return _named(shown, word)


def _nth(versions: Iterator[Version], back: int, word: str) -> Version:
    found = -1
    for found, version in enumerate(versions):
        if found == back:
            return version
    if found < 0:
        raise NotFound(ONLY_DELETED)
    there = count(found + 1, "version, ~0", f"versions, ~0 to ~{found}")
    raise NotFound(f"There is no version {word}; there {'are' if found else 'is'} {there}.")


def _at(versions: Iterator[Version], moment: datetime, word: str) -> Version:
    for version in versions:
        if version.saved_at <= moment:
            return version
    raise NotFound(f"There was no version yet: {word}.")


def _named(versions: Iterator[Version], word: str) -> Version:
    begin: list[Version] = []
    for version in versions:
        if word in (version.version_id, version.label):
            return version
        if version.version_id.removeprefix("save:").startswith(word.removeprefix("save:")):
            begin.append(version)
    if len(begin) == 1:
        return begin[0]
    if begin:
        raise BadRequest(f"{len(begin)} versions begin with {word}.", hint="Give more of the ID.")
    raise NotFound(f"There is no version {word}.", hint=HOW)
