"""The index of the embedded store follows the journal, and is made again from it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from local_folder import Open, index_file
from stored import KEY, bodies_of, put

from bookstore.errors import StoreUnavailable
from bookstore.records import ObjectVersion
from bookstore.store.local.journal import Journal
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

Spoil: TypeAlias = Callable[[Path], object]


def spoil_head(file: Path) -> None:
    file.write_bytes(b"this is not a database" * 500)


def spoil_middle(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def empty(file: Path) -> None:
    file.write_bytes(b"")


SPOILERS = [Path.unlink, spoil_head, spoil_middle, cut_short, empty]


@pytest.mark.parametrize("spoil", SPOILERS)
async def test_an_index_spoilt_while_nobody_uses_it_is_made_again(
    store: LocalStore, folder: Path, reopen: Open, spoil: Spoil
) -> None:
    """The journal holds everything; history is as before."""
    for n in range(50):
        await put(store, KEY, b"%d" % n)
    before = [version async for version in store.versions(KEY)]
    await store.close()
    spoil(index_file(folder))

    again = reopen()

    assert [version async for version in again.versions(KEY)] == before
    await put(again, KEY, b"more")
    assert (await again.get(KEY)).body == b"more"


@pytest.mark.parametrize("spoil", SPOILERS)
async def test_an_index_spoilt_while_in_use_is_made_again(
    store: LocalStore, folder: Path, reopen: Open, spoil: Spoil
) -> None:
    """By two processes at once, which go on agreeing."""
    other = reopen()
    await put(store, KEY, b"first")
    await put(other, KEY, b"second")
    assert await bodies_of(store, KEY) == await bodies_of(other, KEY)  # now both have it open
    spoil(index_file(folder))

    for n in range(3):
        await put(other, KEY, b"other%d" % n)
        await put(store, KEY, b"store%d" % n)
        assert len(await bodies_of(store, KEY)) == len(await bodies_of(other, KEY)) == 4 + 2 * n

    expected = [b"store2", b"other2", b"store1", b"other1", b"store0", b"other0"]
    expected += [b"second", b"first"]
    assert await bodies_of(store, KEY) == await bodies_of(other, KEY) == expected
    assert await bodies_of(reopen(), KEY) == expected
    await store.close()
    assert await bodies_of(other, KEY) == await bodies_of(reopen(), KEY) == expected


async def test_an_index_that_cannot_be_used_stops_no_save(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A version is safe in the journal; reading waits until the index works."""
    await put(store, KEY, b"before")
    assert await bodies_of(store, KEY) == [b"before"]
    index_file(folder).unlink()
    (folder / "index-2-0.sqlite3").mkdir()
    store = reopen()

    await put(store, KEY, b"saved")
    with pytest.raises(StoreUnavailable, match="index"):
        await store.get(KEY)
    (folder / "index-2-0.sqlite3").rmdir()

    assert await bodies_of(store, KEY) == [b"saved", b"before"]


async def test_an_index_is_left_behind_by_a_bounded_part_of_the_journal(
    store: LocalStore, folder: Path
) -> None:
    """Whoever asks for the first time after a thousand saves does not wait for all of them."""
    for n in range(40):
        await store.put(KEY, b"%d" % n, metadata={"m": "x" * 10_000}, content_type="text/plain")

    with contextlib.closing(sqlite3.connect(index_file(folder))) as index:
        [indexed] = index.execute("SELECT count(*) FROM versions").fetchone()
    assert 32 <= indexed < 40
    assert len(await bodies_of(store, KEY)) == 40


async def test_a_version_that_the_index_missed_is_found(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A process died between the journal and the index."""
    made = await put(store, KEY, b"first")
    Journal(folder).append(
        ObjectVersion(
            key=KEY,
            version_id="missed",
            size_bytes=made.size_bytes,
            modified_at=made.modified_at,
            etag=made.etag,
        )
    )

    assert (await store.head(KEY)).version_id == "missed"
    assert (await reopen().head(KEY)).version_id == "missed"


@pytest.mark.parametrize("also_put", [False, True])
async def test_an_index_ahead_of_the_journal_follows_it(
    store: LocalStore, folder: Path, reopen: Open, also_put: bool
) -> None:
    """A power cut took lines that were read before they were on disk, or a copy was restored."""
    await put(store, KEY, b"first")
    copy = (folder / "journal.jsonl").read_bytes()
    for n in range(3):
        await put(store, KEY, b"lost%d" % n)
    await store.close()

    (folder / "journal.jsonl").write_bytes(copy)
    again = reopen()
    if also_put:
        for n in range(5):
            await put(again, KEY, b"new%d" % n)

    new = [b"new%d" % n for n in reversed(range(5))] if also_put else []
    assert await bodies_of(again, KEY) == [*new, b"first"]
