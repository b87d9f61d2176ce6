"""How deliveries are going, in words: this process's to the store, and another's.

Knows: time, as an argument.  Must not know: stores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

OTHERS_PATIENCE_S = 30.0
"""So long a save may wait for another process to deliver it, and nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCondition:
    """What the last deliveries showed."""

    reachable: bool | None = None
    """None until the first delivery."""
    last_error: str = ""
    """Why the last delivery failed; "" after one that worked."""
    since: datetime | None = None
    """Since when it has been this way."""
    last_success_at: datetime | None = None

    def after_success(self, now: datetime) -> StoreCondition:
        """Return the condition after a delivery that worked."""
        since = self.since if self.reachable and not self.last_error else now
        return StoreCondition(reachable=True, since=since, last_success_at=now)

    def after_failure(self, reason: str, *, reachable: bool, now: datetime) -> StoreCondition:
        """Return the condition after a delivery that failed, or that the store refused."""
        same = self.reachable is reachable and self.last_error != ""
        since = self.since if same else now
        return replace(self, reachable=reachable, last_error=reason, since=since)


def others_problem(oldest_queued_at: datetime | None, now: datetime) -> str:
    """Say in words when saves wait too long for the other process that delivers this outbox."""
    if oldest_queued_at is None or now - oldest_queued_at < timedelta(seconds=OTHERS_PATIENCE_S):
        return ""
    waited_s = (now - oldest_queued_at).total_seconds()
    return (
        f"Another process delivers this outbox, and a save has waited for {waited_s:.0f} seconds. "
        "If that process hangs, end it: this one takes over."
    )
