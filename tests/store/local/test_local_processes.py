"""Processes on one folder of the embedded store wait for each other, but not for ever."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from local_folder import PUT_MANY, Open, body_of, counted, moved_aside, pack, run_python
from stored import KEY, bodies_of, put
from support import save_of, until

from bookstore.databases import owned
from bookstore.errors import OutboxError, StoreError, StoreUnavailable
from bookstore.outbox import Outbox, part
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


async def test_two_processes_on_one_folder_lose_nothing(store: LocalStore, folder: Path) -> None:
    """Each sees the other's versions, and each one's own are in its order; one of them packs."""
    processes = [run_python(PUT_MANY, folder, name, 40) for name in "ab"]
    for n in range(10):
        await put(store, KEY, b"c%d" % n)
        await pack(store)
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0

    bodies = [body.decode() for body in await bodies_of(store, KEY)]
    assert len(bodies) == 90
    for name, count in (("a", 40), ("b", 40), ("c", 10)):
        own = [body for body in bodies if body.startswith(name)]
        assert own == [f"{name}{n}" for n in reversed(range(count))]


async def test_processes_that_make_the_file_at_once_make_one(
    folder: Path, store: LocalStore
) -> None:
    """The first save of each may be the first of all."""
    processes = [run_python(PUT_MANY, folder, name, 1) for name in "abcd"]
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0

    assert sorted(await bodies_of(store, KEY)) == [b"a0", b"b0", b"c0", b"d0"]
    assert moved_aside(folder) == []


PUT_AND_REMOVE = """
    import asyncio, sys
    from pathlib import Path
    from random import Random
    from bookstore.store.local import packing
    from bookstore.store.local.store import LocalStore

    packing.PAUSE_S = 0.01

    def body_of(cell):
        return b'{"cells": ["%s"]}' % Random(cell).randbytes(2500).hex().encode()

    async def main(folder, name, count):
        store = LocalStore(Path(folder))
        for n in range(count):
            made = await store.put(name, body_of(n % 3), metadata={}, content_type="")
            assert (await store.get(name)).body == body_of(n % 3)
            if n < count - 1:
                assert await store.remove(name, [made.version_id]) == 1
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.slow
async def test_processes_that_put_pack_and_remove_the_same_bytes_lose_none(
    store: LocalStore, folder: Path
) -> None:
    """Each piece is there as long as any version has it, and no longer."""
    processes = [run_python(PUT_AND_REMOVE, folder, name, 61) for name in "ab"]
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0
    await pack(store)

    [a], [b] = await bodies_of(store, "a"), await bodies_of(store, "b")
    assert a == b
    assert counted(folder) == {"pieces": 1, "uses": 2, "manifests": 2, "bodies": 0}


async def test_what_another_process_removed_a_base_of_is_packed_anew(
    store: LocalStore, reopen: Open, folder: Path
) -> None:
    """One that packs remembers the version before, which may be gone."""
    first = await put(store, KEY, body_of(1, 2))
    await pack(store)
    await reopen().remove(KEY, [first.version_id])
    await put(store, KEY, body_of(1, 3))

    assert await pack(store) == 1
    assert await bodies_of(store, KEY) == [body_of(1, 3)]
    assert counted(folder)["pieces"] == 2


async def test_what_another_process_removes_while_it_is_packed_is_no_failure(
    store: LocalStore,
    reopen: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await put(store, KEY, body_of(1))
    await pack(store)
    second = await put(store, KEY, body_of(1, 2))
    write, other = store._packing._write, reopen()

    def write_and_remove(cuts: Any) -> Any:
        written = write(cuts)
        assert asyncio.run(other.remove(KEY, [second.version_id])) == 1
        return written

    with monkeypatch.context() as removing:
        removing.setattr(store._packing, "_write", write_and_remove)
        assert await pack(store) == 0
    await put(store, KEY, body_of(1, 3))
    assert await pack(store) == 1
    assert await bodies_of(store, KEY) == [body_of(1, 3), body_of(1)]
    assert caplog.records == []


HANG = """
    import os, signal, sqlite3, sys

    db = sqlite3.connect(sys.argv[1], isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture
def hang(folder: Path) -> Iterator[Callable[[], object]]:
    """Return a function that starts a process which begins to write and is suspended."""
    with contextlib.ExitStack() as processes:

        def start() -> None:
            process = processes.enter_context(run_python(HANG, folder / "store.sqlite3"))
            processes.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"

        yield start


async def test_a_put_does_not_wait_for_ever(
    store: LocalStore, hang: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is said in words; nothing of it is stored later."""
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 0.02)
    await put(store, KEY, b"first")
    hang()

    with pytest.raises(StoreUnavailable, match="locked"):
        await put(store, KEY, b"second")
    assert not (await store.check()).reachable
    assert await bodies_of(store, KEY) == [b"first"]


