"""Hand one entry of the outbox over to the store, or find that the store has it already.

Knows: OutboxEntry, ObjectStore.  Must not know: the outbox, when to try again.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import NotFound, StoreRefused, TooLarge
from ..records import ObjectVersion, OutboxEntry
from ..store.base import ObjectStore

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


def in_order(entry: OutboxEntry, newest: Mapping[str, str]) -> Mapping[str, str]:
    """Return the metadata of *entry*, which is to follow a version with the metadata *newest*.

    A file changed outside has its modification time, which may be any; where that would put the
    versions of a key out of the order of their times, the time when it was noticed is used.
    """
    noticed_at = entry.queued_at.isoformat(timespec="microseconds")
    is_early = entry.metadata.get("saved-at", "") < newest.get("saved-at", "")
    if entry.metadata.get("kind") != "outside" or not is_early:
        return entry.metadata
    return {**entry.metadata, "saved-at": noticed_at}


async def hand_over(store: ObjectStore, entry: OutboxEntry, body: bytes) -> ObjectVersion:
    """Return the version that *entry* became: one that is there already, or a new one."""
    if entry.operation == "delete":
        return await store.delete(entry.key)
    metadata = entry.metadata
    if entry.may_be_there or entry.only_if_changed:
        newest = await _newest(store, entry.key)
        if (
            newest is not None
            and is_in_store(entry, newest.metadata or {})
            and (not entry.may_be_there or await _has_body(store, newest, body))
        ):
            return newest
        metadata = in_order(entry, newest.metadata or {} if newest else {})
    return await store.put(entry.key, body, metadata=metadata, content_type=entry.content_type)


async def _newest(store: ObjectStore, key: str) -> ObjectVersion | None:
    try:
        return await store.head(key)
    except NotFound:
        return None
    except StoreRefused:  # these credentials may put, but not look
        return None


async def _has_body(store: ObjectStore, newest: ObjectVersion, body: bytes) -> bool:
    """Is *body* what the store has?  A delivery that failed may have left something else there,
    under the name of this save."""
    if newest.size_bytes != len(body):
        return False
    try:
        stored = await store.get(newest.key, max_bytes=len(body))
    except (NotFound, TooLarge):  # somebody else was here meanwhile
        return False
    except StoreRefused:  # these credentials may not read
        return True
    return stored.version.version_id == newest.version_id and stored.body == body
