"""Processes on one folder of the embedded store wait for each other, but not for ever."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_folder import PUT_MANY, Open, run_python
from stored import KEY, bodies_of, put

from bookstore.errors import StoreUnavailable
from bookstore.files.os_lock import OsLock
from bookstore.store.local.bodies import Bodies
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


async def test_two_processes_on_one_folder_lose_nothing(store: LocalStore, folder: Path) -> None:
    """Each sees the other's versions, and each one's own are in its order."""
    processes = [run_python(PUT_MANY, folder, name, 40) for name in "ab"]
    for n in range(10):
        await put(store, KEY, b"c%d" % n)
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0

    bodies = [body.decode() for body in await bodies_of(store, KEY)]
    assert len(bodies) == 90
    for name, count in (("a", 40), ("b", 40), ("c", 10)):
        own = [body for body in bodies if body.startswith(name)]
        assert own == [f"{name}{n}" for n in reversed(range(count))]


async def test_a_cancelled_put_does_not_land_on_top_of_a_later_one(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waited for another process when it was cancelled stores nothing."""
    await put(store, KEY, b"first")
    body_written = threading.Event()
    add = Bodies.add

    def announced(bodies: Bodies, body: bytes) -> str:
        sha256 = add(bodies, body)
        body_written.set()
        return sha256

    monkeypatch.setattr(Bodies, "add", announced)
    lock = OsLock(folder / "journal.lock")
    assert lock.try_acquire()
    task = asyncio.ensure_future(put(store, KEY, b"cancelled"))
    await asyncio.to_thread(body_written.wait, 10)
    task.cancel()
    await asyncio.wait([task])
    lock.release()
    await put(store, KEY, b"last")

    assert await bodies_of(store, KEY) == [b"last", b"first"]


HANG = """
    import os, signal, sys
    from pathlib import Path
    from bookstore.files.os_lock import OsLock

    assert OsLock(Path(sys.argv[1])).try_acquire()
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture
def hang(folder: Path) -> Iterator[Callable[[], object]]:
    """Return a function that starts a process which takes the journal's lock and is suspended."""
    with contextlib.ExitStack() as processes:

        def start() -> None:
            folder.mkdir(parents=True, exist_ok=True)
            process = processes.enter_context(run_python(HANG, folder / "journal.lock"))
            processes.callback(process.kill)
            assert process.stdout.readline() == "held\n"

        yield start


async def test_a_put_does_not_wait_for_ever(
    store: LocalStore, hang: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The save stays in the outbox meanwhile, and the reason is said in words."""
    await put(store, KEY, b"first")
    monkeypatch.setattr("bookstore.store.local.lock.PATIENCE_S", 0.02)
    hang()

    with pytest.raises(StoreUnavailable, match="does not let go") as caught:
        await put(store, KEY, b"second")
    assert "suspended" in caught.value.hint
    assert await bodies_of(store, KEY) == [b"first"]


async def test_reading_needs_no_lock_of_the_journal(
    store: LocalStore,
    reopen: Open,
    hang: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a put waits for it, and in a process that has read nothing before."""
    monkeypatch.setattr("bookstore.store.local.lock.PATIENCE_S", 3600)
    first = await put(store, KEY, b"first")
    hang()
    waiting = asyncio.ensure_future(put(store, KEY, b"second"))

    async def read(reader: LocalStore) -> None:
        assert await reader.head(KEY) == first
        assert (await reader.get(KEY)).body == b"first"
        assert [version async for version in reader.list()] == [first]
        assert [version async for version in reader.versions(KEY)] == [first]
        assert (await reader.check()).reachable

    for reader in (store, reopen()):
        await asyncio.wait_for(read(reader), 60)
    assert not waiting.done()
    waiting.cancel()


async def test_cancelled_puts_make_room_at_once(
    store: LocalStore, hang: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They do not go on waiting in the store's threads."""
    monkeypatch.setattr("bookstore.store.local.lock.PATIENCE_S", 3600)
    await put(store, KEY, b"first")
    hang()
    waiting = [asyncio.ensure_future(put(store, f"{n}", b"x")) for n in range(20)]
    await asyncio.wait(waiting, timeout=0.3)
    for task in waiting:
        task.cancel()

    await asyncio.wait_for(store.head(KEY), 60)


CLOSE_WHILE_PUTS_WAIT = """
    import asyncio, sys
    from pathlib import Path
    from bookstore.store.local import lock
    from bookstore.store.local.store import LocalStore

    lock.PATIENCE_S = 3600

    async def main(folder):
        store = LocalStore(folder)
        puts = [
            asyncio.ensure_future(store.put(str(n), b"%d" % n, metadata={}, content_type=""))
            for n in range(12)
        ]
        while len(list(folder.glob("objects/*/*"))) < 4:
            await asyncio.sleep(0.01)
        puts[0].cancel()
        await store.close()
        answers = await asyncio.gather(*puts, return_exceptions=True)
        print(*sorted({type(answer).__name__ for answer in answers}))

    asyncio.run(main(Path(sys.argv[1])))
"""


async def test_closing_does_not_wait_for_a_process_that_hangs(
    folder: Path, reopen: Open, hang: Callable[[], object]
) -> None:
    """Neither does the end of the process, and nothing of what was given up is stored."""
    hang()
    with run_python(CLOSE_WHILE_PUTS_WAIT, folder) as process:
        said, _ = await asyncio.to_thread(process.communicate, None, 120)

    assert said.split() == ["CancelledError", "StoreUnavailable"]
    assert [version async for version in reopen().list()] == []
