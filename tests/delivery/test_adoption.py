"""Saves that wait in the embedded store's file become its versions, in order, each exactly once."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from stored import bodies_of, put
from support import Events, delete_of, save_of, until

from bookstore.databases import owned
from bookstore.databases.bodies import INLINE_BYTES
from bookstore.delivery import adoption as adoption_module
from bookstore.delivery.adoption import Adoption
from bookstore.errors import StoreRefused
from bookstore.outbox import Outbox, part
from bookstore.records import OutboxEntry, Save
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

KEY = "workspace/a.ipynb"


@dataclass(frozen=True)
class Process:
    """What one process has of a store and of what waits in its file."""

    store: LocalStore
    outbox: Outbox
    adoption: Adoption
    events: Events

    async def adopt(self) -> int | None:
        return await self.adoption.drain(deadline_s=20)

    async def close(self) -> None:
        await self.adoption.stop()
        await self.outbox.close()
        await self.store.close()


Start = Callable[..., Process]


@pytest_asyncio.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Return a function that gives what another process would have."""
    started: list[Process] = []

    def start_one(**values: Any) -> Process:
        folder, events = tmp_path / "bucket", Events()
        store = LocalStore(folder, shared_with=(part(folder),))
        outbox = Outbox(folder, max_bytes=100 * 2**20, database=store.database, **values)
        log = logging.getLogger("tests")
        made = Process(store, outbox, Adoption(outbox, store, tell=events, log=log), events)
        started.append(made)
        return made

    yield start_one
    for process in started:
        await process.close()


@pytest.fixture
def process(start: Start) -> Process:
    """The only process."""
    return start()


# -- what becomes of a save --------------------------------------------------------------------


async def test_fifty_saves_of_one_path_become_fifty_versions_in_order(process: Process) -> None:
    for number in range(50):
        await process.outbox.add([save_of("a.ipynb", f"{number}")])
        process.adoption.wake()
    await process.events.wait_for("archived", 50)
    assert await bodies_of(process.store, KEY) == [f"{n}".encode() for n in reversed(range(50))]
    assert (await process.outbox.totals()).depth == 0


async def test_a_version_is_what_was_saved_and_carries_its_provenance(process: Process) -> None:
    save = save_of("a.ipynb", "{}")
    await process.outbox.add([save])
    process.adoption.wake()
    await process.events.wait_for("archived")
    [stored] = [await process.store.get(KEY)]
    assert stored.body == save.body
    assert stored.version.metadata == save.provenance.to_metadata()
    assert stored.version.content_type == "application/x-ipynb+json"
    [event] = process.events.of("archived")
    assert (event.version and event.version.version_id, event.save_id) == (
        stored.version.version_id,
        save.provenance.save_id,
    )
    assert process.adoption.condition.reachable is True
    assert process.adoption.condition.last_success_at is not None


