"""A disk that does not work is told in words, and nothing is lost by it."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from pathlib import Path

import pytest
from stored import KEY, bodies_of, put

from bookstore.errors import StoreRefused, StoreUnavailable
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
        broken.setattr(os, "fsync", fail)
        with pytest.raises(expected, match=re.escape(os.strerror(number))) as caught:
            await put(store, KEY, b"second")
        check = await store.check()
    assert str(folder) not in f"{caught.value.message} {caught.value.hint} {check.problems}"
    assert not check.reachable

    assert await bodies_of(store, KEY) == [b"first"]
    await put(store, KEY, b"third")
    assert await bodies_of(store, KEY) == [b"third", b"first"]
    assert (await store.check()).reachable


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
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Rather than to let two processes write into each other's lines, or to take a file's
    existence for a lock; the store says what to change, and works once it is changed."""

    def missing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as without_locks:
        without_locks.setattr(fcntl, "flock", missing)
        with pytest.raises(StoreRefused, match="without locks") as caught:
            await put(store, KEY, b"first")
        check = await store.check()
    assert "BookstoreSettings.local_store_dir" in caught.value.hint
    assert "without locks" in str(check.problems)
    assert not check.reachable

    await put(store, KEY, b"second")
    assert await bodies_of(store, KEY) == [b"second"]
