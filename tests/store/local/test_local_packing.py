"""Versions of the embedded store become pieces in the background, and can be read all the while."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from random import Random

import pytest
from local_folder import Open, asked, body_files, body_of, counted, pack
from stored import KEY, bodies_of, put

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.files.os_lock import OsLock
from bookstore.manifests.chain import LONGEST_CHAIN
from bookstore.store.local import packing, pieces
from bookstore.store.local.packing import Packing
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

ODD = (b"", b"\0", b"not json", b'{"cells": [', "\u00e9\u2028".encode(), bytes(300_000))


async def test_what_is_put_is_packed_by_itself(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment later, on a thread that ends when nothing is left to do."""
    monkeypatch.setattr(packing, "PAUSE_S", 0.001)
    for n in range(3):
        await put(store, KEY, body_of(1, n))
        await asyncio.to_thread(store._packing._thread.join, 60)

    assert counted(folder)["manifests"] == 3
    assert counted(folder)["bodies"] == 0
    assert store._packing._thread is None


async def test_who_saves_all_the_time_has_versions_packed_in_between(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never quiet for as long as packing likes to wait."""
    monkeypatch.setattr(packing, "PAUSE_S", 0.2)
    monkeypatch.setattr(packing, "LONGEST_S", 0.5)
    puts = 0
    while not asked(folder, "SELECT count(*) FROM manifests")[0][0] if puts else True:
        await put(store, KEY, body_of(1, puts))
        puts += 1
        assert puts < 100_000


@pytest.mark.parametrize("at_once", [1, 100])
async def test_a_long_history_comes_out_byte_for_byte(
    store: LocalStore, folder: Path, at_once: int
) -> None:
    """Packed one by one or together; no version undoes more differences than the longest chain."""
    text = Random(1).randbytes(1900).hex()
    bodies = [body_of(1, 2, end=f"{text}{n}") for n in range(2 * LONGEST_CHAIN + 6)]
    for n, body in enumerate(bodies):
        await put(store, KEY, body)
        if n % at_once == at_once - 1:
            await pack(store)
    await pack(store)

    assert await bodies_of(store, KEY) == bodies[::-1]
    assert asked(folder, "SELECT max(chain) FROM manifests") == [(LONGEST_CHAIN,)]
    assert asked(folder, "SELECT count(*) FROM manifests WHERE base IS NULL") == [(3,)]
    assert asked(folder, "SELECT count(*) FROM uses WHERE last IS NULL") == [(2,)]
    assert counted(folder) == {"pieces": 2, "uses": 2, "manifests": len(bodies), "bodies": 0}


async def test_whatever_the_bytes_are_they_come_out(store: LocalStore, folder: Path) -> None:
    """What is no notebook, or broken, or empty; large bodies, whose files go."""
    bodies = [*ODD, body_of(1) + Random(1).randbytes(INLINE_BYTES)]
    for body in bodies:
        await put(store, KEY, body)
    await store.delete(KEY)
    assert await pack(store) == len(bodies)
    await put(store, KEY, b"last")

    assert [v.size_bytes async for v in store.versions(KEY)][2:] == [*map(len, bodies[::-1])]
    ids = [v.version_id async for v in store.versions(KEY) if not v.is_delete_marker]
    found = [(await store.get(KEY, version_id=each)).body for each in reversed(ids)]
    assert found == [*bodies, b"last"]
    assert body_files(folder) == []


async def test_what_a_version_has_no_more_is_noted_and_what_comes_back_as_well(
    store: LocalStore, folder: Path
) -> None:
    """So that a removal knows, without looking into any other version, what to take."""
    made = []
    for cells in ((1, 2), (1, 3), (1, 2), (4,)):
        made.append(await put(store, KEY, body_of(*cells)))
        await pack(store)
    places = [row[0] for row in asked(folder, "SELECT sequence FROM versions ORDER BY 1")]
    uses = asked(folder, "SELECT first, last FROM uses ORDER BY piece_id, first")
    first, second, third, fourth = places
    assert sorted(uses, key=str) == sorted(
        [(first, third), (first, first), (third, third), (second, second), (fourth, None)], key=str
    )

    assert await store.remove(KEY, [made[0].version_id, made[2].version_id]) == 2
    assert counted(folder)["pieces"] == 3
    assert await bodies_of(store, KEY) == [body_of(4), body_of(1, 3)]


async def test_a_version_that_comes_before_packed_ones_is_packed_as_well(
    store: LocalStore, folder: Path
) -> None:
    """A save that waited keeps its place before one that was put meanwhile."""
    for cells in ((1, 2), (1, 3), (1, 2)):
        await put(store, KEY, body_of(*cells))
    places = [row[0] for row in asked(folder, "SELECT sequence FROM versions ORDER BY 1")]
    [(kept,)] = asked(folder, "SELECT DISTINCT kept FROM versions")
    asked(folder, "UPDATE versions SET kept = '' WHERE sequence = ?", places[1])
    assert await pack(store) == 2
    asked(folder, "UPDATE versions SET kept = ? WHERE sequence = ?", kept, places[1])
    assert await pack(store) == 1
    await put(store, KEY, body_of(3))
    await pack(store)

    expected = [body_of(3), body_of(1, 2), body_of(1, 3), body_of(1, 2)]
    assert await bodies_of(store, KEY) == expected
    ids = [version.version_id async for version in store.versions(KEY)]
    for version_id in (ids[2], ids[0], ids[3]):
        await store.remove(KEY, [version_id])
        expected = [expected[ids.index(each)] for each in ids if each != version_id]
        ids.remove(version_id)
        assert await bodies_of(store, KEY) == expected
    await store.remove(KEY, ids)
    assert not any(counted(folder).values())


async def test_a_version_that_does_not_come_out_of_its_pieces_stays_whole(
    store: LocalStore,
    folder: Path,
    reopen: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the fault is; others are packed, and this one when the fault is mended."""
    await put(store, KEY, body_of(1))
    await put(store, "other", body_of(2))
    [(first,)] = asked(folder, "SELECT min(sequence) FROM versions")
    read = pieces.body_of

    def other_bytes(db: sqlite3.Connection, sequence: int) -> bytes:
        return read(db, sequence)[:: -1 if sequence == first else 1]

    with monkeypatch.context() as broken:
        broken.setattr(pieces, "body_of", other_bytes)
        assert await pack(store) == 1
        assert await pack(store) == 0
        assert await bodies_of(store, KEY) == [body_of(1)]
    assert "stays whole" in caplog.text
    assert counted(folder)["bodies"] == counted(folder)["manifests"] == 1

    assert await pack(reopen()) == 1
    assert await bodies_of(store, KEY) == [body_of(1)]


async def test_a_version_removed_while_it_is_packed_leaves_nothing(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only one of its key, after its pieces were written and before its manifest was."""
    monkeypatch.setattr(packing, "_PIECES_BYTES", 1)
    made = await put(store, KEY, body_of(1, 2, 3))
    await put(store, "other", body_of(3))
    loop = asyncio.get_running_loop()
    removed = []

    async def remove() -> None:
        removed.append(await store.remove(KEY, [made.version_id]))

    run = Packing._run

    def removing(self: Packing, work: object, **options: object) -> object:
        if not removed and asked(folder, "SELECT 1 FROM pieces"):
            asyncio.run_coroutine_threadsafe(remove(), loop).result(60)
        return run(self, work, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Packing, "_run", removing)
    assert await pack(store) == 1
    assert removed == [1]
    assert counted(folder) == {"pieces": 1, "uses": 1, "manifests": 1, "bodies": 0}
    assert await bodies_of(store, "other") == [body_of(3)]


async def test_one_process_packs_and_others_leave_it_to_it(store: LocalStore, folder: Path) -> None:
    """Until it ends, however that is."""
    await put(store, KEY, b"first")
    lock = OsLock(folder / "packing.lock")
    assert lock.try_acquire()
    assert await pack(store) is None
    lock.release()

    assert await pack(store) == 1


async def test_closing_does_not_wait_until_all_is_packed(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left is packed when the store is opened again."""
    monkeypatch.setattr(packing, "_BATCH", 1)
    for n in range(5):
        await put(store, KEY, body_of(1, n))
    prove = Packing._is_proven

    def closing(self: Packing, cut: packing._Cut) -> bool:
        self._closing.set()
        return prove(self, cut)

    with monkeypatch.context() as closed:
        closed.setattr(Packing, "_is_proven", closing)
        assert await pack(store) == 1
    await store.close()

    again = reopen()
    assert await pack(again) == 4
    assert await bodies_of(again, KEY) == [body_of(1, n) for n in reversed(range(5))]


async def test_a_disk_that_fails_leaves_versions_whole(
    store: LocalStore,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody is alarmed: they can be read, and are packed later."""
    monkeypatch.setattr(packing, "PAUSE_S", 0.001)

    def full(self: Packing, work: object, **options: object) -> object:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(Packing, "_run", full)
        await put(store, KEY, body_of(1))
        await asyncio.to_thread(store._packing._thread.join, 60)
    assert await bodies_of(store, KEY) == [body_of(1)]
    assert not [record for record in caplog.records if record.levelno > logging.INFO]
    assert counted(folder)["manifests"] == 0

    store.tidy_soon()
    await asyncio.to_thread(store._packing._thread.join, 60)
    assert counted(folder)["manifests"] == 1
    assert await bodies_of(store, KEY) == [body_of(1)]
