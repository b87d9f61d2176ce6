"""The times of a key's versions stay in the order in which they were stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from support import save_of

from bookstore.delivery import hand_over
from bookstore.outbox import Outbox
from bookstore.records import OutboxEntry, Save
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

NOW = datetime.now(timezone.utc)


async def entry_of(outbox: Outbox, save: Save) -> OutboxEntry:
    await outbox.add([save])
    return (await outbox.pending(save.key))[-1]


def changed(kind: str, body: str, saved_at: datetime) -> Save:
    save = save_of("a.ipynb", body, kind=kind, only_if_changed=True)
    return replace(save, provenance=replace(save.provenance, saved_at=saved_at))


@pytest.mark.parametrize(
    ("kind", "saved_at", "newest_at", "is_kept"),
    [
        ("outside", NOW - timedelta(days=1), NOW - timedelta(days=2), True),
        ("outside", NOW - timedelta(days=2), NOW - timedelta(days=1), False),
        ("outside", NOW - timedelta(days=2), None, True),
        ("restore", NOW - timedelta(days=2), NOW - timedelta(days=1), True),
    ],
)
async def test_an_old_file_that_came_later_has_the_time_when_it_was_noticed(
    outbox: Outbox,
    store: MemoryStore,
    kind: str,
    saved_at: datetime,
    newest_at: datetime | None,
    is_kept: bool,
) -> None:
    if newest_at is not None:
        newest = changed("save", "newest", newest_at)
        metadata = newest.provenance.to_metadata()
        await store.put(newest.key, newest.body, metadata=metadata, content_type="")
    entry = await entry_of(outbox, changed(kind, "changed", saved_at))
    version = await hand_over(store, entry, b"changed")
    stored = datetime.fromisoformat((version.metadata or {})["saved-at"])
    assert stored == (saved_at if is_kept else entry.queued_at)
