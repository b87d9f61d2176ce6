"""Examine what every request to a Swift needs: a sign-in, an address, the time.

Knows: the Swift probe.  Must not know: how it asks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from ...errors import BookstoreError
from .connection import clock, unencrypted
from .findings import Finding, attempt, failed, fine

if TYPE_CHECKING:
    from ...store.swift.options import SwiftOptions
    from ...store.swift.probe import SwiftProbe


async def swift_findings(probe: SwiftProbe, *, timeout_s: float) -> AsyncIterator[Finding]:
    """Sign in and look where that leads; without a sign-in no more is asked."""
    account = await attempt(probe.account(), timeout_s=timeout_s)
    if isinstance(account, BookstoreError):
        yield failed("sign-in", account)
        return
    yield fine("sign-in", _signed_in(probe.options))
    if account.is_encrypted:
        said = f"{account.address} answers; its certificate is trusted."
        yield fine("connection", said, answer="encrypted")
    else:
        setting = (
            "the object store in Keystone's catalogue, or for BookstoreSettings.swift_auth_url"
        )
        yield unencrypted(account.address, setting, is_here=account.is_here)
    yield await clock(probe, timeout_s=timeout_s)


def _signed_in(options: SwiftOptions) -> str:
    if not options.is_keystone:
        return "By the Swift itself."
    if options.application_credential_id:
        return "By Keystone, with an application credential."
    return "By Keystone, with a password."
