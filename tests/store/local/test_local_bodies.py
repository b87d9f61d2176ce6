"""The embedded store never returns other bytes than those that were stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeAlias

import pytest
from local_folder import Open, asked, body_files, body_of, pack
from stored import KEY, bodies_of, put

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import BookstoreError, StoreRefused, VersionNotFound
from bookstore.store.local.bodies import Bodies
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

Spoil: TypeAlias = Callable[[Path], object]
LARGE = body_of(1) + bytes(INLINE_BYTES)


def flip(value: bytes, at: int) -> bytes:
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]


async def is_refused(store: LocalStore, folder: Path, version_id: str) -> bool:
    """Is the body of a version refused, in words without a path?"""
    with pytest.raises(StoreRefused) as caught:
        await store.get(KEY, version_id=version_id)
    return str(folder) not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"garbage" * 2000),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(flip(file.read_bytes(), 77)),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
    ],
    ids=["garbage", "short", "one bit", "missing", "empty"],
)
async def test_a_damaged_large_body_is_never_returned(
    store: LocalStore, folder: Path, damage: Spoil
) -> None:
    """The refusal names no path; other versions are readable, and are packed; the same bytes can
    be put again."""
    made = await put(store, KEY, LARGE)
    [file] = body_files(folder)
    damage(file)
    await put(store, KEY, b"other")
    assert await is_refused(store, folder, made.version_id)
    assert (await store.get(KEY)).body == b"other"

    await put(store, KEY, LARGE)
    assert await pack(store) == 2
    assert await is_refused(store, folder, made.version_id)
    assert (await store.get(KEY)).body == LARGE


async def test_a_body_swapped_for_another_is_never_returned(
    store: LocalStore, folder: Path
) -> None:
    """Whole in itself, of the same length, and not what was saved."""
    good, evil = await put(store, KEY, b"good"), await put(store, "other", b"evil")
    asked(folder, "UPDATE bodies SET body = ?", b"evil")

    assert await is_refused(store, folder, good.version_id)
    assert (await store.get("other", version_id=evil.version_id)).body == b"evil"
    assert await pack(store) == 1
    assert await is_refused(store, folder, good.version_id)


@pytest.mark.parametrize("table", ["pieces", "manifests"])
async def test_a_damaged_piece_or_manifest_spoils_no_version_silently(
    store: LocalStore, folder: Path, table: str
) -> None:
    """Whichever bit of it: a version is what it was, or refused."""
    expected = {}
    for n in range(4):
        body = body_of(1, 2, n, end=str(n))
        expected[(await put(store, KEY, body)).version_id] = body
    await pack(store)
    random, refused = Random(5), 0
    rows = asked(folder, f"SELECT rowid, frame FROM {table}")
    for row_id, frame in rows:
        assert isinstance(frame, bytes)
        for _ in range(4):
            damaged = flip(frame, random.randrange(len(frame)))
            asked(folder, f"UPDATE {table} SET frame = ? WHERE rowid = ?", damaged, row_id)
            for version_id, body in expected.items():
                try:
                    assert (await store.get(KEY, version_id=version_id)).body == body
                except StoreRefused:
                    refused += 1
        asked(folder, f"UPDATE {table} SET frame = ? WHERE rowid = ?", frame, row_id)
    assert refused > 0
    assert await bodies_of(store, KEY) == list(reversed(expected.values()))


@pytest.mark.slow
async def test_a_bit_that_flips_anywhere_in_the_file_spoils_no_version_silently(
    store: LocalStore, folder: Path, tmp_path: Path
) -> None:
    """A version is what it was, or it is said that it cannot be read, or it is not there."""
    expected = {}
    for n in range(6):
        body = body_of(1, n, end=str(n))
        expected[(await put(store, KEY, body)).version_id] = body
        if n == 3:
            await pack(store)
    await store.close()
    whole = (folder / "store.sqlite3").read_bytes()
    random, unreadable = Random(6), 0
    for n in range(100):
        copy = LocalStore(tmp_path / f"{n}")
        copy.directory.mkdir()
        (copy.directory / "store.sqlite3").write_bytes(flip(whole, random.randrange(len(whole))))
        for version_id, body in expected.items():
            try:
                assert (await copy.get(KEY, version_id=version_id)).body == body
            except BookstoreError:
                unreadable += 1
        await copy.close()
    assert unreadable > 0


async def test_a_damaged_piece_is_mended_by_the_next_version_that_has_it(
    store: LocalStore, folder: Path
) -> None:
    """What was refused meanwhile can be read again."""
    first = await put(store, KEY, body_of(1, 2))
    await pack(store)
    asked(folder, "UPDATE pieces SET frame = x'00'")
    assert await is_refused(store, folder, first.version_id)

    await put(store, "other", body_of(2, 1))
    assert await pack(store) == 1

    assert await bodies_of(store, KEY) == [body_of(1, 2)]
    assert await bodies_of(store, "other") == [body_of(2, 1)]


async def test_what_follows_a_damaged_manifest_is_packed_without_it(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """And goes when it is removed, as does the damaged version."""
    damaged = await put(store, KEY, body_of(1, 2))
    between = await put(store, KEY, body_of(1, 3))
    await pack(store)
    asked(folder, "UPDATE manifests SET frame = x'00' WHERE base IS NULL")
    again = reopen()
    later = await put(again, KEY, body_of(1, 4))
    await put(again, "other", body_of(5))

    assert await pack(again) == 2

    assert (await again.get(KEY)).body == body_of(1, 4)
    assert await is_refused(again, folder, damaged.version_id)
    assert await is_refused(again, folder, between.version_id)
    assert await again.remove(KEY, [damaged.version_id]) == 1
    assert await again.remove(KEY, [later.version_id, between.version_id]) == 2
    assert await bodies_of(again, "other") == [body_of(5)]
    assert asked(folder, "SELECT count(*) FROM pieces") == [(1,)]


async def test_a_version_packed_while_it_is_read_is_read_all_the_same(
    store: LocalStore, folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is gone when it would be opened."""
    await put(store, KEY, LARGE)
    other, read, late = reopen(), Bodies.read, []

    def packed_first(bodies: Bodies, *values: object) -> bytes:
        if bodies is store._bodies and not late:
            late.append(True)
            assert other._packing.pack() == 1
        return read(bodies, *values)  # type: ignore[arg-type]

    monkeypatch.setattr(Bodies, "read", packed_first)
    assert (await store.get(KEY)).body == LARGE
    assert late
    assert body_files(folder) == []


async def test_a_version_removed_while_it_is_read_is_not_called_damaged(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small one is read as it was; of a large one it is said that it is not there any more."""
    small, large = await put(store, KEY, b"small"), await put(store, KEY, LARGE)
    read = Bodies.read

    def late(bodies: Bodies, *values: object) -> bytes:
        asyncio.run(reopen().remove(KEY, [small.version_id, large.version_id]))
        return read(bodies, *values)  # type: ignore[arg-type]

    with monkeypatch.context() as slow:
        slow.setattr(Bodies, "read", late)
        assert (await store.get(KEY, version_id=small.version_id)).body == b"small"
    large = await put(store, KEY, LARGE)
    monkeypatch.setattr(Bodies, "read", late)
    with pytest.raises(VersionNotFound):
        await store.get(KEY, version_id=large.version_id)
