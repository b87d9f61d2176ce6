"""Examine what only S3 services have: credentials, clocks, conditions.

Knows: the S3 probe.  Must not know: how it asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from ..errors import BookstoreError
from .findings import Finding, attempt, failed, fine, note, wrong

if TYPE_CHECKING:
    from ..store.s3_probe import S3Probe

_TOO_SKEWED_S = 300.0
_SKEWED_S = 30.0
_CREDENTIALS = (
    "Set BookstoreSettings.s3_access_key_id and s3_secret_access_key, or give credentials through "
    "the AWS provider chain: environment, profile (BookstoreSettings.s3_profile), SSO, role."
)


class S3Checkup:
    """Asks *probe*, each question for at most *timeout_s* seconds."""

    def __init__(self, probe: S3Probe, *, timeout_s: float) -> None:
        self._probe = probe
        self._timeout_s = timeout_s

    async def before(self) -> AsyncIterator[Finding]:
        """Look at what every request needs."""
        yield await self._credentials()
        yield await self._clock()

    async def after(self, key: str) -> AsyncIterator[Finding]:
        """Find out what *key*, which exists, can be asked for."""
        found = await attempt(self._probe.wrong_checksum(key), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            yield note("checksums", found.message)
        elif found == "honoured":
            yield fine("checksums", "A body that was damaged on its way is refused.")
        else:
            yield note(
                "checksums",
                "The store does not compare checksums.",
                "Nothing to do: bookstore compares what the store answers.",
            )
        found = await attempt(self._probe.conditional_put(key), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            yield note("conditional puts", found.message)
        elif found == "honoured":
            yield fine("conditional puts", "They are honoured; bookstore does not rely on them.")
        else:
            yield note(
                "conditional puts", f"They are {found}.", "Nothing to do: bookstore needs none."
            )

    async def _credentials(self) -> Finding:
        found = await attempt(self._probe.credentials(), timeout_s=self._timeout_s)
        if isinstance(found, BookstoreError):
            return failed("credentials", found, _CREDENTIALS)
        if not found.found:
            return wrong("credentials", "There are none.", _CREDENTIALS)
        temporary = ", temporary ones" if found.are_temporary else ""
        return fine("credentials", f"From {found.provider}{temporary}.")

    async def _clock(self) -> Finding:
        skew_s = await attempt(self._probe.clock_skew_s(), timeout_s=self._timeout_s)
        if isinstance(skew_s, BookstoreError):
            return note("clock", f"It could not be compared: {skew_s.message}")
        if skew_s is None:
            return note("clock", "The store does not tell its time.")
        which = "ahead" if skew_s > 0 else "behind"
        said = f"The store's clock is {abs(skew_s):.0f} seconds {which}."
        if abs(skew_s) >= _TOO_SKEWED_S:
            return wrong("clock", said, "Set this machine's clock: S3 refuses what is 15 min off.")
        if abs(skew_s) >= _SKEWED_S:
            return note("clock", said, "Set this machine's clock.")
        return fine("clock", "It agrees with the store's.")
