"""What the rest of bookstore needs of whatever turns waiting saves into versions."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ..concurrency.path_locks import PathLocks
from .condition import StoreCondition


class Delivery(Protocol):
    """Empties the outbox into the store, in the background, each key in the order of its saves."""

    path_locks: PathLocks
    """Held, by key, while a save of that key is on its way to a store elsewhere."""
    condition: StoreCondition
    """What the last deliveries showed."""
    problem: str
    """What keeps saves from becoming versions beside the store, in words; "" when nothing."""
    following_since: datetime | None
    """Since when another process delivers this outbox; None when it is not another."""

    def wake(self) -> None:
        """Look at the outbox now; starts at the first call."""
        ...

    async def drain(self, *, deadline_s: float) -> int | None:
        """Deliver what can be delivered within *deadline_s* seconds; return how many are left,
        None when the outbox does not say."""
        ...

    async def stop(self) -> None:
        """Stop for good.  What waits is delivered at the next start."""
        ...
