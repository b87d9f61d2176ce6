"""What the doctor found out: one thing each, in words, with what to do about it.

Knows: errors.  Must not know: what is examined.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, TypeVar

from ...errors import BookstoreError

T = TypeVar("T")

Verdict = Literal["ok", "note", "cannot", "problem"]
"""``note``: nothing to repair, but worth knowing.  ``cannot``: the store cannot do it, which
bookstore gets by without.  ``problem``: something has to be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was examined."""

    what: str
    verdict: Verdict
    said: str
    do: str = ""
    """What to change; for ``cannot``, what bookstore does instead."""
    answer: str = ""
    """The finding in a word or two, as it stands in a table."""


def fine(what: str, said: str, *, answer: str = "yes") -> Finding:
    """Return that *what* is as it must be."""
    return Finding(what=what, verdict="ok", said=said, answer=answer)


def note(what: str, said: str, do: str = "", *, answer: str = "unknown") -> Finding:
    """Return what is worth knowing about *what*."""
    return Finding(what=what, verdict="note", said=said, do=do, answer=answer)


def cannot(what: str, said: str, instead: str, *, answer: str = "no") -> Finding:
    """Return what a store cannot do, what that means, and what bookstore does *instead*."""
    return Finding(what=what, verdict="cannot", said=said, do=instead, answer=answer)


def problem(what: str, said: str, do: str = "", *, answer: str = "no") -> Finding:
    """Return that *what* does not work, and what to change."""
    return Finding(what=what, verdict="problem", said=said, do=do, answer=answer)


def failed(what: str, error: BookstoreError, do: str = "") -> Finding:
    """Return that *error* happened to *what*."""
    return problem(what, error.message, do or error.hint)


def unanswered(what: str, error: BookstoreError) -> Finding:
    """Return that *what*, which nothing depends on, could not be found out."""
    return note(what, f"This could not be found out. {error.message}")


async def attempt(work: Awaitable[T], *, timeout_s: float) -> T | BookstoreError:
    """Return what *work* returns, or the error that it raises; waiting too long is one."""
    try:
        return await asyncio.wait_for(work, timeout_s)
    except BookstoreError as error:
        return error
    except asyncio.TimeoutError:
        return BookstoreError(
            f"No answer within {timeout_s:.0f} seconds.",
            hint="Check the network, and the address of the store in BookstoreSettings.",
        )
