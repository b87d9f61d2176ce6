"""What was removed from the embedded store is gone for everybody who has it open."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from local_folder import Open, index_file
from stored import KEY, bodies_of, put

from bookstore.errors import VersionNotFound
from bookstore.store.local.bodies import Bodies
from bookstore.store.local.journal import Removal, removal_line
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


async def test_removing_counts_what_was_there(store: LocalStore, folder: Path) -> None:
    """And where nothing was ever stored no folder is made."""
    assert await store.remove(KEY, ["never"]) == 0
    assert list(folder.parent.glob("*")) == []
    made = await put(store, KEY, b"first")

    assert await store.remove(KEY, ["never", made.version_id, "20250131"]) == 1
    assert await store.remove(KEY, [made.version_id]) == 0


@pytest.mark.parametrize("also_rebuilt", [False, True])
async def test_what_one_process_removed_is_gone_for_the_others(
    store: LocalStore, folder: Path, reopen: Open, also_rebuilt: bool
) -> None:
    """For those that have it open, those that come later, and an index that is made again."""
    other = reopen()
    made = [await put(store, KEY, b"%d" % n) for n in range(4)]
    assert len(await bodies_of(other, KEY)) == 4

    await store.remove(KEY, [made[0].version_id, made[3].version_id])
    if also_rebuilt:
        index_file(folder).unlink()

    for reader in (other, reopen()):
        assert await bodies_of(reader, KEY) == [b"2", b"1"]
        assert (await reader.head(KEY)).version_id == made[2].version_id
        assert [version.version_id async for version in reader.list()] == [made[2].version_id]


async def test_a_removed_version_that_is_there_twice_stays_removed(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A journal joined from two copies, in whatever order."""
    first = await put(store, KEY, b"first")
    await put(store, KEY, b"second")
    journal = folder / "journal.jsonl"
    copy = journal.read_bytes()
    await store.remove(KEY, [first.version_id])
    whole = journal.read_bytes()

    for joined in (whole + copy, copy + whole, whole[len(copy) :] + copy):
        journal.write_bytes(joined)
        assert await bodies_of(reopen(), KEY) == [b"second"]


@pytest.mark.parametrize("kept", [1, 14, -2, -1])
async def test_a_removal_of_which_only_a_part_was_written_has_not_happened(
    store: LocalStore, folder: Path, reopen: Open, kept: int
) -> None:
    """A power cut; bodies are only removed after the whole line is on disk."""
    first = await put(store, KEY, b"first")
    await put(store, KEY, b"second")
    await store.close()
    journal = folder / "journal.jsonl"
    removal = Removal(key=KEY, version_ids=(first.version_id,), removed_at=first.modified_at)
    with journal.open("ab") as stream:
        stream.write(removal_line(removal)[:kept])

    assert await bodies_of(reopen(), KEY) == [b"second", b"first"]
    await put(reopen(), KEY, b"third")
    left = [b"third", b"second"] if kept == -1 else [b"third", b"second", b"first"]
    assert await bodies_of(reopen(), KEY) == left


async def test_a_version_removed_while_it_is_read_is_not_called_damaged(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not there any more."""
    made = await put(store, KEY, b"first")
    await put(store, KEY, b"second")
    read = Bodies.read

    def late(bodies: Bodies, sha256: str, size_bytes: int) -> bytes:
        asyncio.run(reopen().remove(KEY, [made.version_id]))
        return read(bodies, sha256, size_bytes)

    monkeypatch.setattr(Bodies, "read", late)
    with pytest.raises(VersionNotFound):
        await store.get(KEY, version_id=made.version_id)
