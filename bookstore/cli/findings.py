"""What the doctor found out: one thing each, in words, with what to do about it.

Knows: errors.  Must not know: what is examined.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal, TypeVar

from ..errors import BookstoreError

T = TypeVar("T")

Verdict = Literal["ok", "note", "wrong"]
"""``note``: nothing to repair, but worth knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was examined."""

    what: str
    verdict: Verdict
    said: str
    do: str = ""
    """What to change, where something is wrong."""


def fine(what: str, said: str) -> Finding:
    """Return that *what* is as it must be."""
    return Finding(what=what, verdict="ok", said=said)


def note(what: str, said: str, do: str = "") -> Finding:
    """Return what is worth knowing about *what*."""
    return Finding(what=what, verdict="note", said=said, do=do)


def wrong(what: str, said: str, do: str = "") -> Finding:
    """Return that *what* does not work, and what to change."""
    return Finding(what=what, verdict="wrong", said=said, do=do)


def failed(what: str, error: BookstoreError, do: str = "") -> Finding:
    """Return that *error* happened to *what*."""
    return wrong(what, error.message, do or error.hint)


async def attempt(work: Awaitable[T], *, timeout_s: float) -> T | BookstoreError:
    """Return what *work* returns, or the error that it raises; waiting too long is one."""
    try:
        return await asyncio.wait_for(work, timeout_s)
    except BookstoreError as error:
        return error
    except asyncio.TimeoutError:
        return BookstoreError(
            f"No answer within {timeout_s:.0f} seconds.",
            hint="Check the network, and BookstoreSettings.s3_endpoint_url.",
        )
