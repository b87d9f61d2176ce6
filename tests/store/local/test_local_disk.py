"""A disk that does not work is told in words, and nothing is lost by it."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import re
from pathlib import Path

import pytest
from local_folder import body_of, moved_aside, pack, remove_file, run_python
from stored import KEY, bodies_of, put
from support import save_of

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import OutboxUnavailable, StoreRefused, StoreUnavailable
from bookstore.outbox import Outbox, part
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StoreUnavailable),
        (errno.EROFS, StoreUnavailable),
        (errno.EIO, StoreUnavailable),
        (errno.EACCES, StoreRefused),
    ],
)
async def test_a_disk_error_is_told_without_the_servers_paths(
    store: LocalStore,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[Exception],
) -> None:
    """Nothing is stored, nothing earlier is lost, and the store works again with its disk."""
    await put(store, KEY, b"first")

    def fail(*args: object) -> None:
        raise OSError(number, os.strerror(number), str(folder))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)  # large bodies are written by us
        with pytest.raises(expected, match=re.escape(os.strerror(number))) as caught:
            await put(store, KEY, bytes(INLINE_BYTES + 1))
    assert str(folder) not in f"{caught.value.message} {caught.value.hint}"

    assert await bodies_of(store, KEY) == [b"first"]
    await put(store, KEY, b"third")
    assert await bodies_of(store, KEY) == [b"third", b"first"]
    assert (await store.check()).reachable


FILL_UP = """
    import asyncio, resource, signal, sys
    from pathlib import Path
    from bookstore.errors import StoreUnavailable
    from bookstore.store.local.store import LocalStore

    async def put(store, body):
        return await store.put("workspace/demo.ipynb", body, metadata={}, content_type="")

    async def main(folder):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = LocalStore(folder)
        for n in range(10):
            await put(store, b"%d" % n)
        size = (folder / "store.sqlite3-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
        try:
            await put(store, bytes(100_000))
        except StoreUnavailable as error:
            assert str(folder) not in error.message
            print("refused")
        print((await store.get("workspace/demo.ipynb")).body.decode())
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await put(store, b"last")
        await store.close()

    asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_disk_that_fills_up_within_a_put_harms_no_other(
    store: LocalStore, folder: Path
) -> None:
    """The put fails, what is there can be read, and the next put is kept."""
    process = run_python(FILL_UP, folder)
    said, _ = await asyncio.to_thread(process.communicate)

    assert said.split() == ["refused", "9"]
    assert await bodies_of(store, KEY) == [b"last", *(b"%d" % n for n in reversed(range(10)))]
    assert moved_aside(folder) == []


async def test_a_folder_that_cannot_be_made_is_told_without_its_path(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "file").touch()
    store = LocalStore(tmp_path / "file" / "bucket")

    with pytest.raises(StoreUnavailable) as caught:
        await put(store, KEY, b"")
    assert str(tmp_path) not in caught.value.message
    await store.close()


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
async def test_a_disk_without_locks_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Rather than to let two processes write over each other's versions; both the store and the
    saves that wait in its file say what to change, and work once it is changed."""
    store = LocalStore(folder, shared_with=(part(folder),))
    outbox = Outbox(folder, max_bytes=1000, database=store.database)

    def missing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as without_locks:
        without_locks.setattr(fcntl, "flock", missing)
        with pytest.raises(StoreRefused, match="without locks") as caught:
            await put(store, KEY, b"first")
        check = await store.check()
        with pytest.raises(OutboxUnavailable, match="without locks") as of_outbox:
            await outbox.add([save_of("a.ipynb", "1")])
    assert "BookstoreSettings.local_store_dir" in caught.value.hint
    assert "BookstoreSettings.local_store_dir" in of_outbox.value.hint
    assert "without locks" in str(check.problems)
    assert not check.reachable

    await put(store, KEY, b"second")
    await outbox.add([save_of("a.ipynb", "1")])
    assert await bodies_of(store, KEY) == [b"second"]
    await outbox.close()
    await store.close()


async def test_a_file_that_is_removed_while_in_use_is_begun_anew(
    store: LocalStore, folder: Path
) -> None:
    """What was in it is gone; what comes after it is kept."""
    await put(store, KEY, body_of(1))
    await pack(store)
    remove_file(folder)

    await put(store, KEY, body_of(1, 2))
    await pack(store)

    assert await bodies_of(store, KEY) == [body_of(1, 2)]
