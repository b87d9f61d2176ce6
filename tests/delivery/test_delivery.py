"""One entry is handed over: in the order of its key's times, and once if that can be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from support import save_of

from bookstore.delivery.hand_over import hand_over
from bookstore.errors import StoreRefused
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


async def unsettled(outbox: Outbox, save: Save) -> OutboxEntry:
    return replace(await entry_of(outbox, save), may_be_there=True)


@pytest.mark.parametrize("left_there", [b"cut", b"damaged"])
async def test_other_bytes_under_the_name_of_a_save_are_not_taken_for_it(
    outbox: Outbox, store: MemoryStore, left_there: bytes
) -> None:
    """A delivery of which the answer did not fit is tried again, whatever its save ID says."""
    save = save_of("a.ipynb", b"correct")
    metadata = save.provenance.to_metadata()
    await store.put(save.key, left_there, metadata=metadata, content_type="")
    await hand_over(store, await unsettled(outbox, save), save.body)
    assert [put.body for put in store.puts] == [left_there, b"correct"]


async def test_what_an_unsettled_delivery_left_whole_is_not_put_again(
    outbox: Outbox, store: MemoryStore
) -> None:
    save = save_of("a.ipynb", b"correct")
    metadata = save.provenance.to_metadata()
    stored = await store.put(save.key, save.body, metadata=metadata, content_type="")
    version = await hand_over(store, await unsettled(outbox, save), save.body)
    assert version.version_id == stored.version_id
    assert len(store.puts) == 1


async def test_where_nobody_may_read_the_save_id_is_believed(
    outbox: Outbox, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise StoreRefused("These credentials may not read.")

    save = save_of("a.ipynb", b"correct")
    metadata = save.provenance.to_metadata()
    await store.put(save.key, save.body, metadata=metadata, content_type="")
    monkeypatch.setattr(store, "get", refuse)
    await hand_over(store, await unsettled(outbox, save), save.body)
    assert len(store.puts) == 1
