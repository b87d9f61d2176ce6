"""What the embedded store acknowledged outlives a process that is killed, at whatever step.

A step is a statement of SQLite, or a call that changes a disk.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest
from local_folder import PUT_MANY, body_files, body_of, counted, pack, run_python
from stored import KEY, bodies_of, put

from bookstore.delivery.adoption import Adoption
from bookstore.outbox import Outbox, part
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("acknowledged", [1, 7, 20])
async def test_killing_a_process_loses_no_acknowledged_version(
    store: LocalStore, folder: Path, acknowledged: int
) -> None:
    """kill -9 in the midst of puts; what was answered is there, and what is there is whole."""
    process = run_python(PUT_MANY, folder, "a", 10_000)
    assert process.stdout is not None
    ids = [process.stdout.readline().strip() for _ in range(acknowledged)]
    process.kill()
    ids += process.stdout.read().split()
    process.wait()

    for n, version_id in enumerate(ids):
        assert (await store.get(KEY, version_id=version_id)).body == b"a%d" % n
    await put(store, KEY, b"last")
    bodies = await bodies_of(store, KEY)
    assert bodies[0] == b"last"
    assert bodies[1:] == [b"a%d" % n for n in reversed(range(len(bodies) - 1))]


DIE_AT_EVERY_STEP = """
    import asyncio, logging, os, shutil, signal, sqlite3, sys, threading
    sys.path[:0] = ["tests/kit", "tests/store/local"]
    from pathlib import Path
    from local_folder import body_of
    from support import delete_of, save_of
    from bookstore.databases import bodies
    from bookstore.delivery.adoption import Adoption
    from bookstore.outbox import Outbox, part
    from bookstore.store.local import packing, store as store_module
    from bookstore.store.local.store import LocalStore

    KEY = "workspace/demo.ipynb"
    bodies.INLINE_BYTES = store_module.INLINE_BYTES = LARGE
    packing.PAUSE_S, packing._PIECES_BYTES = 3600, 1

    counted = threading.Lock()
    left = None

    def step():
        global left
        with counted:
            if left is not None:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                    threading.Event().wait()

    def stepping(function):
        def stepped(*args, **kwargs):
            step()
            return function(*args, **kwargs)
        return stepped

    for name in ("fsync", "mkdir", "rename", "replace", "unlink"):
        setattr(os, name, stepping(getattr(os, name)))
    connect = sqlite3.connect

    def connected(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda _: step())
        return connection

    sqlite3.connect = connected

    def opened(folder):
        store = LocalStore(folder, shared_with=(part(folder),))
        return store, Outbox(folder, max_bytes=10**9, database=store.database)

    async def put(store, body):
        return await store.put(KEY, body, metadata={}, content_type="")

    async def pack(store):
        await asyncio.to_thread(store._packing.pack)

    async def prepare(folder):
        store, outbox = opened(folder)
        PREPARE
        await store.close()

    async def main(folder, kill_at):
        global left
        store, outbox = opened(folder)
        ids = [version.version_id async for version in store.versions(KEY)]
        await store.check()
        left = kill_at
        WORK
        left = None
        os.write(writer, b"done")
        await store.close()

    prepared, step_of, answer = Path(sys.argv[1], "prepared"), 0, b""
    if os.fork() == 0:
        asyncio.run(prepare(prepared))
        os._exit(0)
    assert os.wait()[1] == 0
    while not answer:
        step_of += 1
        folder = Path(sys.argv[1], f"{step_of:03d}")
        shutil.copytree(prepared, folder)
        reader, writer = os.pipe()
        if os.fork() == 0:
            asyncio.run(main(folder, step_of))
            os._exit(0)
        os.close(writer)
        answer = os.read(reader, 100)
        os.close(reader)
        _, status = os.wait()
        assert status == (0 if answer else signal.SIGKILL), status
    print(step_of - 1)
"""
LARGE = 8_000


async def killed_at_every_step(folder: Path, *, work: str, prepare: str) -> list[Path]:
    """Kill a process at each step of *work*, in a copy of what *prepare* made, then let one finish;
    return the folders, the last of which belongs to the one that did."""
    script = DIE_AT_EVERY_STEP.replace("PREPARE", prepare).replace("WORK", work)
    script = script.replace("LARGE", str(LARGE))
    said, _ = await asyncio.to_thread(run_python(script, folder).communicate)
    return [folder / f"{n:03d}" for n in range(1, int(said) + 2)]


@pytest.mark.slow
async def test_a_put_may_be_killed_at_every_step(tmp_path: Path) -> None:
    """What came before is there, the new version is whole or absent, and the next put works."""
    folders = await killed_at_every_step(
        tmp_path,
        prepare='await put(store, b"first")',
        work="await put(store, body_of(1, 2, 3, 4, 5))",
    )
    assert len(folders) > 8

    large = body_of(1, 2, 3, 4, 5)
    for folder in folders:
        store = LocalStore(folder)
        bodies = await bodies_of(store, KEY)
        assert bodies in ([b"first"], [large, b"first"])
        assert folder != folders[-1] or len(bodies) == 2
        await put(store, KEY, b"third")
        assert await bodies_of(store, KEY) == [b"third", *bodies]
        await store.close()


PUT_SOME = """
        for cells in ((1,), (1, 2), (3,)):
            await put(store, body_of(*cells))
        await store.put("other", body_of(1), metadata={}, content_type="")
