"""What waited in the outbox of release 3.0.0 goes on waiting in the embedded store's own file."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from earlier_folder import assert_all_is_there, expected, save_as_earlier, unpack

from bookstore.delivery.adoption import Adoption
from bookstore.files.os_lock import OsLock
from bookstore.outbox import Outbox, part, tables
from bookstore.records import Provenance, Save
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

A, LARGE, GONE, NEW = (f"workspace/{name}.ipynb" for name in ("a", "large", "gone", "new"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store's folder that release 3.0.0 left, with its outbox beside it."""
    return unpack(tmp_path)


@pytest.fixture
def before(folder: Path) -> Path:
    """The outbox of release 3.0.0."""
    return folder.with_name("outbox")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[LocalStore, Outbox]]:
    """The store and the outbox in its file, as a server has them."""
    before = folder.with_name("outbox")
    store = LocalStore(folder, shared_with=(part(folder, before=before),))
    outbox = Outbox(folder, max_bytes=10**8, database=store.database, before=before)
    try:
        yield store, outbox
    finally:
        await outbox.close()
        await store.close()


async def deliver(store: LocalStore, outbox: Outbox) -> None:
    adoption = Adoption(outbox, store, tell=lambda _: None, log=logging.getLogger(__name__))
    assert await adoption.drain(deadline_s=30) == 0
    await adoption.stop()


async def ids(store: LocalStore, key: str) -> list[str]:
    return [version.version_id async for version in store.versions(key)]


async def assert_delivered_once(store: LocalStore) -> None:
    """The five saves that waited are the newest of their keys; below them all is as it was."""
    counts = {A: 2, LARGE: 1, GONE: 1, NEW: 1}
    for key, count in counts.items():
        found = await ids(store, key)
        assert found[count:] == [each["version_id"] for each in expected().get(key, [])]
        assert len(found) == count + len(expected().get(key, []))
    assert b'"number": 202' in (await store.get(A)).body
    assert b'"number": 201' in (await store.get(LARGE)).body
    assert b'"number": 203' in (await store.get(NEW)).body
    assert [deleted.key async for deleted in store.deleted("workspace/gone")] == [GONE]


def left_of(before: Path) -> set[str]:
    return {each.name for each in before.iterdir()}


def save_there(before: Path, *, into_log: bool = False) -> None:
    """Let release 3.0.0 add a save; *into_log*: and die before it is more than logged."""
    body = b"added by an earlier release"
    save = Save(
        path="late.ipynb",
        key="workspace/late.ipynb",
        operation="put",
        provenance=Provenance.of(body, author="ada", kind="save"),
        body=body,
    )
    database = before / "outbox.sqlite3"
    connection = sqlite3.connect(database, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    tables.insert(connection, save, 1.0, 0.0)
    connection.execute("COMMIT")
    if into_log:
        copies = {each: each.read_bytes() for each in before.glob("outbox.sqlite3*")}
        connection.close()
        for file, content in copies.items():
            file.write_bytes(content)
    connection.close()


async def test_what_waited_is_delivered_once_and_on_top(folder: Path, before: Path) -> None:
    for _ in range(3):
        async with opened(folder) as (store, outbox):
            await deliver(store, outbox)
            await assert_delivered_once(store)
    assert left_of(before) <= {"delivery.lock"}


async def test_what_was_moved_and_not_delivered_waits_at_the_next_start(folder: Path) -> None:
    for _ in range(3):
        async with opened(folder) as (store, outbox):
            assert (await outbox.totals()).depth == 5
            await assert_all_is_there(store)
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        await assert_delivered_once(store)


@pytest.mark.parametrize("into_log", [False, True])
async def test_what_an_earlier_release_adds_after_the_move_is_moved_as_well(
    folder: Path, before: Path, into_log: bool
) -> None:
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
    save_there(before, into_log=into_log)
    for _ in range(3):
        async with opened(folder) as (store, outbox):
            await deliver(store, outbox)
            await assert_delivered_once(store)
            assert len(await ids(store, "workspace/late.ipynb")) == 1
    assert left_of(before) <= {"delivery.lock"}


async def test_nothing_is_moved_while_an_earlier_release_delivers(
    folder: Path, before: Path
) -> None:
    lock = OsLock(before / "delivery.lock")
    assert lock.try_acquire()
    async with opened(folder) as (store, outbox):
        assert (await outbox.totals()).depth == 0
    lock.release()
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        await assert_delivered_once(store)


async def test_a_save_that_an_earlier_release_had_delivered_is_no_second_version(
    folder: Path, before: Path
) -> None:
    """It died between the store's journal and its outbox."""
    with closing(sqlite3.connect(before / "outbox.sqlite3")) as source:
        [metadata, body] = source.execute(
            "SELECT metadata, body FROM entries JOIN bodies USING (sequence) WHERE sequence = 5"
        ).fetchone()
    save_as_earlier(folder, NEW, body, metadata=json.loads(metadata))
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        assert len(await ids(store, NEW)) == 1


async def test_a_file_that_is_damaged_stays(folder: Path, before: Path) -> None:
    file = before / "outbox.sqlite3"
    content = file.read_bytes()
    for spoilt in (b"", content[:2048], content[:100] + b"\xff" * (len(content) - 100)):
        file.write_bytes(spoilt)
        for _ in range(2):
            async with opened(folder) as (store, outbox):
                await assert_all_is_there(store)
                assert (await outbox.totals()).depth == 0
        assert file.read_bytes() == spoilt
    file.write_bytes(content)
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        await assert_delivered_once(store)


async def test_a_save_whose_body_is_missing_keeps_the_file_and_the_others_go_on(
    folder: Path, before: Path
) -> None:
    [body] = (before / "bodies").iterdir()
    content = body.read_bytes()
    body.unlink()
    for _ in range(2):
        async with opened(folder) as (store, outbox):
            await deliver(store, outbox)
            assert len(await ids(store, A)) == 2 + len(expected()[A])
    assert (before / "outbox.sqlite3").exists()
    body.write_bytes(content)
    async with opened(folder) as (store, outbox):
        await deliver(store, outbox)
        await assert_delivered_once(store)
