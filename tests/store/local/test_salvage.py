"""A damaged file of the embedded store: what can be read of it goes on, and never other bytes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from local_folder import opened
from stored import ids_of
from support import save_of

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.databases.owned import DatabaseUnavailable
from bookstore.delivery.adoption import Adoption
from bookstore.errors import OutboxUnavailable, StoreError, StoreUnavailable
from bookstore.outbox import Outbox
from bookstore.store.local import packing, salvage, tables
from bookstore.store.local import store as local_store
from bookstore.store.local.store import DATABASE, LocalStore

pytestmark = pytest.mark.asyncio

KEYS = [f"workspace/{name}.ipynb" for name in "abc"]
WAITING = [save_of(f"waiting{number}.ipynb", f"{number}") for number in range(5)]
TRIALS = int(os.environ.get("BOOKSTORE_DAMAGE_TRIALS", "25"))


def notebook(key: str, number: int) -> bytes:
    seeded = random.Random(f"{key} {number // 5}")
    cells = [{"source": f"{key} {number}", "output": seeded.randbytes(6000).hex()}]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


async def put(store: LocalStore, key: str, body: bytes) -> str:
    return (await store.put(key, body, metadata={"author": "ada"}, content_type="")).version_id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with versions in pieces, in rows and in files, and saves that wait."""
    folder = tmp_path_factory.mktemp("whole") / "bucket"
    async with opened(folder) as (store, outbox):
        for number in range(20):
            for key in KEYS:
                await put(store, key, notebook(key, number))
        await asyncio.to_thread(store._packing.pack)
        store._packing._closing.set()  # the rest stays as it is
        await put(store, "workspace/large.ipynb", b"x" * (INLINE_BYTES + 1))
        for key in KEYS:
            await put(store, key, notebook(key, 21))
        await store.delete(KEYS[2])
        await outbox.add(WAITING)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "bucket"))


def known(folder: Path) -> dict[str, tuple[str, str]]:
    """Key and SHA-256 of every version, by its ID."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        rows = db.execute("SELECT version_id, key, sha256 FROM versions v JOIN keys ON id = key_id")
        return {version_id: (bytes(key).decode(), sha256) for version_id, key, sha256 in rows}


def asides(folder: Path, why: str) -> list[Path]:
    return list(folder.glob(f"{DATABASE}.{why}-*[0-9]"))


async def readable(store: LocalStore, before: dict[str, tuple[str, str]]) -> int:
    """How many versions come out; each is what it was."""
    count = 0
    for version_id, (key, sha256) in before.items():
        try:
            found = await store.get(key, version_id=version_id)
        except StoreError:
            continue
        assert hashlib.sha256(found.body).hexdigest() == sha256
        count += 1
    return count


def pack(store: LocalStore) -> None:
    """As its thread does."""
    for _ in range(2):
        try:
            store._packing.pack()
        except (sqlite3.Error, DatabaseUnavailable):
            continue


async def deliver(store: LocalStore, outbox: Outbox) -> None:
    adoption = Adoption(outbox, store, tell=lambda _: None, log=logging.getLogger(__name__))
    await adoption.drain(deadline_s=30)
    await adoption.stop()


def overwrite(file: Path, start: int, noise: bytes) -> None:
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(noise)


@pytest.mark.parametrize("trial", range(TRIALS))
async def test_damage_anywhere_gives_no_other_bytes_and_keeps_no_save_out(
    folder: Path, whole: Path, trial: int
) -> None:
    seeded, file = random.Random(trial), folder / DATABASE
    before = known(whole)
    pages = file.stat().st_size // 4096
    for page in seeded.sample(range(1, pages), seeded.choice((1, 3, pages // 4))):
        size = seeded.choice((1, 40, 4096))
        overwrite(file, 4096 * page + seeded.randrange(4097 - size), seeded.randbytes(size))
    async with opened(folder) as (store, outbox):
        await readable(store, before)
        for attempt in range(3):
            try:
                made = await put(store, KEYS[0], b"saved %d" % trial)
                before[made] = KEYS[0], hashlib.sha256(b"saved %d" % trial).hexdigest()
                break
            except StoreError:
                assert attempt < 2, "saves are kept out"
        await deliver(store, outbox)
        await readable(store, before)
        await asyncio.to_thread(pack, store)
        async for version in store.list():
            async for _ in store.versions(version.key):
                pass
        count = await readable(store, before)
    async with opened(folder) as (store, _):
        assert await readable(store, before) == count


async def damage(folder: Path, table: str) -> None:
    """Overwrite the root page of a table, so that nothing in it can be found."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        [page] = db.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    overwrite(folder / DATABASE, 4096 * (page - 1), os.urandom(4096))


async def test_what_can_be_read_is_known_at_once_at_its_place_and_packed_later(
    folder: Path, whole: Path
) -> None:
    """The table of what waits is damaged: versions have lost nothing."""
    before = known(whole)
    async with opened(whole) as (store, _):
        histories = {key: await ids_of(store, key) for key in KEYS}
    await damage(folder, "lines")
    async with opened(folder) as (store, outbox):
        with pytest.raises(Exception, match="cannot be used"):
            await outbox.add([save_of("new.ipynb", "new")])
        await outbox.add([save_of("new.ipynb", "new")])
        for key in KEYS:
            assert await ids_of(store, key) == histories[key]
        assert await readable(store, before) == len(before) - 1  # one is a delete marker
        assert "Versions that are known from it: 65." in outbox.problem
        await deliver(store, outbox)
        assert (await outbox.totals()).depth == 0
        [aside] = asides(folder, "damaged")
        await asyncio.to_thread(store._packing.pack)
        with closing(sqlite3.connect(folder / DATABASE)) as db:
            query = "SELECT count(*) FROM versions WHERE kept LIKE ?"
            assert db.execute(query, (f"{tables.ASIDE}%",)).fetchone() == (0,)
        aside.unlink()
        assert await readable(store, before) == len(before) - 1


