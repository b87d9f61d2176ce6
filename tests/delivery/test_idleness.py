"""A server that nobody uses does nothing, and yet notices what other processes do."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from support import Events, MakeUploader, save_of, until

from bookstore.databases.owned import OwnedDatabase
from bookstore.delivery import condition
from bookstore.delivery import uploader as uploader_module
from bookstore.outbox import Outbox, file_state
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

LOOKS = 30
"""So many looks from outside make an outbox count as left alone."""


class Watched:
    """Counts questions to outboxes, and looks at their files from outside since the last one."""

    def __init__(self) -> None:
        self.questions = 0
        self.looks_since = 0

    def is_left_alone(self) -> bool:
        return self.looks_since >= LOOKS


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """What uploaders do that look at the file every few milliseconds, whose clock is exact."""
    watched = Watched()
    ask, look = OwnedDatabase.run, file_state.file_state

    def counting_ask(
        self: OwnedDatabase, work: Callable[[Any], Any], *, is_lasting: bool = True
    ) -> Future[Any]:
        watched.questions += 1
        watched.looks_since = 0
        return ask(self, work)

    def counting_look(file: Path) -> file_state.FileState:
        watched.looks_since += 1
        return look(file)

    monkeypatch.setattr(OwnedDatabase, "run", counting_ask)
    monkeypatch.setattr("bookstore.outbox.outbox.file_state", counting_look)
    monkeypatch.setattr(file_state, "_CLOCK_TICK_NS", 50_000_000)
    monkeypatch.setattr(uploader_module, "POLL_S", 0.005)
    return watched


@pytest.fixture
def watched_outbox(watched: Watched, tmp_path: Path) -> Outbox:
    """An outbox made after the watching began."""
    return Outbox(tmp_path / "watched", max_bytes=100 * 2**20)


async def test_an_idle_uploader_asks_the_outbox_nothing(
    watched: Watched, watched_outbox: Outbox, events: Events, make_uploader: MakeUploader
) -> None:
    uploader = make_uploader(outbox=watched_outbox)
    uploader.wake()
    await watched_outbox.add([save_of("a.ipynb", "1")])
    await events.wait_for("archived", 1)
    await until(watched.is_left_alone)
    questions = watched.questions
    watched.looks_since = 0
    await until(watched.is_left_alone)
    assert watched.questions == questions
    await uploader.stop()
    await watched_outbox.close()


async def test_an_idle_uploader_delivers_what_another_process_adds(
    watched: Watched, watched_outbox: Outbox, events: Events, make_uploader: MakeUploader
) -> None:
    uploader = make_uploader(outbox=watched_outbox)
    uploader.wake()
    other = Outbox(watched_outbox.directory, max_bytes=100 * 2**20)
    for number in (1, 2):
        await until(watched.is_left_alone)
        await other.add([save_of("a.ipynb", f"{number}")])
        await events.wait_for("archived", number)
    await uploader.stop()
    await other.close()
    await watched_outbox.close()


async def test_an_uploader_that_waits_for_the_store_asks_the_outbox_nothing(
    watched: Watched,
    watched_outbox: Outbox,
    store: MemoryStore,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploader_module, "POLL_S", 60.0)
    store.hang()
    await watched_outbox.add([save_of("a.ipynb", "1")])
    uploader = make_uploader(outbox=watched_outbox)
    uploader.wake()
    await store.until_hanging()
    for _ in range(2):  # the second time, what the first delivery's start asked is over
        questions = watched.questions
        for _ in range(LOOKS):
            await asyncio.sleep(0.002)
    assert watched.questions == questions
    await uploader.stop()
    await watched_outbox.close()


async def test_one_that_follows_asks_only_after_something_was_written(
    watched: Watched,
    watched_outbox: Outbox,
    make_uploader: MakeUploader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploader_module, "FOLLOW_S", 0.005)
    monkeypatch.setattr(condition, "OTHERS_PATIENCE_S", 0.0)
    leader = Outbox(watched_outbox.directory, max_bytes=100 * 2**20)
    assert leader.try_lead()
    uploader = make_uploader(outbox=watched_outbox)
    uploader.wake()
    await until(watched.is_left_alone)
    assert uploader.problem == ""
    await leader.add([save_of("a.ipynb", "1")])
    await until(lambda: uploader.problem != "")
    await until(watched.is_left_alone)
    assert uploader.problem != ""
    await uploader.stop()
    await leader.close()
    await watched_outbox.close()


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    """A database with a write-ahead log, in a file ``a``."""
    database = sqlite3.connect(tmp_path / "a", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE t (x)")
    return database


async def test_two_states_are_equal_while_nobody_writes(
    database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_state, "_CLOCK_TICK_NS", 0)
    before = file_state.file_state(tmp_path / "a")
    database.execute("SELECT * FROM t").fetchall()
    assert file_state.file_state(tmp_path / "a") == before
    database.execute("INSERT INTO t VALUES (1)")
    assert file_state.file_state(tmp_path / "a") != before


async def test_just_after_a_write_no_two_states_are_equal(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "a"
    assert file_state.file_state(file) != file_state.file_state(file)


async def test_a_file_that_was_removed_has_another_state(
    database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_state, "_CLOCK_TICK_NS", 0)
    before = file_state.file_state(tmp_path / "a")
    (tmp_path / "a").unlink()
    assert file_state.file_state(tmp_path / "a") != before
