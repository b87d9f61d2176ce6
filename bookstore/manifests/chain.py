"""How long a chain of manifests becomes in which each is the difference to the one before.

Knows: numbers.  Must not know: what a manifest is.
"""

from __future__ import annotations

LONGEST_CHAIN = 32
"""Reading a version undoes so many differences at most."""


def should_be_whole(chain_length: int, deltas_bytes: int, whole_bytes: int) -> bool:
    """Say whether the next manifest is kept whole, and not as a difference to the one before.

    *chain_length*: how many differences there are since the last whole one, *deltas_bytes*: what
    they are together, the next one included; *whole_bytes*: what the last whole one is, both as
    they are kept.
    """
    return chain_length >= LONGEST_CHAIN or deltas_bytes > whole_bytes
