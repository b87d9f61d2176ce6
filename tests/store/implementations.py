"""What the contract suite needs to know of a store: how to make one, and a broken one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bookstore.store.base import ObjectStore


@dataclass(frozen=True, kw_only=True)
class Implementation:
    """How to make stores of one implementation; the suite closes every one it was given."""

    fresh: Callable[[], Awaitable[ObjectStore]]
    """Make a new, empty store that keeps versions; two calls give two separate stores."""
    unreachable: Callable[[], Awaitable[ObjectStore]]
    """Make a store of which every request fails as when nothing is there to answer."""
