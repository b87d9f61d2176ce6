"""The embedded store never returns a damaged body, and removes one with the last that has it."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from local_folder import Open, body_files, run_python
from stored import KEY, bodies_of, put

from bookstore.errors import StoreRefused, StoreUnavailable
from bookstore.store.local.bodies import Bodies
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

Spoil: TypeAlias = Callable[[Path], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"garbage" * 2000),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
    ],
    ids=["garbage", "short", "missing", "empty"],
)
async def test_a_damaged_body_is_never_returned(
    store: LocalStore, folder: Path, damage: Spoil
) -> None:
    """The refusal names no path; other versions are readable; the same bytes put again heal it."""
    await put(store, KEY, b"good")
    [file] = body_files(folder)
    damage(file)
    await put(store, KEY, b"other")
    first = [version async for version in store.versions(KEY)][-1]

    with pytest.raises(StoreRefused) as caught:
        await store.get(KEY, version_id=first.version_id)
    assert str(folder) not in f"{caught.value.message} {caught.value.hint}"
    assert (await store.get(KEY)).body == b"other"

    await put(store, KEY, b"good")
    assert await bodies_of(store, KEY) == [b"good", b"other", b"good"]


async def test_a_body_swapped_for_another_is_never_returned(
    store: LocalStore, folder: Path
) -> None:
    """Whole in itself, of the same length, and not what was saved."""
    await put(store, KEY, b"good")
    [good] = body_files(folder)
    await put(store, "other", b"evil")
    [evil] = set(body_files(folder)) - {good}
    good.write_bytes(evil.read_bytes())

    with pytest.raises(StoreRefused):
        await store.get(KEY)


async def test_a_body_is_removed_with_the_last_version_that_has_it(
    store: LocalStore, folder: Path
) -> None:
    """Under whatever key; a delete marker has none."""
    same = [await put(store, KEY, b"same") for _ in range(2)]
    elsewhere = await put(store, "other", b"same")
    other = await put(store, KEY, b"other")
    marker = await store.delete(KEY)

    assert await store.remove(KEY, [version.version_id for version in (*same, marker)]) == 3
    assert len(body_files(folder)) == 2
    await store.remove("other", [elsewhere.version_id])
    assert len(body_files(folder)) == 1
    assert (await store.get(KEY, version_id=other.version_id)).body == b"other"


async def test_a_body_removed_while_the_same_bytes_are_put_is_written_again(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another process, after the put found the body there and before its line was written."""
    old = await put(store, KEY, b"same")
    found, removed = threading.Event(), threading.Event()
    add = Bodies.add

    def slow(bodies: Bodies, body: bytes) -> str:
        sha256 = add(bodies, body)
        if not found.is_set():
            found.set()
            removed.wait(60)
        return sha256

    monkeypatch.setattr(Bodies, "add", slow)
    putting = asyncio.ensure_future(put(store, "other", b"same"))
    await asyncio.to_thread(found.wait, 60)
    assert await reopen().remove(KEY, [old.version_id]) == 1
    removed.set()
    await putting

    assert await bodies_of(store, "other") == [b"same"]


PUT_AND_REMOVE = """
    import asyncio, sys
    from pathlib import Path
    from bookstore.store.local.store import LocalStore

    async def main(folder, name, count):
        store = LocalStore(Path(folder))
        for n in range(count):
            body = f"body {n % 3}".encode()
            made = await store.put(name, body, metadata={}, content_type="")
            assert (await store.get(name)).body == body
            if n < count - 1:
                assert await store.remove(name, [made.version_id]) == 1
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.slow
async def test_processes_that_put_and_remove_the_same_bytes_lose_none(
    store: LocalStore, folder: Path
) -> None:
    """Each body is there as long as any version has it, and no longer."""
    processes = [run_python(PUT_AND_REMOVE, folder, name, 61) for name in "ab"]
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0

    assert await bodies_of(store, "a") == await bodies_of(store, "b") == [b"body 0"]
    assert len(body_files(folder)) == 1


async def test_a_body_that_could_not_be_removed_goes_with_the_next_removal(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is gone all the same."""
    made = [await put(store, KEY, b"%d" % n) for n in range(3)]

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(Bodies, "remove", fail)
        with pytest.raises(StoreUnavailable):
            await store.remove(KEY, [made[0].version_id])
    assert await bodies_of(store, KEY) == [b"2", b"1"]
    assert len(body_files(folder)) == 3

    await store.remove(KEY, [made[1].version_id])
    assert len(body_files(folder)) == 1


async def test_bodies_that_nothing_points_to_are_left_alone(
    store: LocalStore, folder: Path
) -> None:
    """Their lines in the journal may be damaged, and repaired one day."""
    first = await put(store, KEY, b"first")
    await put(store, KEY, b"second")
    journal = folder / "journal.jsonl"
    journal.write_bytes(b"\0" + journal.read_bytes())
    third = await put(store, KEY, b"third")

    await store.remove(KEY, [third.version_id, first.version_id])

    assert await bodies_of(store, KEY) == [b"second"]
    assert len(body_files(folder)) == 2
