"""Examine what every request to an S3 service needs: an address, trust, credentials, the time.

Knows: the probes.  Must not know: how it asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...errors import BookstoreError, StoreError
from ...records import utc_now
from .findings import Finding, attempt, failed, fine, note, problem

if TYPE_CHECKING:
    from ...store.s3.probe import S3Probe
    from ...store.swift.probe import SwiftProbe

_TOO_SKEWED_S = 300.0
_SKEWED_S = 30.0
_SOON = timedelta(days=14)
_CREDENTIALS = (
    "Set BookstoreSettings.s3_access_key_id and s3_secret_access_key, or give credentials through "
    "the AWS provider chain: environment, profile (BookstoreSettings.s3_profile), SSO, role."
)


class ConnectionCheckup:
    """Asks *probe*, each question for at most *timeout_s* seconds."""

    def __init__(self, probe: S3Probe, *, timeout_s: float) -> None:
        self._probe = probe
        self._timeout_s = timeout_s

    async def findings(self) -> AsyncIterator[Finding]:
        """Look at one after the other; without credentials or a connection no more is asked."""
        credentials = await self._credentials()
        yield credentials
        connection = await self._connection()
        yield connection
        if "problem" not in (credentials.verdict, connection.verdict):
            because = "S3 refuses what is 15 min off."
            yield await clock(self._probe, timeout_s=self._timeout_s, because=because)

    async def _credentials(self) -> Finding:
        found = await attempt(self._probe.credentials(), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return failed("credentials", found, found.hint if _is_told(found) else _CREDENTIALS)
        if not found.found:
            return problem("credentials", "There are none.", _CREDENTIALS)
        temporary = ", temporary ones" if found.are_temporary else ""
        return fine("credentials", f"From {found.provider}{temporary}.")

    async def _connection(self) -> Finding:
        found = await attempt(self._probe.endpoint(), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return failed("connection", found)
        if found.is_behind_proxy:
            return fine("connection", f"{found.url}, through the proxy of this environment.")
        if found.expires_at is not None:
            return _certified(found.url, found.expires_at, utc_now())
        return unencrypted(found.url, "BookstoreSettings.s3_endpoint_url", is_here=found.is_here)


async def clock(probe: S3Probe | SwiftProbe, *, timeout_s: float, because: str = "") -> Finding:
    """Compare the clocks; *because*: why that matters, where being far off is a problem."""
    skew_s = await attempt(probe.clock_skew_s(), timeout_s=timeout_s)
    if isinstance(skew_s, BookstoreError):
        return note("clock", f"It could not be compared: {skew_s.message}")
    if skew_s is None:
        return note("clock", "The store does not tell its time.")
    which = "ahead" if skew_s > 0 else "behind"
    said = f"The store's clock is {abs(skew_s):.0f} seconds {which}."
    if because and abs(skew_s) >= _TOO_SKEWED_S:
        return problem("clock", said, f"Set this machine's clock: {because}")
    if abs(skew_s) >= _SKEWED_S:
        return note("clock", said, "Set this machine's clock.", answer=f"{skew_s:.0f} s")
    return fine("clock", "It agrees with the store's.")


def unencrypted(url: str, setting: str, *, is_here: bool) -> Finding:
    """Say what it means that notebooks travel to *url* in the clear."""
    if is_here:
        return fine("connection", f"{url} answers, on this machine.", answer="plain")
    return note(
        "connection",
        f"{url} answers. Notebooks travel there without encryption.",
        f"Use an https:// URL for {setting}, if others are on the way.",
        answer="not encrypted",
    )


def _is_told(error: BookstoreError) -> bool:
    """Does *error* say which source of credentials failed, and not only that none answered?"""
    return isinstance(error, StoreError)


def _certified(url: str, expires_at: datetime, now: datetime) -> Finding:
    day = expires_at.strftime("%Y-%m-%d")
    said = f"{url} answers; its certificate is trusted until {day}."
    if expires_at - now < _SOON:
        do = "Have it renewed: from then on saves wait in the outbox."
        return note("connection", said, do, answer="encrypted")
    return fine("connection", said, answer="encrypted")
