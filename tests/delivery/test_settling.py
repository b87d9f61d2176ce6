"""What lands in the store later than newer versions is covered up again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import pytest
from support import Events, MakeUploader, delete_of, save_of, until

from bookstore.concurrency.path_locks import PathLocks
from bookstore.delivery import settling
from bookstore.delivery import uploader as uploader_module
from bookstore.delivery.settling import Settler, verdict_on
from bookstore.errors import StoreUnavailable
from bookstore.outbox import Outbox, Unsettled
from bookstore.records import ObjectVersion, Save, utc_now
from bookstore.store.memory import MemoryStore

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quick_retries", "quick_looks")]
KEY = "workspace/a.ipynb"


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "LOOK_S", 0.01)
    monkeypatch.setattr(uploader_module, "POLL_S", 0.05)


class LateStore(MemoryStore):
    """Swallows its first request to change something; :meth:`land` carries it out later."""

    def __init__(self) -> None:
        super().__init__()
        self._swallowed: list[tuple[str, bytes, Mapping[str, str], str] | None] = []

    async def put(
        self, key: str, body: bytes, *, metadata: Mapping[str, str], content_type: str
    ) -> ObjectVersion:
        await self._swallow_first((key, body, metadata, content_type))
        return await super().put(key, body, metadata=metadata, content_type=content_type)

    async def delete(self, key: str) -> ObjectVersion:
        await self._swallow_first(None)
        return await super().delete(key)

    async def _swallow_first(
        self, request: tuple[str, bytes, Mapping[str, str], str] | None
    ) -> None:
        if not self._swallowed:
            self._swallowed.append(request)
            await asyncio.Event().wait()

    async def land(self) -> None:
        [request] = self._swallowed
        if request is None:
            await super().delete(KEY)
        else:
            key, body, metadata, content_type = request
            await super().put(key, body, metadata=metadata, content_type=content_type)


@pytest.fixture
def store() -> MemoryStore:
    return LateStore()


async def newest(store: MemoryStore) -> bytes | None:
    version = await anext(store.versions(KEY))
    if version.is_delete_marker:
        return None
    return (await store.get(KEY, version_id=version.version_id)).body


async def settled(outbox: Outbox, store: MemoryStore) -> None:
    """Let time pass until nothing is unsettled."""
    for _ in range(3000):
        if not await outbox._rows("SELECT * FROM unsettled"):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the key was never settled")


async def put_as(store: MemoryStore, save: Save) -> ObjectVersion:
    return await MemoryStore.put(
        store,
        save.key,
        save.body,
        metadata=save.provenance.to_metadata(),
        content_type=save.content_type,
    )


async def test_old_content_that_lands_last_is_covered_up_by_the_newest(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "old"), save_of("a.ipynb", "new")])
    make_uploader(timeout_s=0.1).wake()
    await events.wait_for("archived", 2)
    await store.land()
    assert await newest(store) == b"old"
    await settled(outbox, store)
    assert await newest(store) == b"new"
    versions = [version async for version in store.versions(KEY)]
    assert versions[0].metadata == versions[2].metadata  # the same save, put again


async def test_a_deletion_that_lands_last_does_not_hide_what_was_saved_after_it(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([delete_of("a.ipynb"), save_of("a.ipynb", "again")])
    make_uploader(timeout_s=0.1).wake()
    await events.wait_for("archived", 2)
    await store.land()
    assert await newest(store) is None
    await settled(outbox, store)
    assert await newest(store) == b"again"


async def test_content_that_lands_after_its_deletion_is_deleted_again(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "doomed"), delete_of("a.ipynb")])
    make_uploader(timeout_s=0.1).wake()
    await events.wait_for("archived", 2)
    await store.land()
    await settled(outbox, store)
    assert await newest(store) is None


async def test_a_version_that_somebody_else_made_stays_the_newest(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1"), save_of("a.ipynb", "2")])
    make_uploader(timeout_s=0.1).wake()
    await events.wait_for("archived", 2)
    await put_as(store, save_of("a.ipynb", "somebody else's"))
    await settled(outbox, store)
    assert await newest(store) == b"somebody else's"


async def test_what_is_unsettled_survives_the_process(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "old"), save_of("a.ipynb", "new")])
    first = make_uploader(timeout_s=0.1)
    first.wake()
    await events.wait_for("archived", 2)
    await first.stop()
    await store.land()
    make_uploader(timeout_s=0.1).wake()
    await settled(outbox, store)
    assert await newest(store) == b"new"


async def test_a_delivery_cut_by_a_stop_is_looked_up_and_settled(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "old")])
    first = make_uploader()
    first.wake()
    await until(lambda: bool(store._swallowed))
    await first.stop()
    head = await outbox.head(KEY)
    assert head is not None
    assert head.may_be_there
    await outbox.add([save_of("a.ipynb", "new")])
    make_uploader(timeout_s=0.1).wake()
    await events.wait_for("archived", 2)
    await store.land()
    await outbox._rows("UPDATE unsettled SET settle_at = 0")
    await settled(outbox, store)
    assert await newest(store) == b"new"


async def test_unchanged_content_is_put_again_while_its_key_is_unsettled(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    make_uploader(timeout_s=0.2).wake()
    await events.wait_for("archived")
    [again] = await outbox.add([save_of("a.ipynb", "1")])
    assert again.queued
    await settled(outbox, store)
    [now_known] = await outbox.add([save_of("a.ipynb", "1")])
    assert not now_known.queued


async def test_a_store_that_is_down_leaves_what_is_unsettled_for_later(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader(timeout_s=0.1)
    uploader.wake()
    await events.wait_for("archived")
    await uploader.stop()
    store.fail_with(StoreUnavailable("down"))
    await outbox._rows("UPDATE unsettled SET settle_at = 0")
    settler = Settler(outbox, store, PathLocks(), timeout_s=1, log=logging.getLogger("tests"))
    settler.look()
    assert settler._round is not None
    await settler._round
    assert await outbox._rows("SELECT * FROM unsettled WHERE settle_at > 0")


async def test_looking_gives_way_to_a_delivery(
    outbox: Outbox, store: LateStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader(timeout_s=0.1)
    uploader.wake()
    await events.wait_for("archived")
    await uploader.stop()
    await outbox._rows("UPDATE unsettled SET settle_at = 0")
    store.hang()
    path_locks = PathLocks()
    settler = Settler(outbox, store, path_locks, timeout_s=1000, log=logging.getLogger("tests"))
    settler.look()
    await store.until_hanging()
    settler.give_way(KEY)
    async with path_locks.hold(KEY):
        assert store.hanging == 0


def unsettled(operation: str | None, **given_up: str) -> Unsettled:
    return Unsettled(
        key=KEY,
        operation=operation,  # type: ignore[arg-type]
        save_id="expected",
        version_id="v1",
        size_bytes=1,
        given_up=given_up,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("found", "known", "verdict"),
    [
        ("expected", unsettled("put", late="put"), "in order"),
        ("late", unsettled("put", late="put"), "put again"),
        (None, unsettled("put", late="delete"), "put again"),
        (None, unsettled("put", late="put"), "not ours"),
        ("foreign", unsettled("put", late="put"), "not ours"),
        (None, unsettled("delete", late="put"), "in order"),
        ("late", unsettled("delete", late="put"), "delete again"),
        ("foreign", unsettled("delete", late="put"), "not ours"),
        ("late", unsettled(None, late="put"), "not ours"),
    ],
)
async def test_only_what_was_given_up_is_covered_up(
    found: str | None, known: Unsettled, verdict: str
) -> None:
    version = found and ObjectVersion(
        key=KEY,
        version_id="v2",
        size_bytes=1,
        modified_at=utc_now(),
        metadata={"save-id": found},
    )
    assert verdict_on(known, version or None) == verdict
