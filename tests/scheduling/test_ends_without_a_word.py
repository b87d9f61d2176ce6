"""A run that ends without a word leaves a result that says so."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from papermill_kit import written

from bookstore.actions.runs import runs
from bookstore.errors import StoreRefused
from bookstore.keys.metadata import decode_metadata, encode_metadata
from bookstore.scheduling import RunFacts, RunKeeper, settle, settling
from bookstore.scheduling.keeper import RESULT
from bookstore.scheduling.settling import running
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore

pytestmark = pytest.mark.asyncio
KEY = "runs/a.ipynb"


def process_that_ended() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


async def begun(bookstore: Bookstore, **facts: object) -> RunKeeper:
    """A run that began, of which nothing is heard any more."""
    keeper = RunKeeper(bookstore, key=KEY, source="workspace/a.ipynb?versionId=v", author="ada")
    keeper.facts = replace(keeper.facts, **facts)  # type: ignore[arg-type]
    await keeper.begin(written())
    await keeper._stop_beating()
    return keeper


async def statuses(bookstore: Bookstore) -> list[str]:
    return [run["status"] for run in (await runs(bookstore, "a.ipynb", limit=50)).runs]


async def test_a_run_whose_process_is_gone_died(bookstore: Bookstore) -> None:
    await begun(bookstore, process=process_that_ended())
    assert await statuses(bookstore) == ["died"]
    [entry] = (await bookstore.history.page(KEY)).entries
    assert entry.source == "workspace/a.ipynb?versionId=v"
    assert (entry.author, entry.size_bytes) == ("ada", len(written()))
    assert [version.key async for version in bookstore.store.list("runs/")] == [KEY]


async def test_a_run_that_died_ended_when_it_was_last_heard_of(
    bookstore: Bookstore, store: MemoryStore
) -> None:
    await begun(bookstore, process=process_that_ended())
    [(_, last)] = await running(bookstore)
    await asyncio.sleep(0.01)
    [run] = (await runs(bookstore, "a.ipynb", limit=50)).runs
    assert run["ended_at"] == max(last.modified_at, datetime.fromisoformat(run["started_at"]))


async def test_a_run_that_died_gets_one_result_however_many_look(bookstore: Bookstore) -> None:
    await begun(bookstore, process=process_that_ended())
    await asyncio.gather(*(settle(bookstore) for _ in range(5)))
    assert len((await bookstore.history.page(KEY)).entries) == 1


async def test_a_run_that_two_gave_a_result_is_told_of_once(bookstore: Bookstore) -> None:
    """From two machines, which know nothing of each other."""
    await begun(bookstore, process=process_that_ended())
    await settle(bookstore)
    result = await bookstore.store.get(KEY)
    metadata = result.version.metadata or {}
    await bookstore.store.put(KEY, result.body, metadata=metadata, content_type="")
    assert await statuses(bookstore) == ["died"]


async def test_a_run_that_was_taken_for_dead_and_goes_on_ends_as_it_does(
    bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = await begun(bookstore)
    monkeypatch.setattr(settling, "SILENCE", timedelta(0))
    assert await statuses(bookstore) == ["died"]
    await keeper.finish(written(), "succeeded")
    assert await statuses(bookstore) == ["succeeded"]


async def test_a_result_that_cannot_be_kept_yet_hides_no_other_run(
    bookstore: Bookstore, store: MemoryStore
) -> None:
    await begun(bookstore, process=process_that_ended())
    bookstore.outbox._max_bytes = 10
    assert await statuses(bookstore) == ["died"]
    assert len(await running(bookstore)) == 1


async def test_a_long_key_is_not_left_out_of_metadata(
    bookstore: Bookstore, store: MemoryStore
) -> None:
    key = f"runs/{'x' * 230}/{'y' * 230}/{'z' * 230}/{'w' * 230}.ipynb"
    source = f"{key.replace('runs', 'workspace')}?versionId=v"
    keeper = RunKeeper(bookstore, key=key, source=source, author="ada")
    await keeper.begin(written())
    await keeper._stop_beating()
    [(_, version)] = await running(bookstore)
    sent = decode_metadata(encode_metadata(version.metadata or {}))
    assert sent[RESULT] == key
    assert RunFacts.in_metadata(sent) == keeper.facts


async def test_a_run_whose_key_metadata_had_no_room_for_leaves_a_result_all_the_same(
    bookstore: Bookstore, store: MemoryStore
) -> None:
    keeper = await begun(bookstore, process=process_that_ended())
    stored = await store.get(keeper._running_key)
    metadata = {n: v for n, v in (stored.version.metadata or {}).items() if n != RESULT}
    await store.put(keeper._running_key, stored.body, metadata=metadata, content_type="")
    assert [run["status"] for run in (await runs(bookstore, "", limit=50)).runs] == ["died"]
    made = await store.get(f"runs/{keeper.facts.run_id}.ipynb")
    assert made.body == written()


async def test_a_run_that_said_that_it_was_interrupted_was(bookstore: Bookstore) -> None:
    keeper = await begun(bookstore, process=process_that_ended())
    await keeper.interrupted(written())
    assert await statuses(bookstore) == ["interrupted"]


async def test_a_run_on_this_machine_goes_on_while_its_process_does(bookstore: Bookstore) -> None:
    await begun(bookstore)
    assert await statuses(bookstore) == ["running"]


async def test_a_run_elsewhere_goes_on_until_it_was_silent_for_minutes(
    bookstore: Bookstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begun(bookstore, machine="elsewhere/1", process=process_that_ended())
    assert await statuses(bookstore) == ["running"]
    monkeypatch.setattr(settling, "SILENCE", timedelta(0))
    assert await statuses(bookstore) == ["died"]


async def test_a_run_that_has_its_result_gets_no_second_one(bookstore: Bookstore) -> None:
    """Its process ended after the result was kept, and before it said that it runs no more."""
    keeper = await begun(bookstore, process=process_that_ended())
    before = await bookstore.store.get(keeper._running_key)
    await keeper.finish(written(), "succeeded")
    await bookstore.store.put(
        keeper._running_key,
        before.body,
        metadata=before.version.metadata or {},
        content_type="",
    )
    assert await statuses(bookstore) == ["succeeded"]
    assert await settle(bookstore) == []


@pytest.mark.parametrize(
    ("workspace_prefix", "runs_prefix"), [("", "runs"), ("workspace", "workspace/runs")]
)
async def test_what_was_kept_of_a_run_that_ended_is_no_deleted_notebook(
    bookstore: Bookstore,
    store: MemoryStore,
    monkeypatch: pytest.MonkeyPatch,
    workspace_prefix: str,
    runs_prefix: str,
) -> None:
    """Where results are among the notebooks, and credentials may not remove versions."""

    async def refused(key: str, version_ids: Collection[str]) -> int:
        raise StoreRefused("These credentials may not remove versions.")

    monkeypatch.setattr(store, "remove", refused)
    bookstore.settings.workspace_prefix = workspace_prefix
    bookstore.settings.runs_prefix = runs_prefix
    keeper = await begun(bookstore)
    await keeper.finish(written(), "succeeded")
    assert [gone.key async for gone in store.deleted("")] == [keeper._running_key]
    page = await bookstore.history.deleted(bookstore.workspace, limit=50)
    assert page.notebooks == ()


async def test_what_is_no_run_is_passed_over(bookstore: Bookstore) -> None:
    key = bookstore.runs.reserved_key("running", "x")
    await bookstore.store.put(key, b"", metadata={"run": "{}"}, content_type="")
    await bookstore.store.put(f"{key}2", b"", metadata={"run": "no JSON"}, content_type="")
    await bookstore.store.put(f"{key}3", b"", metadata={}, content_type="")
    assert await settle(bookstore) == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", '{"status": "odd"}', '{"run_id": 1}', '{"started_at": "noon"}', '{"error": 2}'],
)
async def test_what_cannot_be_read_is_no_run(text: str) -> None:
    assert RunFacts.in_metadata({"run": text}) is None


async def test_what_is_known_of_a_run_is_read_again_as_it_was() -> None:
    facts = RunFacts(status="failed", error="Cell 3: ValueError: no")
    assert RunFacts.in_metadata({"run": facts.to_text()}) == facts


@pytest.mark.parametrize("letter", ["x", "ü", "漢", "🎉"])
async def test_a_long_error_is_shortened_to_what_metadata_has_room_for(letter: str) -> None:
    facts = RunFacts.in_metadata({"run": RunFacts(error=letter * 5000).to_text()})
    assert facts is not None
    assert facts.error.startswith(letter)
    assert facts.error.endswith("…")
