"""Damage to the journal harms no version but the one whose line it is in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from local_folder import Open, run_python
from stored import KEY, bodies_of, put

from bookstore.store.local.journal import to_line
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

FILL_UP = """
    import asyncio, resource, sys
    from pathlib import Path
    from bookstore.errors import StoreUnavailable
    from bookstore.store.local.store import LocalStore

    async def put(store, body):
        await store.put("workspace/demo.ipynb", body, metadata={"note": "x" * 9}, content_type="")

    async def main(folder):
        store = LocalStore(folder)
        for n in range(10):
            await put(store, b"%d" % n)
        size = (folder / "journal.jsonl").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, resource.RLIM_INFINITY))
        try:
            await put(store, b"too much")
        except StoreUnavailable:
            print("refused")
        print((folder / "journal.jsonl").stat().st_size - size)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await put(store, b"last")
        await store.close()

    asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_disk_that_fills_up_within_a_line_harms_no_other(
    store: LocalStore, folder: Path
) -> None:
    """The put fails, the half line is passed over, and the next put is kept."""
    process = run_python(FILL_UP, folder)
    said, _ = await asyncio.to_thread(process.communicate)

    assert said.split() == ["refused", "100"]
    assert await bodies_of(store, KEY) == [b"last", *(b"%d" % n for n in reversed(range(10)))]


@pytest.mark.parametrize("kept", [1, 40, -2, -1])
async def test_a_torn_last_line_is_passed_over(
    store: LocalStore, folder: Path, reopen: Open, kept: int
) -> None:
    """A power cut left a part of a line that was never acknowledged: what follows is not
    swallowed by it, in this process or another."""
    await put(store, KEY, b"first")
    line = to_line(await put(store, KEY, b"torn"))
    with (folder / "journal.jsonl").open("r+b") as journal:
        journal.truncate((folder / "journal.jsonl").stat().st_size - len(line) + len(line[:kept]))

    assert await bodies_of(store, KEY) == [b"first"]
    assert await bodies_of(reopen(), KEY) == [b"first"]
    await put(reopen(), KEY, b"third")
    expected = [b"third", b"torn", b"first"] if kept == -1 else [b"third", b"first"]
    assert await bodies_of(store, KEY) == expected
    assert await bodies_of(reopen(), KEY) == expected


async def test_a_line_that_is_not_a_version_is_passed_over_and_logged(
    store: LocalStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an editor or a bad disk left there."""
    await put(store, KEY, b"first")
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'\n{"key": "x"}\n[1]\n\xff\n\0\0\0\n{}\n7\n')
    await put(store, KEY, b"second")

    assert await bodies_of(store, KEY) == [b"second", b"first"]
    assert "not a version" in caplog.text


async def test_a_journal_joined_from_two_copies_counts_each_version_once(
    store: LocalStore, folder: Path
) -> None:
    """Whoever repairs by hand need not be exact."""
    await put(store, KEY, b"first")
    await put(store, KEY, b"second")
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() * 2)

    assert await bodies_of(store, KEY) == [b"second", b"first"]
    assert (await store.get(KEY)).body == b"second"