async def test_reading_waits_for_nobody(
    store: LocalStore, reopen: Open, hang: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a put waits, and in a process that has read nothing before."""
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 0.5)
    first = await put(store, KEY, b"first")
    hang()
    waiting = asyncio.ensure_future(put(store, KEY, b"second"))

    for reader in (store, reopen()):
        assert await reader.head(KEY) == first
        assert (await reader.get(KEY)).body == b"first"
        assert [version async for version in reader.list()] == [first]
        assert [version async for version in reader.versions(KEY)] == [first]
    assert not waiting.done()
    with pytest.raises(StoreUnavailable):
        await waiting


async def test_a_put_that_was_cancelled_while_it_waited_stores_nothing(store: LocalStore) -> None:
    """So it does not land on top of a later one."""
    await put(store, KEY, b"first")
    begun, going_on = threading.Event(), threading.Event()
    store.database.run(lambda _: (begun.set(), going_on.wait(60)))
    await asyncio.to_thread(begun.wait, 60)
    cancelled = [asyncio.ensure_future(put(store, KEY, b"cancelled")) for _ in range(3)]
    await until(lambda: store.database._jobs.qsize() == 3)
    for task in cancelled:
        task.cancel()
    await asyncio.wait(cancelled)
    going_on.set()
    await put(store, KEY, b"last")

    assert await bodies_of(store, KEY) == [b"last", b"first"]


async def test_closing_ends_what_waits_for_a_process_that_hangs(
    store: LocalStore,
    reopen: Open,
    hang: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each put is answered, and nothing of what was given up is stored."""
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 0.05)
    await put(store, KEY, b"first")
    hang()
    puts = [asyncio.ensure_future(put(store, f"{n}", b"x")) for n in range(12)]
    await asyncio.sleep(0)

    await asyncio.wait_for(store.close(), 60)

    answers = await asyncio.gather(*puts, return_exceptions=True)
    assert {type(answer) for answer in answers} == {StoreUnavailable}
    with pytest.raises(StoreUnavailable, match="closed"):
        await put(store, KEY, b"late")
    assert [version.key async for version in reopen().list()] == [KEY]


async def test_a_child_that_was_forked_and_lives_on_keeps_nobody_from_anything(
    store: LocalStore, reopen: Open
) -> None:
    """It has the parent's files open, and does nothing with them."""
    await put(store, KEY, b"first")
    await pack(store)
    context = multiprocessing.get_context("fork")
    ended = context.Event()
    child = context.Process(target=ended.wait, args=(60,))
    child.start()
    try:
        await put(store, KEY, b"second")
        await store.close()
        other = reopen()
        await put(other, KEY, b"third")
        assert await pack(other) == 2
    finally:
        ended.set()
        await asyncio.to_thread(child.join)
    await put(other, KEY, b"fourth")

    assert await bodies_of(other, KEY) == [b"fourth", b"third", b"second", b"first"]


def in_a_child(work: Callable[[], str]) -> str:
    """What *work* returns in a process that was forked from this one; "" when it hangs."""
    context = multiprocessing.get_context("fork")
    there = context.SimpleQueue()
    child = context.Process(target=lambda: there.put(work()))
    child.start()
    child.join(20)
    if child.is_alive():
        child.kill()
        child.join()
    return "" if there.empty() else str(there.get())


def told_by(work: Callable[[], Coroutine[Any, Any, object]]) -> str:
    """What *work* fails with, in words."""

    async def tried() -> str:
        try:
            await asyncio.wait_for(work(), 10)
        except (StoreError, OutboxError) as error:
            return error.message
        return "it worked"

    return asyncio.run(tried())


async def test_a_child_that_was_forked_is_told_that_the_store_is_its_parents(folder: Path) -> None:
    """At once, whatever it does with it, and whether it opens it anew; the parent goes on.  One
    that was not in use when it was forked may use it."""
    store = LocalStore(folder, shared_with=(part(folder),))
    outbox = Outbox(folder, max_bytes=10**6, database=store.database)

    async def put_in_child() -> object:
        return await put(store, KEY, b"child")

    def new_store() -> Coroutine[Any, Any, object]:
        return put(LocalStore(folder), KEY, b"child")

    works: list[Callable[[], Coroutine[Any, Any, object]]] = [
        put_in_child,
        lambda: store.get(KEY),
        lambda: store.upkeep.measured(),
        lambda: outbox.add([save_of("a.ipynb", "child")]),
        lambda: outbox.totals(),
        new_store,
    ]
    await put(store, KEY, b"first")
    assert await bodies_of(store, KEY) == [b"first"]
    for work in works:
        said = await asyncio.to_thread(in_a_child, lambda work=work: told_by(work))
        assert "forked" in said
    await asyncio.to_thread(in_a_child, lambda: told_by(lambda: store.close()))

    await put(store, KEY, b"second")
    assert await bodies_of(store, KEY) == [b"second", b"first"]
    await outbox.close()
    await store.close()
    assert await asyncio.to_thread(in_a_child, lambda: told_by(new_store)) == "it worked"
