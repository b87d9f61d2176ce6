"""What the embedded store acknowledged outlives a process that is killed, at whatever step."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from local_folder import PUT_MANY, body_files, run_python
from stored import KEY, bodies_of, put

from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("acknowledged", [1, 7, 20])
async def test_killing_a_process_loses_no_acknowledged_version(
    store: LocalStore, folder: Path, acknowledged: int
) -> None:
    """kill -9 in the midst of puts; what was answered is there, and what is there is whole."""
    process = run_python(PUT_MANY, folder, "a", 10_000)
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
    import asyncio, os, signal, sys
    from pathlib import Path
    from bookstore.store.local.store import LocalStore

    KEY = "workspace/demo.ipynb"

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def counting(function):
        def counted(*args, **kwargs):
            global left
            left -= 1
            return die() if left == 0 else function(*args, **kwargs)
        return counted

    async def put(store, body):
        return await store.put(KEY, body, metadata={}, content_type="")

    async def main(folder, pipe):
        store = LocalStore(folder)
        made = [await put(store, b"first")]
        PREPARE
        write = os.write
        for name in ("open", "write", "fsync", "close", "mkdir", "rename", "replace", "unlink"):
            setattr(os, name, counting(getattr(os, name)))
        WORK
        write(pipe, b"acknowledged")
        die()

    left, answer = 0, b""
    while not answer:
        step = left = max(left, 0) + 1
        reader, writer = os.pipe()
        if os.fork() == 0:
            asyncio.run(main(Path(sys.argv[1], f"{step:02d}"), writer))
        os.close(writer)
        answer = os.read(reader, 100)
        os.wait()
        print(step, answer.decode(), flush=True)
"""


async def killed_at_every_step(folder: Path, *, work: str, prepare: str = "pass") -> list[str]:
    """Kill a process at each step of *work*, in a store of its own in *folder*, then let one
    finish; return the steps at which there was something left to do."""
    script = DIE_AT_EVERY_STEP.replace("PREPARE", prepare).replace("WORK", work)
    said, _ = await asyncio.to_thread(run_python(script, folder).communicate)
    *killed, acknowledged = said.splitlines()
    assert acknowledged.endswith("acknowledged")
    return killed


@pytest.mark.slow
async def test_a_put_may_be_killed_at_every_step(tmp_path: Path) -> None:
    """What came before is there, the new version is whole or absent, and the next put works."""
    killed = await killed_at_every_step(tmp_path, work='await put(store, b"second")')
    assert len(killed) > 8

    for step in range(1, len(killed) + 2):
        store = LocalStore(tmp_path / f"{step:02d}")
        bodies = await bodies_of(store, KEY)
        assert bodies in ([b"first"], [b"second", b"first"])
        assert step <= len(killed) or len(bodies) == 2
        await put(store, KEY, b"third")
        assert await bodies_of(store, KEY) == [b"third", *bodies]
        await store.close()


@pytest.mark.slow
async def test_a_removal_may_be_killed_at_every_step(tmp_path: Path) -> None:
    """The version is there and whole, or gone; the others are untouched; the same bytes can be
    put again; and the next removal leaves no body without a version."""
    killed = await killed_at_every_step(
        tmp_path,
        prepare='made += [await put(store, body) for body in (b"again", b"again", b"last")]',
        work="await store.remove(KEY, [version.version_id for version in made[:2]])",
    )
    assert len(killed) > 3

    for step in range(1, len(killed) + 2):
        folder = tmp_path / f"{step:02d}"
        store = LocalStore(folder)
        bodies = await bodies_of(store, KEY)
        assert bodies in ([b"last", b"again", b"again", b"first"], [b"last", b"again"])
        assert step <= len(killed) or len(bodies) == 2
        if step % 2:
            await put(store, KEY, b"first")
            assert await bodies_of(store, KEY) == [b"first", *bodies]
        else:
            extra = await put(store, KEY, b"extra")
            await store.remove(KEY, [extra.version_id])
            assert len(body_files(folder)) == len(set(bodies))
        await store.close()