async def test_a_large_body_is_not_copied(process: Process) -> None:
    """Its file is the version's, until it is in pieces."""
    body = bytes(range(256)) * (INLINE_BYTES // 256 + 1)
    await process.outbox.add([save_of("a.ipynb", body)])
    [file] = (process.store.directory / "bodies").iterdir()
    before = file.stat().st_ino
    await process.adopt()
    assert [each.stat().st_ino for each in file.parent.iterdir()] == [before]
    assert await bodies_of(process.store, KEY) == [body]


async def test_a_deletion_becomes_a_delete_marker_after_what_was_saved_before(
    process: Process,
) -> None:
    await process.outbox.add([save_of("a.ipynb", "1"), delete_of("a.ipynb")])
    await process.outbox.add([save_of("b.ipynb", "2")])
    await process.adopt()
    markers = [version.is_delete_marker async for version in process.store.versions(KEY)]
    assert markers == [True, False]
    assert [deleted.key async for deleted in process.store.deleted()] == [KEY]


async def test_a_save_keeps_its_place_before_what_was_put_while_it_waited(process: Process) -> None:
    await process.outbox.add([save_of("a.ipynb", "waits")])
    await put(process.store, KEY, b"put")
    await process.adopt()
    assert await bodies_of(process.store, KEY) == [b"put", b"waits"]


# -- when --------------------------------------------------------------------------------------


async def test_an_ordinary_save_waits_for_its_grace_period_and_others_do_not(start: Start) -> None:
    process = start(grace_s=50.0)
    await process.outbox.add([save_of("a.ipynb", "1"), save_of("b.ipynb", "2", kind="restore")])
    process.adoption.wake()
    await process.events.wait_for("archived")
    assert [event.path for event in process.events.of("archived")] == ["b.ipynb"]
    assert (await process.outbox.totals()).depth == 1
    assert await process.adopt() == 0
    assert await bodies_of(process.store, KEY) == [b"1"]


async def test_states_within_the_window_become_one_version(start: Start) -> None:
    process = start(coalesce_s=3600.0)
    for number in range(5):
        await process.outbox.add([save_of("a.ipynb", f"{number}")])
    await process.adopt()
    assert await bodies_of(process.store, KEY) == [b"4"]


async def test_a_kind_is_amended_until_the_save_is_a_version_by_whichever_process(
    start: Start,
) -> None:
    process, other = start(grace_s=50.0), start(grace_s=50.0)
    first, second = save_of("a.ipynb", "1"), save_of("b.ipynb", "2")
    await process.outbox.add([first, second])
    assert await process.outbox.amend(first.provenance.save_id, "manual")
    assert await other.outbox.amend(second.provenance.save_id, "manual")
    await process.adopt()
    for save in (first, second):
        assert (await process.store.head(save.key)).metadata["kind"] == "manual"  # type: ignore[index]
        assert not await process.outbox.amend(save.provenance.save_id, "manual")
        assert not await other.outbox.amend(save.provenance.save_id, "manual")


async def test_what_another_process_adds_is_noticed(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption_module, "POLL_S", 0.01)
    process, other = start(), start()
    process.adoption.wake()
    for number in (1, 2):
        await other.outbox.add([save_of("a.ipynb", f"{number}")])
        await process.events.wait_for("archived", number)
    assert await bodies_of(process.store, KEY) == [b"2", b"1"]


async def test_where_nothing_was_saved_looking_makes_nothing(process: Process) -> None:
    process.adoption.wake()
    assert await process.adopt() == 0
    await process.adoption.stop()
    assert not process.store.directory.exists()


async def test_what_is_saved_after_the_end_becomes_a_version_at_the_next_start(
    start: Start,
) -> None:
    process = start()
    process.adoption.wake()
    await process.adoption.stop()
    await process.outbox.add([save_of("a.ipynb", "late")])
    process.adoption.wake()
    await process.close()
    again = start()
    again.adoption.wake()
    await again.events.wait_for("archived")
    assert await bodies_of(again.store, KEY) == [b"late"]


# -- only what has changed ---------------------------------------------------------------------


def changed(body: str, *, saved_at: datetime, kind: str = "outside") -> Save:
    save = save_of("a.ipynb", body, kind=kind, only_if_changed=True)
    return replace(save, provenance=replace(save.provenance, saved_at=saved_at))


@pytest.mark.parametrize("size_bytes", [1, INLINE_BYTES + 1])
async def test_what_the_newest_version_is_already_makes_no_other(
    process: Process, size_bytes: int
) -> None:
    """And leaves no body behind."""
    body = "x" * size_bytes
    await process.outbox.add([save_of("a.ipynb", body)])
    await process.adopt()
    await process.outbox.add([changed(body, saved_at=datetime.now(timezone.utc))])
    await process.outbox.add([delete_of("a.ipynb")])
    await process.adopt()
    markers = [version.is_delete_marker async for version in process.store.versions(KEY)]
    assert markers == [True, False]
    files = process.store.directory / "bodies"
    assert len(list(files.iterdir()) if size_bytes > 1 else []) == (size_bytes > 1)
    with sqlite3.connect(process.store.database.file) as db:
        [rows] = db.execute("SELECT count(*) FROM bodies").fetchone()
    assert rows == (size_bytes == 1)


async def test_what_the_store_has_lost_is_a_version_again(process: Process) -> None:
    await process.outbox.add([save_of("a.ipynb", "1")])
    await process.adopt()
    await process.store.remove(KEY, [(await process.store.head(KEY)).version_id])
    await process.outbox.add([changed("1", saved_at=datetime.now(timezone.utc))])
    await process.adopt()
    assert await bodies_of(process.store, KEY) == [b"1"]


@pytest.mark.parametrize(("days_ago", "is_kept"), [(1, True), (3, False)])
async def test_an_old_file_that_came_later_has_the_time_when_it_was_noticed(
    process: Process, days_ago: int, is_kept: bool
) -> None:
    now = datetime.now(timezone.utc)
    newest = replace(changed("1", saved_at=now - timedelta(days=2)), only_if_changed=False)
    await process.outbox.add([newest])
    await process.adopt()
    saved_at = now - timedelta(days=days_ago)
    await process.outbox.add([changed("2", saved_at=saved_at)])
    [entry] = await process.outbox.entries()
    await process.adopt()
    told = (await process.store.head(KEY)).metadata or {}
    assert datetime.fromisoformat(told["saved-at"]) == (saved_at if is_kept else entry.queued_at)


# -- what cannot be one ------------------------------------------------------------------------


async def test_what_is_refused_holds_up_its_own_line_only(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown with its reason, and becomes a version when it can."""
    adopt = LocalStore.adopt

    def refuse(self: LocalStore, db: Any, entry: OutboxEntry, metadata: Any) -> Any:
        if entry.key == KEY:
            raise StoreRefused("The store says no.")
        return adopt(self, db, entry, metadata)

    saves = [save_of("a.ipynb", "1"), save_of("a.ipynb", "2"), save_of("b.ipynb", "3")]
    with monkeypatch.context() as refusing:
        refusing.setattr(LocalStore, "adopt", refuse)
        await process.outbox.add(saves)
        process.adoption.wake()
        await process.events.wait_for("refused")
        await process.events.wait_for("archived")
    first, second = await process.outbox.entries()
    assert first.refused
    assert first.last_error == "The store says no."
    assert (second.path, second.refused) == ("a.ipynb", True)
    assert await process.adopt() == 0
    assert await bodies_of(process.store, KEY) == [b"2", b"1"]
    assert await bodies_of(process.store, "workspace/b.ipynb") == [b"3"]


async def test_a_save_whose_body_is_gone_is_told_of_and_holds_up_nothing(process: Process) -> None:
    lost = save_of("a.ipynb", bytes(INLINE_BYTES + 1))
    await process.outbox.add([lost, save_of("a.ipynb", "next")])
    [body] = (process.store.directory / "bodies").iterdir()
    body.unlink()
    process.adoption.wake()
    await process.events.wait_for("archived")
    assert await bodies_of(process.store, KEY) == [b"next"]
    [refused] = process.events.of("refused")
    assert refused.save_id == lost.provenance.save_id
    assert "is gone from the outbox" in (refused.reason or "")
    [again] = await process.outbox.add([lost])
    assert again.queued


async def test_a_file_that_cannot_be_used_is_told_and_what_waits_goes_on_waiting(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption_module, "RETRY_S", 0.02)
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 0.01)
    await process.outbox.add([save_of("a.ipynb", "1")])
    await process.outbox.close()
    other = sqlite3.connect(process.store.database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process.adoption.wake()
    await until(lambda: process.adoption.problem != "")
    assert process.adoption.problem.startswith("Saves are not being delivered. The outbox cannot")
    assert process.adoption.condition.reachable is False
    assert await process.adoption.drain(deadline_s=20) is None
    other.execute("ROLLBACK")
    other.close()
    await process.events.wait_for("archived")
    await until(lambda: process.adoption.problem == "")
    assert await bodies_of(process.store, KEY) == [b"1"]


async def test_draining_keeps_to_its_deadline_when_the_file_is_locked(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 600.0)
    await process.outbox.add([save_of("a.ipynb", "1")])
    await process.outbox.close()
    other = sqlite3.connect(process.store.database.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await process.adoption.drain(deadline_s=0.2) is None
    other.execute("ROLLBACK")
    other.close()
    assert await process.adopt() == 0


# -- once --------------------------------------------------------------------------------------


async def test_two_processes_make_one_version_of_each_save(start: Start) -> None:
    """Both look at once, over and over; the order of each key stays."""
    one, two = start(), start()
    for turn in range(10):
        saves = [save_of(f"{n}.ipynb", f"{turn}") for n in range(5)]
        await one.outbox.add(saves[:3])
        await two.outbox.add(saves[3:])
        await asyncio.gather(one.adopt(), two.adopt())
    told = [event.save_id for each in (one, two) for event in each.events.of("archived")]
    assert len(told) == len(set(told)) == 50
    for n in range(5):
        bodies = await bodies_of(one.store, f"workspace/{n}.ipynb")
        assert bodies == [b"%d" % turn for turn in reversed(range(10))]


async def test_a_power_cut_that_undoes_it_changes_no_version_id(
    start: Start, tmp_path: Path
) -> None:
    """A save that becomes a version again is the same one to whoever was told of it."""
    process = start()
    await process.outbox.add([save_of("a.ipynb", "1"), delete_of("a.ipynb")])
    await process.outbox.close()
    file = process.store.database.file
    before = {each.name: each.read_bytes() for each in file.parent.glob(f"{file.name}*")}
    await process.adopt()
    ids = [version.version_id async for version in process.store.versions(KEY)]
    await process.close()
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    for name, content in before.items():
        (file.parent / name).write_bytes(content)

    again = start()
    await again.adopt()
    assert [version.version_id async for version in again.store.versions(KEY)] == ids
    assert len(set(ids)) == 2


async def test_a_save_recorded_again_after_it_became_a_version_makes_no_other(
    process: Process,
) -> None:
    """Its answer came too late for whoever recorded it."""
    save = save_of("a.ipynb", "1")
    await process.outbox.add([save])
    await process.adopt()
    [again] = await process.outbox.add([save])
    assert not again.queued
    await process.adopt()
    assert await bodies_of(process.store, KEY) == [b"1"]
