"""Finds out what a Swift is like, beyond what storing needs, without writing anything.

Knows: signing in, answers' headers.  Must not know: settings, notebooks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

from ...errors import StoreUnavailable
from ..addresses import is_this_machine
from .client import SwiftClient
from .options import SwiftOptions

T = TypeVar("T")


class Account(NamedTuple):
    """What signing in gave."""

    address: str
    """Scheme and host of the object store."""
    is_encrypted: bool
    is_here: bool
    """Is it this machine?"""


class SwiftProbe:
    """Asks one Swift; opened and closed in one event loop."""

    def __init__(self, container: str, options: SwiftOptions) -> None:
        self.options = options
        self._container = container
        self._client = SwiftClient(options)

    async def account(self) -> Account:
        """Sign in, and return where the object store is."""
        parts = urlsplit((await self._in_time(self._client.signed_in())).storage_url)
        return Account(
            address=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            is_encrypted=parts.scheme == "https",
            is_here=is_this_machine(parts.hostname or ""),
        )

    async def clock_skew_s(self) -> float | None:
        """Return how many seconds the store's clock is ahead of ours; None when it tells none."""
        asked_at = datetime.now(timezone.utc)
        answer = await self._in_time(self._client.ask("HEAD", quote(self._container, safe="")))
        answered_at = datetime.now(timezone.utc)
        try:
            theirs = parsedate_to_datetime(answer.headers["Date"]).astimezone(timezone.utc)
        except (KeyError, ValueError):
            return None
        # What it tells is cut to whole seconds.
        return (theirs - (asked_at + (answered_at - asked_at) / 2)).total_seconds() + 0.5

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _in_time(self, asking: Awaitable[T]) -> T:
        patience_s = self.options.connect_timeout_s + self.options.read_timeout_s
        try:
            return await asyncio.wait_for(asking, patience_s)
        except asyncio.TimeoutError as error:
            raise StoreUnavailable(f"No answer within {patience_s:.0f} seconds.") from error
