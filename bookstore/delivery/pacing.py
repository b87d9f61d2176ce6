"""How fast deliveries follow each other while they fail.

Knows: numbers, randomness, as arguments.  Must not know: the outbox, stores.
"""

from __future__ import annotations

from random import Random

BASE_DELAY_S = 0.5
MAX_DELAY_S = 5.0
"""Short, because one probe at a time is all that a store which is down gets to see."""
FIRST_REFUSED_DELAY_S = 2.0
OUTAGE_FAILURES = 3
"""So many failures in a row, with no success between, and the store counts as down."""


def retry_delay(attempts: int, rng: Random) -> float:
    """Seconds before the next attempt: doubling, capped, jittered."""
    ceiling = min(MAX_DELAY_S, BASE_DELAY_S * 2 ** min(attempts, 16))
    return rng.uniform(ceiling / 2, ceiling)


def refused_delay(attempts: int, *, longest_s: float) -> float:
    """Seconds before the next attempt after a refusal: doubling, since whoever renews credentials
    or a bucket may be about to be done with it."""
    return min(longest_s, FIRST_REFUSED_DELAY_S * 2.0 ** min(attempts, 16))


def deliveries_allowed(*, concurrency: int, active_s: list[float], failures: int) -> int:
    """How many deliveries may start now, beside those active for *active_s* seconds each.

    Up to *concurrency* in all; but a store that is down gets one probe at a time, and another
    only when the last one seems to hang, so that its return is noticed soon.
    """
    if failures < OUTAGE_FAILURES:
        return concurrency - len(active_s)
    probing = any(age_s < MAX_DELAY_S for age_s in active_s)
    return 0 if probing or len(active_s) >= concurrency else 1
