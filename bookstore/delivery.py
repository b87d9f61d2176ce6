"""Hand one entry of the outbox over to the store, or find that the store has it already.

Knows: OutboxEntry, ObjectStore.  Must not know: the outbox, when to try again.
"""

from __future__ import annotations

from collections.abc import Mapping

from .errors import NotFound, StoreRefused
from .records import ObjectVersion, OutboxEntry
from .store.base import ObjectStore

SLOWEST_BYTES_PER_S = 256 * 1024


def delivery_timeout(size_bytes: int, timeout_s: float) -> float:
    """Seconds one delivery may take: *timeout_s*, and more for a body that needs it."""
    return timeout_s + size_bytes / SLOWEST_BYTES_PER_S


def settle_delay(timeout_s: float) -> float:
    """Seconds after which a delivery given up after *timeout_s* has probably landed, or never
    will."""
    return 2 * timeout_s


def is_in_store(entry: OutboxEntry, newest: Mapping[str, str]) -> bool:
    """Does *newest*, the metadata of the key's newest version, say that *entry* is there?"""
    if newest.get("save-id") == entry.save_id:
        return True
    return entry.only_if_changed and newest.get("sha256") == entry.metadata["sha256"]


async def hand_over(store: ObjectStore, entry: OutboxEntry, body: bytes) -> ObjectVersion:
    """Return the version that *entry* became: one that is there already, or a new one."""
    if entry.operation == "delete":
        return await store.delete(entry.key)
    if entry.may_be_there or entry.only_if_changed:
        newest = await _newest(store, entry.key)
        if newest is not None and is_in_store(entry, newest.metadata or {}):
            return newest
    return await store.put(
        entry.key, body, metadata=entry.metadata, content_type=entry.content_type
    )


async def _newest(store: ObjectStore, key: str) -> ObjectVersion | None:
    try:
        return await store.head(key)
    except NotFound:
        return None
    except StoreRefused:  # these credentials may put, but not look
        return None
