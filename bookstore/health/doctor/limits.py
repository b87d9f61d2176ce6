"""Examine how much a store takes beside a body: metadata, and keys as long as paths can be.

Knows: the store's interface.  Must not know: which store it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from ...errors import BookstoreError, StoreRefused
from ...s3_paths import MAX_KEY_BYTES
from ...store.base import ObjectStore
from .findings import Finding, attempt, cannot, fine, problem, unanswered

_METADATA = {"save-id": "doctor", "source": "reports/é-✓.ipynb," * 60}
"""As much as bookstore ever sends: nearly 2,048 bytes once it is encoded."""


async def limits(store: ObjectStore, folder: str, *, timeout_s: float) -> AsyncIterator[Finding]:
    """Try the most that bookstore sends, under keys below *folder*."""
    yield await _metadata(store, f"{folder}/metadata", timeout_s)
    start = f"{folder}/long/"
    yield await _long_keys(store, start + "k" * (MAX_KEY_BYTES - len(start.encode())), timeout_s)


async def _metadata(store: ObjectStore, key: str, timeout_s: float) -> Finding:
    async def work() -> bool:
        put = await store.put(key, b"probe", metadata=_METADATA, content_type="text/plain")
        found = await store.head(key, version_id=put.version_id)
        return found.metadata == _METADATA

    what = "metadata"
    kept = await attempt(work(), timeout_s=timeout_s)
    do = "Have the store take 2 KB of metadata; until then saves with more of it are refused."
    if isinstance(kept, BookstoreError):
        return problem(what, kept.message, do)
    if not kept:
        return problem(what, "2 KB of metadata came back changed.", do)
    return fine(what, "2 KB come back as they were, 255 characters a value.", answer="2 KB")


async def _long_keys(store: ObjectStore, key: str, timeout_s: float) -> Finding:
    putting = store.put(key, b"probe", metadata={}, content_type="text/plain")
    found = await attempt(putting, timeout_s=timeout_s)
    what = "keys of 1,024 bytes"
    if isinstance(found, StoreRefused):
        return cannot(
            what,
            "A notebook whose path is nearly that long is saved on disk, but not archived.",
            "Its saves stay in the outbox, and the status says so. Shorten the path.",
            answer="refused",
        )
    if isinstance(found, BookstoreError):
        return unanswered(what, found)
    return fine(what, "They are taken.")