async def test_packing_goes_on_in_another_process(
    folder: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "PAUSE_S", 0.1)
    before = known(whole)
    await damage(folder, "lines")
    async with opened(folder) as (store, outbox):
        with pytest.raises(Exception, match="cannot be used"):
            await outbox.add([save_of("new.ipynb", "new")])
        await outbox.add([save_of("new.ipynb", "new")])
        background = store._packing
        await asyncio.to_thread(background._pack_together, background._next_rows()[:7])
    async with opened(folder) as (store, _):
        assert await readable(store, before) == len(before) - 1
        thread = store._packing._thread
        assert thread is not None
        await asyncio.to_thread(thread.join)
        assert not await asyncio.to_thread(store._packing._next_rows)
        assert await readable(store, before) == len(before) - 1


@pytest.mark.parametrize("size", [0, 50, 4096, 40_000])
async def test_a_file_that_was_cut_short_keeps_no_save_out(
    folder: Path, whole: Path, size: int
) -> None:
    with (folder / DATABASE).open("r+b") as stream:
        stream.truncate(size)
    async with opened(folder) as (store, outbox):
        await readable(store, known(whole))
        await deliver(store, outbox)
        made = await put(store, KEYS[0], b"saved")
        assert (await store.get(KEYS[0])).version.version_id == made


async def test_damage_that_even_garbles_what_sqlite_says_keeps_no_save_out(folder: Path) -> None:
    """SQLite names what is damaged, and that name is no text."""
    content = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(
        content.replace(b"CREATE INDEX versions_of", b"CREATE \x88NDEX versions_of")
    )
    async with opened(folder) as (store, outbox):
        with contextlib.suppress(StoreError):
            await ids_of(store, KEYS[0])
        made = await put(store, KEYS[0], b"saved")
        await outbox.add([save_of("new.ipynb", "new")])
        assert (await store.get(KEYS[0])).version.version_id == made
    assert asides(folder, "damaged")


async def test_a_fact_that_is_no_text_any_more_costs_that_version_alone(
    folder: Path, whole: Path
) -> None:
    """Whoever comes upon it in a list mends the file, as with any other damage."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        db.execute("UPDATE versions SET content_type = CAST(x'8888' AS TEXT) WHERE sequence = 4")
        db.commit()
    async with opened(whole) as (store, _):
        before = await ids_of(store, KEYS[0])
    async with opened(folder) as (store, _):
        after = await ids_of(store, KEYS[0])
    assert len(after) == len(before) - 1
    assert set(after) < set(before)
    assert asides(folder, "damaged")


async def test_a_file_of_a_later_release_is_moved_aside_with_all_that_is_understood(
    folder: Path, whole: Path
) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        db.execute(f"PRAGMA user_version = {tables.FORMAT_NUMBER + 1}")
    before = known(whole)
    async with opened(folder) as (store, outbox):
        await put(store, KEYS[0], b"saved")
        assert await readable(store, before) == len(before) - 1
        await deliver(store, outbox)
        assert len([version async for version in store.list("workspace/waiting")]) == 5
    assert len(asides(folder, "later")) == 1


async def test_no_history_is_told_before_all_of_it_is_known(
    folder: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saves go on at once; who asks is told that it is not known yet, and never less than there is.
    A process that dies in between loses nothing of it."""
    monkeypatch.setattr(salvage, "_PORTION", 7)
    monkeypatch.setattr(local_store, "_PATIENCE_S", -1.0)
    async with opened(whole) as (store, _):
        histories = {key: await ids_of(store, key) for key in KEYS}
    await damage(folder, "lines")
    new = save_of("new.ipynb", "new")
    async with opened(folder) as (store, outbox):
        with pytest.raises(OutboxUnavailable):
            await outbox.add([new])
        await outbox.add([new])
        assert "Versions that it has are being read from it." in outbox.problem
        assert await outbox.head(new.key) is not None
        made = await put(store, KEYS[0], b"saved meanwhile")
        for key in KEYS:
            with pytest.raises(StoreUnavailable, match="still being read"):
                await ids_of(store, key)
    async with opened(folder) as (store, outbox):
        with pytest.raises(StoreUnavailable, match="still being read"):
            await store.head(KEYS[2])
        with pytest.raises(StoreUnavailable, match="still being read"):
            [version async for version in store.list()]
        await deliver(store, outbox)
        assert (await outbox.totals()).depth == 0
        assert await ids_of(store, KEYS[0]) == [made, *histories[KEYS[0]]]
        assert await ids_of(store, KEYS[1]) == histories[KEYS[1]]
        assert await ids_of(store, KEYS[2]) == histories[KEYS[2]]
        assert "Versions that are known from it: 65." in outbox.problem
