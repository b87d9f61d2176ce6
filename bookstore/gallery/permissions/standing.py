"""Who asks, as values: what is known of somebody before any notebook is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .levels import Level


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody as a request names them."""

    user_id: int | None = None
    """None for somebody who did not sign in."""
    as_administrator: bool = False
    """Whether they ask to act as one: an administrator is like everybody else until then."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """The digests of the links that they hold."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody as the database knows them."""

    user_id: int | None = None
    is_administrator: bool = False
    groups: Mapping[Level, frozenset[int]] = field(default_factory=dict)
    """With what groups own they may do so much."""
    linked: Mapping[Level, frozenset[int]] = field(default_factory=dict)
    """With these notebooks they may do so much, since they hold a link."""
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What extensions say of them."""


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
