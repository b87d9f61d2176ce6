"""What waits may become a manual save until its delivery begins, and not a moment longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import pytest_asyncio
from support import Events, MakeUploader, delete_of, save_of

from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def leading(outbox: Outbox) -> Outbox:
    """An outbox whose entries this process delivers."""
    assert outbox.try_lead()
    await outbox.begin_lead(settle_after_s=60)
    return outbox


async def kinds(outbox: Outbox) -> list[str]:
    return [entry.metadata["kind"] for entry in await outbox.entries()]


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        ("save", "manual"),
        ("outside", "manual"),
        ("manual", "manual"),
        ("restore", "restore"),
        ("clone", "clone"),
        ("rename", "rename"),
    ],
)
async def test_only_what_is_no_more_than_a_save_becomes_manual(
    leading: Outbox, kind: str, becomes: str
) -> None:
    save = save_of("a.ipynb", "1", kind=kind)
    await leading.add([save])
    assert await leading.amend(save.provenance.save_id, "manual") is (becomes == "manual")
    [entry] = await leading.entries()
    assert dict(entry.metadata) == save.provenance.to_metadata() | {"kind": becomes}


async def test_what_does_not_wait_is_not_amended(leading: Outbox) -> None:
    delete = delete_of("a.ipynb")
    await leading.add([delete])
    assert not await leading.amend(delete.provenance.save_id, "manual")
    assert not await leading.amend("unknown", "manual")
    assert not await leading.amend("", "manual")


async def test_once_read_for_delivery_it_stays_as_it_is(leading: Outbox) -> None:
    first, second = save_of("a.ipynb", "1"), save_of("a.ipynb", "2")
    await leading.add([first, second])
    waiting = await leading.next(first.key)
    assert waiting is not None
    assert not await leading.amend(first.provenance.save_id, "manual")
    assert await leading.amend(second.provenance.save_id, "manual")
    await leading.postpone(waiting.entry, delay_s=0, reason="no answer")
    assert not await leading.amend(first.provenance.save_id, "manual")
    assert await kinds(leading) == ["save", "manual"]


async def test_a_process_that_does_not_deliver_amends_nothing(
    leading: Outbox, tmp_path: Path
) -> None:
    """Whoever delivers may have read the entry already."""
    save = save_of("a.ipynb", "1")
    other = Outbox(tmp_path / "outbox", max_bytes=2**20)
    await other.add([save])
    assert not await other.amend(save.provenance.save_id, "manual")
    assert await leading.amend(save.provenance.save_id, "manual")
    await leading.end_lead([], settle_after_s=60)
    assert not await leading.amend(save.provenance.save_id, "manual")
    await other.close()


async def test_what_a_dead_process_may_have_delivered_stays_as_it_is(
    outbox: Outbox, tmp_path: Path
) -> None:
    dead = Outbox(tmp_path / "outbox", max_bytes=2**20)
    assert dead.try_lead()
    await dead.begin_lead(settle_after_s=60)
    save = save_of("a.ipynb", "1")
    await dead.add([save])
    await dead.close()
    assert outbox.try_lead()
    assert not await outbox.amend(save.provenance.save_id, "manual")
    await outbox.begin_lead(settle_after_s=60)
    assert not await outbox.amend(save.provenance.save_id, "manual")


async def test_what_the_store_has_is_what_amending_said(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    """However amending and delivery meet, a yes is in the store's metadata and a no is not."""
    uploader = make_uploader()
    uploader.wake()
    said: dict[str, bool] = {}

    async def amend_soon(save_id: str, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        said[save_id] = await outbox.amend(save_id, "manual")

    for number in range(150):
        save = save_of(f"{number % 7}.ipynb", f"{number}")
        await outbox.add([save])
        uploader.wake()
        await amend_soon(save.provenance.save_id, number % 60)
    await events.wait_for("archived", 150)
    stored = {put.version.metadata["save-id"]: put.version.metadata["kind"] for put in store.puts}
    assert {save_id: kind == "manual" for save_id, kind in stored.items()} == said
    assert set(said.values()) == {True, False}


async def test_the_outbox_knows_what_it_recorded_last(outbox: Outbox) -> None:
    save = save_of("a.ipynb", "1")
    assert await outbox.heads.save_id(save.key) == ""
    await outbox.add([save])
    assert await outbox.heads.save_id(save.key) == save.provenance.save_id
    assert await outbox.heads.holds(save.key, save.provenance.sha256)
    assert not await outbox.heads.holds(save.key, "other")
    [entry] = await outbox.entries()
    await outbox.remove(entry)
    assert await outbox.heads.holds(save.key, save.provenance.sha256)
    await outbox.add([delete_of("a.ipynb")])
    assert await outbox.heads.save_id(save.key) == ""
    assert not await outbox.heads.holds(save.key, save.provenance.sha256)


async def test_an_ordinary_save_waits_for_its_checkpoint_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    outbox = Outbox(tmp_path / "other", max_bytes=2**20, grace_s=30)
    saves = [save_of("a.ipynb", "1"), save_of("b.ipynb", "1", kind="restore"), delete_of("c.ipynb")]
    await outbox.add(saves)
    assert (await outbox.agenda(limit=9)).due_keys == ["workspace/b.ipynb", "workspace/c.ipynb"]
    assert await outbox.next("workspace/a.ipynb") is None
    await outbox.end_windows()  # as a stopping server does
    assert "workspace/a.ipynb" in (await outbox.agenda(limit=9)).due_keys
    await outbox.close()
