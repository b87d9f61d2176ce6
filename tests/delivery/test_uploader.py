"""The uploader delivers everything, in order, through whatever the store does."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from support import Events, MakeUploader, delete_of, save_of, until

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.delivery.hand_over import delivery_timeout
from bookstore.delivery.turns import (
    MAX_DELAY_S,
    OUTAGE_FAILURES,
    deliveries_allowed,
    refused_delay,
    retry_delay,
)
from bookstore.errors import BookstoreError, BucketNotFound, StoreRefused, StoreUnavailable
from bookstore.outbox import Outbox
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def test_fifty_saves_of_one_path_become_fifty_versions_in_order(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    uploader = make_uploader()
    for number in range(50):
        await outbox.add([save_of("a.ipynb", f"{number}")])
        uploader.wake()
    await events.wait_for("archived", 50)
    assert [put.body for put in store.puts] == [f"{n}".encode() for n in range(50)]
    assert (await outbox.totals()).depth == 0


async def test_a_version_carries_its_provenance_and_content_type(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    save = save_of("a.ipynb", "{}")
    await outbox.add([save])
    make_uploader().wake()
    await events.wait_for("archived")
    version = await store.head(save.key)
    assert version.metadata == save.provenance.to_metadata()
    assert version.content_type == "application/x-ipynb+json"
    [archived] = events.of("archived")
    assert archived.version == version


async def test_paths_are_delivered_side_by_side_but_never_more_than_allowed(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.hang()
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(10)])
    make_uploader(concurrency=4).wake()
    await until(lambda: store.hanging == 4)
    assert store.hanging == 4  # and not one more
    store.recover()
    await events.wait_for("archived", 10)


async def test_what_comes_next_is_read_while_the_store_works(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.hang()
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(10)])
    uploader = make_uploader(concurrency=3)
    uploader.wake()
    await until(lambda: len(uploader.path_locks) == 6)
    await store.until_hanging(3)
    assert store.hanging == 3
    store.recover()
    await events.wait_for("archived", 10)


@pytest.mark.parametrize(
    "failure", [StoreUnavailable("It is down."), BucketNotFound("It is gone.")]
)
async def test_the_condition_tells_of_a_failure_only_once_the_entry_does(
    failure: BookstoreError,
    outbox: Outbox,
    store: MemoryStore,
    events: Events,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uploader = make_uploader()
    told_too_early = []
    postpone = outbox.postpone

    async def look_first(*args: Any, **kwargs: Any) -> None:
        told_too_early.append(uploader.condition.last_error)
        await postpone(*args, **kwargs)

    monkeypatch.setattr(outbox, "postpone", look_first)
    store.fail_with(failure)
    await outbox.add([save_of("a.ipynb", "x")])
    uploader.wake()
    await until(lambda: uploader.condition.last_error != "")
    [entry] = await outbox.entries(limit=1)
    assert entry.last_error == uploader.condition.last_error
    assert told_too_early == [""]


async def test_what_was_read_already_does_not_go_to_a_store_that_went_down(
    outbox: Outbox,
    store: MemoryStore,
    events: Events,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, failures = 0, asyncio.Semaphore(0)

    async def fail_in_time(*_: object, **__: object) -> None:
        nonlocal asked
        asked += 1
        await failures.acquire()
        raise StoreUnavailable("It is down.")

    monkeypatch.setattr(store, "put", fail_in_time)
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(10)])
    uploader = make_uploader(concurrency=3)
    uploader.wake()
    await until(lambda: len(uploader.path_locks) == 6 and asked == 3)
    for _ in range(OUTAGE_FAILURES):
        failures.release()
    await events.wait_for("postponed", OUTAGE_FAILURES)
    await until(lambda: asked > OUTAGE_FAILURES)
    await until(lambda: len(uploader.path_locks) == 1)
    assert asked == OUTAGE_FAILURES + 1, "one at a time tries"


async def test_a_deletion_becomes_a_delete_marker_after_what_was_saved_before(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1"), delete_of("a.ipynb")])
    make_uploader().wake()
    await events.wait_for("archived", 2)
    assert [v.is_delete_marker async for v in store.versions("workspace/a.ipynb")] == [True, False]


@pytest.mark.usefixtures("quick_retries")
async def test_an_outage_delays_saves_and_loses_none(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.fail_with(StoreUnavailable("connection refused"))
    uploader = make_uploader()
    for number in range(41):
        await outbox.add([save_of(f"{number % 3}.ipynb", f"{number}")])
        uploader.wake()
    await events.wait_for("postponed", 5)
    assert uploader.condition.reachable is False
    assert uploader.condition.last_error == "connection refused"
    assert events.of("postponed")[0].reason == "connection refused"
    store.recover()
    await events.wait_for("archived", 41)
    assert sorted(int(put.body) for put in store.puts) == list(range(41))
    assert uploader.condition.reachable is True
    assert uploader.condition.last_error == ""


@pytest.mark.usefixtures("quick_retries")
async def test_a_store_that_never_answers_is_given_up_and_the_reason_is_told(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.hang()
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader(timeout_s=0.05)
    uploader.wake()
    await events.wait_for("postponed")
    assert events.of("postponed")[0].reason == "The store did not answer within 0.05 seconds."
    store.recover()
    await events.wait_for("archived")
    assert [put.body for put in store.puts] == [b"1"]


@pytest.mark.usefixtures("quick_retries")
async def test_a_refused_save_stays_visible_and_blocks_only_its_own_path(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.fail_with(StoreRefused("The store says no."), key="workspace/a.ipynb")
    await outbox.add([save_of("a.ipynb", "1"), save_of("a.ipynb", "2"), save_of("b.ipynb", "3")])
    make_uploader().wake()
    await events.wait_for("refused")
    await events.wait_for("archived")
    [first, second] = await outbox.entries()
    assert first.refused
    assert first.last_error.startswith("The store says no.")
    assert second.path == "a.ipynb"
    assert [put.body for put in store.puts] == [b"3"]
    store.recover()
    await events.wait_for("archived", 3)
    assert [put.body for put in store.puts] == [b"3", b"1", b"2"]


@pytest.mark.usefixtures("quick_retries")
async def test_a_lost_answer_makes_no_second_version(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    store.lose_answers()
    await outbox.add([save_of("a.ipynb", "1")])
    make_uploader().wake()
    await events.wait_for("postponed")
    store.recover()
    await events.wait_for("archived")
    assert len(store.puts) == 1


async def test_a_crash_between_put_and_remove_makes_no_second_version(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    save = save_of("a.ipynb", "1")
    await outbox.begin_lead(settle_after_s=0)
    await outbox.add([save])
    await store.put(  # what the process did before it died
        save.key,
        save.body,
        metadata=save.provenance.to_metadata(),
        content_type=save.content_type,
    )
    make_uploader().wake()
    await events.wait_for("archived")
    assert len(store.puts) == 1


@pytest.mark.usefixtures("quick_retries")
async def test_a_bucket_that_is_gone_makes_unchanged_notebooks_count_again(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader()
    uploader.wake()
    await events.wait_for("archived")
    store.fail_with(BucketNotFound("The bucket is gone."))
    await outbox.add([save_of("b.ipynb", "2")])
    uploader.wake()
    await events.wait_for("refused")
    [again] = await outbox.add([save_of("a.ipynb", "1")])
    assert again.queued


async def test_a_surprise_from_the_store_is_told_and_tried_again(
    outbox: Outbox,
    store: MemoryStore,
    events: Events,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
    quick_retries: None,
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", broken)
        await outbox.add([save_of("a.ipynb", "1")])
        make_uploader().wake()
        await events.wait_for("postponed")
    assert events.of("postponed")[0].reason == "Unexpected failure: KeyError."
    await events.wait_for("archived")


async def test_a_save_whose_body_is_gone_is_told_of_and_holds_up_nothing(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    lost = save_of("a.ipynb", bytes(INLINE_BYTES + 1))
    await outbox.add([lost, save_of("a.ipynb", "next")])
    [body] = (outbox.directory / "bodies").iterdir()
    body.unlink()
    make_uploader().wake()
    await events.wait_for("archived")
    assert [put.body for put in store.puts] == [b"next"]
    [refused] = events.of("refused")
    assert refused.save_id == lost.provenance.save_id
    assert "is gone from the outbox" in (refused.reason or "")
    await outbox.add([delete_of("b.ipynb")])
    [again] = await outbox.add([lost])
    assert again.queued


async def test_a_body_that_cannot_be_read_now_stays(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", bytes(INLINE_BYTES + 1))])
    [body] = (outbox.directory / "bodies").iterdir()
    body.unlink()
    body.mkdir()  # not even root can read a folder
    make_uploader().wake()
    await events.wait_for("refused")
    [entry] = await outbox.entries()
    assert "cannot be read" in entry.last_error


async def test_what_a_deletion_archives_before_it_is_put_only_when_the_store_lost_it(
    outbox: Outbox, store: MemoryStore, events: Events, make_uploader: MakeUploader
) -> None:
    await outbox.add([save_of("a.ipynb", "1"), save_of("b.ipynb", "2")])
    uploader = make_uploader()
    await uploader.drain(deadline_s=20)
    store._lines.pop("workspace/b.ipynb")
    for path, body in (("a.ipynb", "1"), ("b.ipynb", "2")):
        await outbox.add([save_of(path, body, only_if_changed=True), delete_of(path)])
    await uploader.drain(deadline_s=20)
    for path in ("a.ipynb", "b.ipynb"):
        versions = [v.is_delete_marker async for v in store.versions(f"workspace/{path}")]
        assert versions == [True, False]


async def test_locks_of_paths_are_gone_when_nobody_needs_them(
    outbox: Outbox, events: Events, make_uploader: MakeUploader
) -> None:
    uploader = make_uploader()
    await outbox.add([save_of(f"{n}.ipynb", "x") for n in range(20)])
    await uploader.drain(deadline_s=20)
    assert uploader.path_locks == {}


async def test_delays_double_are_jittered_and_capped() -> None:
    rng = Random(1)
    for attempts in range(40):
        ceiling = min(MAX_DELAY_S, 0.5 * 2**attempts)
        assert ceiling / 2 <= retry_delay(attempts, rng) <= ceiling


async def test_what_was_refused_is_tried_again_soon_then_ever_more_rarely() -> None:
    delays = [refused_delay(attempts, longest_s=60) for attempts in range(40)]
    assert delays[:6] == [2, 4, 8, 16, 32, 60]
    assert set(delays[5:]) == {60}


async def test_a_large_body_gets_more_time() -> None:
    assert delivery_timeout(0, 30) == 30
    assert delivery_timeout(100 * 2**20, 30) == 430


@pytest.mark.parametrize(
    ("active_s", "failures", "allowed"),
    [
        ([], 0, 8),
        ([1.0, 2.0], 0, 6),
        ([], OUTAGE_FAILURES, 1),
        ([0.1], OUTAGE_FAILURES, 0),
        ([MAX_DELAY_S + 1], OUTAGE_FAILURES, 1),
        ([MAX_DELAY_S + 1] * 8, OUTAGE_FAILURES, 0),
    ],
)
async def test_a_store_that_is_down_gets_one_probe_at_a_time(
    active_s: list[float], failures: int, allowed: int
) -> None:
    assert deliveries_allowed(concurrency=8, active_s=active_s, failures=failures) == allowed
