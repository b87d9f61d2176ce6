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
    longest_key_characters: int = 1024
    """Swift's s3api takes fewer; other keys of up to 1,024 bytes are for all stores."""
    knows_its_versions: bool = True
    """Does a listing refuse to go on after a version that is not there?  Swift goes on with those
    that are older, by the time that its version IDs are."""
    forgets_folders: bool = True
    """Is a folder gone from listings with all that was in it?  To moto it stays."""
