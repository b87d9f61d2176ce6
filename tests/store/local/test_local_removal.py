"""What was removed from the embedded store is gone for everybody, with all that only it had."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from local_folder import Open, asked, body_files, body_of, counted, pack
from stored import KEY, bodies_of, put

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import StoreUnavailable
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


async def test_removing_counts_what_was_there(store: LocalStore, folder: Path) -> None:
    """And where nothing was ever stored no folder is made."""
    assert await store.remove(KEY, ["never"]) == 0
    assert list(folder.parent.glob("*")) == []
    made = await put(store, KEY, b"first")

    assert await store.remove(KEY, ["never", made.version_id, "20250131"]) == 1
    assert await store.remove(KEY, [made.version_id]) == 0


@pytest.mark.parametrize("is_packed", [False, True])
async def test_what_one_process_removed_is_gone_for_the_others(
    store: LocalStore, reopen: Open, is_packed: bool
) -> None:
    """For those that have it open, and those that come later."""
    other = reopen()
    made = [await put(store, KEY, b"%d" % n) for n in range(4)]
    assert len(await bodies_of(other, KEY)) == 4
    if is_packed:
        await pack(other)

    await store.remove(KEY, [made[0].version_id, made[3].version_id])

    for reader in (other, reopen()):
        assert await bodies_of(reader, KEY) == [b"2", b"1"]
        assert (await reader.head(KEY)).version_id == made[2].version_id
        assert [version.version_id async for version in reader.list()] == [made[2].version_id]


async def test_a_piece_is_removed_with_the_last_version_that_has_it(
    store: LocalStore, folder: Path
) -> None:
    """Under whatever key; a delete marker has none."""
    same = [await put(store, KEY, body_of(1)) for _ in range(2)]
    elsewhere = await put(store, "other", body_of(1))
    other = await put(store, KEY, body_of(2))
    marker = await store.delete(KEY)
    await pack(store)

    assert await store.remove(KEY, [version.version_id for version in (*same, marker)]) == 3
    assert counted(folder)["pieces"] == 2
    assert await bodies_of(store, "other") == [body_of(1)]
    await store.remove("other", [elsewhere.version_id])
    assert counted(folder)["pieces"] == 1
    assert (await store.get(KEY, version_id=other.version_id)).body == body_of(2)


@pytest.mark.parametrize("removed", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {3}, {0, 1, 2, 3}])
async def test_what_a_removed_version_was_the_base_of_can_still_be_read(
    store: LocalStore, folder: Path, removed: set[int]
) -> None:
    """Whichever links of a chain of differences go, and whatever is put afterwards."""
    bodies = [body_of(1, 2, end=str(n)) for n in range(5)]
    made = [await put(store, KEY, body) for body in bodies]
    await pack(store)
    assert asked(folder, "SELECT max(chain) FROM manifests") == [(4,)]

    await store.remove(KEY, [made[n].version_id for n in removed])
    left = [body for n, body in enumerate(bodies) if n not in removed]
    assert await bodies_of(store, KEY) == left[::-1]
    await put(store, KEY, body_of(1, 3))
    await pack(store)
    assert await bodies_of(store, KEY) == [body_of(1, 3), *left[::-1]]


async def test_a_large_body_goes_with_its_version(store: LocalStore, folder: Path) -> None:
    """Its file, where it is not in pieces yet."""
    kept = await put(store, KEY, b"1" + bytes(INLINE_BYTES))
    gone = await put(store, KEY, b"2" + bytes(INLINE_BYTES))
    assert len(body_files(folder)) == 2

    await store.remove(KEY, [gone.version_id])

    assert len(body_files(folder)) == 1
    body = (await store.get(KEY, version_id=kept.version_id)).body
    assert body == b"1" + bytes(INLINE_BYTES)


async def test_a_file_that_could_not_be_removed_is_swept_later(
    store: LocalStore, folder: Path, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is gone all the same."""
    gone = await put(store, KEY, bytes(INLINE_BYTES + 1))
    await put(store, KEY, b"last")
    [file] = body_files(folder)

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "unlink", fail)
        broken.setattr(Path, "unlink", fail)
        assert await store.remove(KEY, [gone.version_id]) == 1
    assert await bodies_of(store, KEY) == [b"last"]
    assert body_files(folder) == [file]

    os.utime(file, (1e9, 1e9))
    await pack(reopen())
    assert body_files(folder) == []


async def test_a_removal_that_fails_has_not_happened(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails in the midst of it takes nothing."""
    made = [await put(store, KEY, body_of(1, n)) for n in range(3)]
    await pack(store)
    before = counted(folder)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr("bookstore.store.local.pieces.drop_unused", fail)
        with pytest.raises((StoreUnavailable, OSError)):
            await store.remove(KEY, [made[0].version_id, made[1].version_id])
    assert counted(folder) == before
    assert await bodies_of(store, KEY) == [body_of(1, n) for n in (2, 1, 0)]

    await store.remove(KEY, [version.version_id for version in made])
    assert not any(counted(folder).values())