"""
SOME = [body_of(3), body_of(1, 2), body_of(1)]
"""Newest first; the one with two cells is a large one."""


@pytest.mark.slow
async def test_packing_may_be_killed_at_every_step(tmp_path: Path) -> None:
    """Every version is what it was, before and after packing goes on; and a removal leaves
    nothing of it."""
    folders = await killed_at_every_step(
        tmp_path, prepare=PUT_SOME.strip(), work="await pack(store)"
    )
    assert len(folders) > 40

    for number, folder in enumerate(folders):
        store = LocalStore(folder)
        assert await bodies_of(store, KEY) == SOME
        if number % 3:
            await pack(store)
            assert await bodies_of(store, KEY) == SOME
            assert counted(folder) == {"pieces": 3, "uses": 4, "manifests": 4, "bodies": 0}
        await store.remove(KEY, [version.version_id async for version in store.versions(KEY)])
        assert await bodies_of(store, "other") == [body_of(1)]
        await pack(store)
        assert counted(folder) == {"pieces": 1, "uses": 1, "manifests": 1, "bodies": 0}
        await store.close()
        if body_files(folder):
            await _sweep(folder)
        assert body_files(folder) == []


async def _sweep(folder: Path) -> None:
    """Let an hour go by, and what comes first to a store that is opened again."""
    for file in body_files(folder):
        os.utime(file, (1e9, 1e9))
    store = LocalStore(folder)
    await pack(store)
    await store.close()


@pytest.mark.slow
async def test_a_removal_may_be_killed_at_every_step(tmp_path: Path) -> None:
    """The versions are there and whole, or gone; the others are untouched."""
    folders = await killed_at_every_step(
        tmp_path,
        prepare=PUT_SOME.strip() + "\n        await pack(store)\n"
        "        await put(store, body_of(1, 2, 3))",
        work="await store.remove(KEY, [ids[0], ids[2], ids[3]])",
    )
    assert len(folders) > 10

    before = [body_of(1, 2, 3), *SOME]
    for folder in folders:
        store = LocalStore(folder)
        bodies = await bodies_of(store, KEY)
        assert bodies in (before, [SOME[0]])
        assert folder != folders[-1] or len(bodies) == 1
        assert await bodies_of(store, "other") == [body_of(1)]
        await pack(store)
        await put(store, KEY, body_of(1, 2))
        await pack(store)
        assert await bodies_of(store, KEY) == [body_of(1, 2), *bodies]
        await store.remove(KEY, [version.version_id async for version in store.versions(KEY)])
        assert counted(folder) == {"pieces": 1, "uses": 1, "manifests": 1, "bodies": 0}
        await store.close()


SAVES = """
        large = body_of(1, 2, 3, 4, 5)
        await outbox.add([save_of("demo.ipynb", "1"), save_of("demo.ipynb", large)])
        await outbox.add([save_of("other.ipynb", "2"), delete_of("demo.ipynb")])
"""


@pytest.mark.slow
async def test_saves_may_be_killed_at_every_step_of_becoming_versions(tmp_path: Path) -> None:
    """Each waits or is a version, never both, and becomes one version in its order."""
    folders = await killed_at_every_step(
        tmp_path,
        prepare=SAVES.strip(),
        work="""adoption = Adoption(outbox, store, tell=lambda _: None, log=logging.getLogger())
        await adoption.drain(deadline_s=60)""",
    )
    assert len(folders) > 20

    for folder in folders:
        store = LocalStore(folder, shared_with=(part(folder),))
        outbox = Outbox(folder, max_bytes=10**9, database=store.database)
        waiting = {entry.key: entry for entry in await outbox.entries()}
        for key in (KEY, "workspace/other.ipynb"):
            there = [version async for version in store.versions(key)]
            assert bool(there) is (key not in waiting)
        await _drain(outbox, store)
        there = [version async for version in store.versions(KEY)]
        assert [version.is_delete_marker for version in there] == [True, False, False]
        large = await store.get(KEY, version_id=there[1].version_id)
        assert large.body == body_of(1, 2, 3, 4, 5)
        assert (await store.get(KEY, version_id=there[2].version_id)).body == b"1"
        assert await bodies_of(store, "workspace/other.ipynb") == [b"2"]
        await outbox.close()
        await store.close()


async def _drain(outbox: Outbox, store: LocalStore) -> None:
    adoption = Adoption(outbox, store, tell=lambda _: None, log=logging.getLogger("tests"))
    assert await adoption.drain(deadline_s=60) == 0
