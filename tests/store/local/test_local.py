"""The embedded store on its disk.  What it shares with other stores is in the contract suite."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import pytest
import pytest_asyncio

from bookstore.errors import ObjectNotFound, StoreRefused, StoreUnavailable, VersionNotFound
from bookstore.files.os_lock import OsLock
from bookstore.records import ObjectVersion
from bookstore.store.local.bodies import Bodies
from bookstore.store.local.journal import Journal, Removal, removal_line, to_line
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

KEY = "workspace/demo.ipynb"
REPOSITORY = Path(__file__).parents[3]
Open: TypeAlias = Callable[[], LocalStore]
Spoil: TypeAlias = Callable[[Path], object]
HOW_TO = REPOSITORY / "docs" / "source" / "how-to" / "recover-by-hand.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store under test is; not there yet."""
    return tmp_path / "data" / "bookstore" / "bucket"


@pytest_asyncio.fixture
async def opened() -> AsyncIterator[list[LocalStore]]:
    """The stores that a test has opened, to be closed after it."""
    stores: list[LocalStore] = []
    yield stores
    for store in stores:
        await store.close()


@pytest.fixture
def reopen(folder: Path, opened: list[LocalStore]) -> Open:
    """Return a function that opens the store under test as a new process would."""

    def open_again() -> LocalStore:
        opened.append(LocalStore(folder))
        return opened[-1]

    return open_again


@pytest.fixture
def store(reopen: Open) -> LocalStore:
    """The store under test."""
    return reopen()


async def put(store: LocalStore, body: bytes, key: str = KEY) -> ObjectVersion:
    return await store.put(key, body, metadata={"author": "ada"}, content_type="text/plain")


async def bodies_of(store: LocalStore, key: str = KEY) -> list[bytes]:
    """Return the bodies of a key's versions, newest first."""
    ids = [version.version_id async for version in store.versions(key)]
    return [(await store.get(key, version_id=version_id)).body for version_id in ids]


def body_files(folder: Path) -> list[Path]:
    return sorted((folder / "objects").glob("*/*"))


def index_file(folder: Path) -> Path:
    [file] = folder.glob("index-*.sqlite3")
    return file


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def run_python(script: str, *args: object) -> subprocess.Popen[str]:
    """Start *script* in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(script), *map(str, args)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


# -- on disk -------------------------------------------------------------------------------


async def test_nothing_is_touched_before_something_is_stored(
    store: LocalStore, folder: Path
) -> None:
    """Neither building nor reading makes a folder."""
    with pytest.raises(ObjectNotFound):
        await store.get(KEY)
    assert await bodies_of(store) == []
    assert [version async for version in store.list()] == []

    assert not folder.parent.parent.exists()


async def test_only_the_owner_can_look_into_the_store(store: LocalStore, folder: Path) -> None:
    """Other accounts of the machine cannot."""
    await put(store, b"private")

    assert mode_of(folder) == 0o700
    assert mode_of(folder / "journal.jsonl") == 0o600


async def test_equal_bodies_are_stored_once(store: LocalStore, folder: Path) -> None:
    """Under any number of keys and versions, and compressed."""
    await put(store, b"same" * 10_000)
    await put(store, b"same" * 10_000)
    await put(store, b"same" * 10_000, key="other")

    [file] = body_files(folder)
    assert file.stat().st_size < 1000
    assert len(await bodies_of(store)) == 2
    assert list((folder / "incoming").iterdir()) == []


async def test_version_ids_fit_in_a_link_and_sort_by_time(store: LocalStore) -> None:
    """Nothing in them needs quoting."""
    ids = [(await put(store, b"")).version_id for _ in range(20)]

    assert ids == sorted(ids)
    assert len(set(ids)) == 20
    assert all(quote(version_id, safe="") == version_id for version_id in ids)


async def test_a_clock_that_is_set_back_changes_no_order(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the versions is that of the journal."""
    await put(store, b"first")
    past = datetime(2001, 1, 1, tzinfo=timezone.utc)
    monkeypatch.setattr("bookstore.store.local.store.utc_now", lambda: past)
    await put(store, b"second")

    assert (await store.get(KEY)).body == b"second"
    assert await bodies_of(store) == [b"second", b"first"]


async def test_metadata_that_is_not_unicode_survives(store: LocalStore, folder: Path) -> None:
    """Half a character, as broken clients send it; the journal stays readable text."""
    await store.put(KEY, b"", metadata={"author": "\ud83d"}, content_type="")

    assert (await store.head(KEY)).metadata == {"author": "\ud83d"}
    (folder / "journal.jsonl").read_text(encoding="utf-8")


async def test_the_first_versions_cost_the_same_however_many_there_are(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 versions only the first page is read."""
    newest = await put(store, b"")
    with (folder / "journal.jsonl").open("rb") as journal:
        line = journal.read()
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.writelines(
            line.replace(newest.version_id.encode(), b"%d" % n) for n in range(10_000)
        )
    await store.head(KEY)
    read: list[int] = []
    pieces = Journal.pieces

    def counted(journal: Journal, places: Iterable[tuple[int, int]]) -> list[bytes]:
        found = pieces(journal, places)
        read.append(len(found))
        return found

    monkeypatch.setattr(Journal, "pieces", counted)
    versions = store.versions(KEY)
    assert (await anext(versions)).version_id == "9999"
    assert (await anext(versions)).version_id == "9998"
    await versions.aclose()
    later = store.versions(KEY, after="5000")
    assert (await anext(later)).version_id == "4999"
    await later.aclose()
    assert sum(read) <= 200


# -- several processes ---------------------------------------------------------------------

PUT_MANY = """
    import asyncio, sys
    from pathlib import Path
    from bookstore.store.local.store import LocalStore

    async def main(folder, name, count):
        store = LocalStore(Path(folder))
        for n in range(count):
            made = await store.put(
                "workspace/demo.ipynb", f"{name}{n}".encode(), metadata={}, content_type=""
            )
            print(made.version_id, flush=True)
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_two_processes_on_one_folder_lose_nothing(store: LocalStore, folder: Path) -> None:
    """Each sees the other's versions, and each one's own are in its order."""
    processes = [run_python(PUT_MANY, folder, name, 40) for name in "ab"]
    for n in range(10):
        await put(store, b"c%d" % n)
    for process in processes:
        assert await asyncio.to_thread(process.wait, 60) == 0

    bodies = [body.decode() for body in await bodies_of(store)]
    assert len(bodies) == 90
    for name, count in (("a", 40), ("b", 40), ("c", 10)):
        own = [body for body in bodies if body.startswith(name)]
        assert own == [f"{name}{n}" for n in reversed(range(count))]


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
    await put(store, b"last")
    bodies = await bodies_of(store)
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
        bodies = await bodies_of(store)
        assert bodies in ([b"first"], [b"second", b"first"])
        assert step <= len(killed) or len(bodies) == 2
        await put(store, b"third")
        assert await bodies_of(store) == [b"third", *bodies]
        await store.close()


async def test_a_cancelled_put_does_not_land_on_top_of_a_later_one(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waited for another process when it was cancelled stores nothing."""
    await put(store, b"first")
    body_written = threading.Event()
    add = Bodies.add

    def announced(bodies: Bodies, body: bytes) -> str:
        sha256 = add(bodies, body)
        body_written.set()
        return sha256

    monkeypatch.setattr(Bodies, "add", announced)
    lock = OsLock(folder / "journal.lock")
    assert lock.try_acquire()
    task = asyncio.ensure_future(put(store, b"cancelled"))
    await asyncio.to_thread(body_written.wait, 10)
    task.cancel()
    await asyncio.wait([task])
    lock.release()
    await put(store, b"last")

    assert await bodies_of(store) == [b"last", b"first"]


# -- removing ------------------------------------------------------------------------------


async def test_a_body_is_removed_with_the_last_version_that_has_it(
    store: LocalStore, folder: Path
) -> None:
    """Under whatever key; a delete marker has none."""
    same = [await put(store, b"same") for _ in range(2)]
    elsewhere = await put(store, b"same", key="other")
    other = await put(store, b"other")
    marker = await store.delete(KEY)

    assert await store.remove(KEY, [version.version_id for version in (*same, marker)]) == 3
    assert len(body_files(folder)) == 2
    await store.remove("other", [elsewhere.version_id])
    assert len(body_files(folder)) == 1
    assert (await store.get(KEY, version_id=other.version_id)).body == b"other"


async def test_removing_counts_what_was_there(store: LocalStore, folder: Path) -> None:
    """And where nothing was ever stored no folder is made."""
    assert await store.remove(KEY, ["never"]) == 0
    assert list(folder.parent.glob("*")) == []
    made = await put(store, b"first")

    assert await store.remove(KEY, ["never", made.version_id, "20250131"]) == 1
    assert await store.remove(KEY, [made.version_id]) == 0


@pytest.mark.parametrize("also_rebuilt", [False, True])
async def test_what_one_process_removed_is_gone_for_the_others(
    store: LocalStore, folder: Path, reopen: Open, also_rebuilt: bool
) -> None:
    """For those that have it open, those that come later, and an index that is made again."""
    other = reopen()
    made = [await put(store, b"%d" % n) for n in range(4)]
    assert len(await bodies_of(other)) == 4

    await store.remove(KEY, [made[0].version_id, made[3].version_id])
    if also_rebuilt:
        index_file(folder).unlink()

    for reader in (other, reopen()):
        assert await bodies_of(reader) == [b"2", b"1"]
        assert (await reader.head(KEY)).version_id == made[2].version_id
        assert [version.version_id async for version in reader.list()] == [made[2].version_id]


async def test_a_removed_version_that_is_there_twice_stays_removed(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A journal joined from two copies, in whatever order."""
    first = await put(store, b"first")
    await put(store, b"second")
    journal = folder / "journal.jsonl"
    copy = journal.read_bytes()
    await store.remove(KEY, [first.version_id])
    whole = journal.read_bytes()

    for joined in (whole + copy, copy + whole, whole[len(copy) :] + copy):
        journal.write_bytes(joined)
        assert await bodies_of(reopen()) == [b"second"]


@pytest.mark.parametrize("kept", [1, 14, -2, -1])
async def test_a_removal_of_which_only_a_part_was_written_has_not_happened(
    store: LocalStore, folder: Path, reopen: Open, kept: int
) -> None:
    """A power cut; bodies are only removed after the whole line is on disk."""
    first = await put(store, b"first")
    await put(store, b"second")
    await store.close()
    journal = folder / "journal.jsonl"
    removal = Removal(key=KEY, version_ids=(first.version_id,), removed_at=first.modified_at)
    with journal.open("ab") as stream:
        stream.write(removal_line(removal)[:kept])

    assert await bodies_of(reopen()) == [b"second", b"first"]
    await put(reopen(), b"third")
    left = [b"third", b"second"] if kept == -1 else [b"third", b"second", b"first"]
    assert await bodies_of(reopen()) == left


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
        bodies = await bodies_of(store)
        assert bodies in ([b"last", b"again", b"again", b"first"], [b"last", b"again"])
        assert step <= len(killed) or len(bodies) == 2
        if step % 2:
            await put(store, b"first")
            assert await bodies_of(store) == [b"first", *bodies]
        else:
            extra = await put(store, b"extra")
            await store.remove(KEY, [extra.version_id])
            assert len(body_files(folder)) == len(set(bodies))
        await store.close()


async def test_a_body_removed_while_the_same_bytes_are_put_is_written_again(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another process, after the put found the body there and before its line was written."""
    old = await put(store, b"same")
    found, removed = threading.Event(), threading.Event()
    add = Bodies.add

    def slow(bodies: Bodies, body: bytes) -> str:
        sha256 = add(bodies, body)
        if not found.is_set():
            found.set()
            removed.wait(60)
        return sha256

    monkeypatch.setattr(Bodies, "add", slow)
    putting = asyncio.ensure_future(put(store, b"same", key="other"))
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


async def test_a_version_removed_while_it_is_read_is_not_called_damaged(
    store: LocalStore, reopen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not there any more."""
    made = await put(store, b"first")
    await put(store, b"second")
    read = Bodies.read

    def late(bodies: Bodies, sha256: str, size_bytes: int) -> bytes:
        asyncio.run(reopen().remove(KEY, [made.version_id]))
        return read(bodies, sha256, size_bytes)

    monkeypatch.setattr(Bodies, "read", late)
    with pytest.raises(VersionNotFound):
        await store.get(KEY, version_id=made.version_id)


async def test_a_body_that_could_not_be_removed_goes_with_the_next_removal(
    store: LocalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is gone all the same."""
    made = [await put(store, b"%d" % n) for n in range(3)]

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(Bodies, "remove", fail)
        with pytest.raises(StoreUnavailable):
            await store.remove(KEY, [made[0].version_id])
    assert await bodies_of(store) == [b"2", b"1"]
    assert len(body_files(folder)) == 3

    await store.remove(KEY, [made[1].version_id])
    assert len(body_files(folder)) == 1


async def test_bodies_that_nothing_points_to_are_left_alone(
    store: LocalStore, folder: Path
) -> None:
    """Their lines in the journal may be damaged, and repaired one day."""
    first = await put(store, b"first")
    await put(store, b"second")
    journal = folder / "journal.jsonl"
    journal.write_bytes(b"\0" + journal.read_bytes())
    third = await put(store, b"third")

    await store.remove(KEY, [third.version_id, first.version_id])

    assert await bodies_of(store) == [b"second"]
    assert len(body_files(folder)) == 2


# -- a disk that does not work -------------------------------------------------------------


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
    await put(store, b"first")

    def fail(*args: object) -> None:
        raise OSError(number, os.strerror(number), str(folder))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(expected, match=re.escape(os.strerror(number))) as caught:
            await put(store, b"second")
        check = await store.check()
    assert str(folder) not in f"{caught.value.message} {caught.value.hint} {check.problems}"
    assert not check.reachable

    assert await bodies_of(store) == [b"first"]
    await put(store, b"third")
    assert await bodies_of(store) == [b"third", b"first"]
    assert (await store.check()).reachable


async def test_a_folder_that_cannot_be_made_is_told_without_its_path(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "file").touch()
    store = LocalStore(tmp_path / "file" / "bucket")

    with pytest.raises(StoreUnavailable) as caught:
        await put(store, b"")
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
            await put(store, b"first")
        check = await store.check()
    assert "BookstoreSettings.local_store_dir" in caught.value.hint
    assert "without locks" in str(check.problems)
    assert not check.reachable

    await put(store, b"second")
    assert await bodies_of(store) == [b"second"]


# -- a process that hangs while it writes -----------------------------------------------------

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
    await put(store, b"first")
    monkeypatch.setattr("bookstore.store.local.lock.PATIENCE_S", 0.02)
    hang()

    with pytest.raises(StoreUnavailable, match="does not let go") as caught:
        await put(store, b"second")
    assert "suspended" in caught.value.hint
    assert await bodies_of(store) == [b"first"]


async def test_reading_needs_no_lock_of_the_journal(
    store: LocalStore,
    reopen: Open,
    hang: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a put waits for it, and in a process that has read nothing before."""
    monkeypatch.setattr("bookstore.store.local.lock.PATIENCE_S", 3600)
    first = await put(store, b"first")
    hang()
    waiting = asyncio.ensure_future(put(store, b"second"))

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
    await put(store, b"first")
    hang()
    waiting = [asyncio.ensure_future(put(store, b"x", key=f"{n}")) for n in range(20)]
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
    assert await bodies_of(store) == [b"last", *(b"%d" % n for n in reversed(range(10)))]


@pytest.mark.parametrize("kept", [1, 40, -2, -1])
async def test_a_torn_last_line_is_passed_over(
    store: LocalStore, folder: Path, reopen: Open, kept: int
) -> None:
    """A power cut left a part of a line that was never acknowledged: what follows is not
    swallowed by it, in this process or another."""
    await put(store, b"first")
    line = to_line(await put(store, b"torn"))
    with (folder / "journal.jsonl").open("r+b") as journal:
        journal.truncate((folder / "journal.jsonl").stat().st_size - len(line) + len(line[:kept]))

    assert await bodies_of(store) == [b"first"]
    assert await bodies_of(reopen()) == [b"first"]
    await put(reopen(), b"third")
    expected = [b"third", b"torn", b"first"] if kept == -1 else [b"third", b"first"]
    assert await bodies_of(store) == expected
    assert await bodies_of(reopen()) == expected


async def test_a_line_that_is_not_a_version_is_passed_over_and_logged(
    store: LocalStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever an editor or a bad disk left there."""
    await put(store, b"first")
    with (folder / "journal.jsonl").open("ab") as journal:
        journal.write(b'\n{"key": "x"}\n[1]\n\xff\n\0\0\0\n{}\n7\n')
    await put(store, b"second")

    assert await bodies_of(store) == [b"second", b"first"]
    assert "not a version" in caplog.text


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
    await put(store, b"good")
    [file] = body_files(folder)
    damage(file)
    await put(store, b"other")
    first = [version async for version in store.versions(KEY)][-1]

    with pytest.raises(StoreRefused) as caught:
        await store.get(KEY, version_id=first.version_id)
    assert str(folder) not in f"{caught.value.message} {caught.value.hint}"
    assert (await store.get(KEY)).body == b"other"

    await put(store, b"good")
    assert await bodies_of(store) == [b"good", b"other", b"good"]


async def test_a_body_swapped_for_another_is_never_returned(
    store: LocalStore, folder: Path
) -> None:
    """Whole in itself, of the same length, and not what was saved."""
    await put(store, b"good")
    [good] = body_files(folder)
    await put(store, b"evil", key="other")
    [evil] = set(body_files(folder)) - {good}
    good.write_bytes(evil.read_bytes())

    with pytest.raises(StoreRefused):
        await store.get(KEY)


async def test_unfinished_files_of_a_crash_are_swept_away(store: LocalStore, folder: Path) -> None:
    """When they are old enough to be nobody's."""
    incoming = folder / "incoming"
    incoming.mkdir(parents=True)
    for name in ("old", "young"):
        (incoming / name).touch()
    os.utime(incoming / "old", (1e9, 1e9))

    await put(store, b"")

    assert [file.name for file in incoming.iterdir()] == ["young"]


# -- the index -----------------------------------------------------------------------------


def spoil_head(file: Path) -> None:
    file.write_bytes(b"this is not a database" * 500)


def spoil_middle(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def empty(file: Path) -> None:
    file.write_bytes(b"")


SPOILERS = [Path.unlink, spoil_head, spoil_middle, cut_short, empty]


@pytest.mark.parametrize("spoil", SPOILERS)
async def test_an_index_spoilt_while_nobody_uses_it_is_made_again(
    store: LocalStore, folder: Path, reopen: Open, spoil: Spoil
) -> None:
    """The journal holds everything; history is as before."""
    for n in range(50):
        await put(store, b"%d" % n)
    before = [version async for version in store.versions(KEY)]
    await store.close()
    spoil(index_file(folder))

    again = reopen()

    assert [version async for version in again.versions(KEY)] == before
    await put(again, b"more")
    assert (await again.get(KEY)).body == b"more"


@pytest.mark.parametrize("spoil", SPOILERS)
async def test_an_index_spoilt_while_in_use_is_made_again(
    store: LocalStore, folder: Path, reopen: Open, spoil: Spoil
) -> None:
    """By two processes at once, which go on agreeing."""
    other = reopen()
    await put(store, b"first")
    await put(other, b"second")
    assert await bodies_of(store) == await bodies_of(other)  # now both have it open
    spoil(index_file(folder))

    for n in range(3):
        await put(other, b"other%d" % n)
        await put(store, b"store%d" % n)
        assert len(await bodies_of(store)) == len(await bodies_of(other)) == 4 + 2 * n

    expected = [b"store2", b"other2", b"store1", b"other1", b"store0", b"other0"]
    expected += [b"second", b"first"]
    assert await bodies_of(store) == await bodies_of(other) == expected
    assert await bodies_of(reopen()) == expected
    await store.close()
    assert await bodies_of(other) == await bodies_of(reopen()) == expected


async def test_an_index_that_cannot_be_used_stops_no_save(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A version is safe in the journal; reading waits until the index works."""
    await put(store, b"before")
    assert await bodies_of(store) == [b"before"]
    index_file(folder).unlink()
    (folder / "index-2-0.sqlite3").mkdir()
    store = reopen()

    await put(store, b"saved")
    with pytest.raises(StoreUnavailable, match="index"):
        await store.get(KEY)
    (folder / "index-2-0.sqlite3").rmdir()

    assert await bodies_of(store) == [b"saved", b"before"]


async def test_an_index_is_left_behind_by_a_bounded_part_of_the_journal(
    store: LocalStore, folder: Path
) -> None:
    """Whoever asks for the first time after a thousand saves does not wait for all of them."""
    for n in range(40):
        await store.put(KEY, b"%d" % n, metadata={"m": "x" * 10_000}, content_type="text/plain")

    with contextlib.closing(sqlite3.connect(index_file(folder))) as index:
        [indexed] = index.execute("SELECT count(*) FROM versions").fetchone()
    assert 32 <= indexed < 40
    assert len(await bodies_of(store)) == 40


async def test_a_version_that_the_index_missed_is_found(
    store: LocalStore, folder: Path, reopen: Open
) -> None:
    """A process died between the journal and the index."""
    made = await put(store, b"first")
    Journal(folder).append(
        ObjectVersion(
            key=KEY,
            version_id="missed",
            size_bytes=made.size_bytes,
            modified_at=made.modified_at,
            etag=made.etag,
        )
    )

    assert (await store.head(KEY)).version_id == "missed"
    assert (await reopen().head(KEY)).version_id == "missed"


@pytest.mark.parametrize("also_put", [False, True])
async def test_an_index_ahead_of_the_journal_follows_it(
    store: LocalStore, folder: Path, reopen: Open, also_put: bool
) -> None:
    """A power cut took lines that were read before they were on disk, or a copy was restored."""
    await put(store, b"first")
    copy = (folder / "journal.jsonl").read_bytes()
    for n in range(3):
        await put(store, b"lost%d" % n)
    await store.close()

    (folder / "journal.jsonl").write_bytes(copy)
    again = reopen()
    if also_put:
        for n in range(5):
            await put(again, b"new%d" % n)

    new = [b"new%d" % n for n in reversed(range(5))] if also_put else []
    assert await bodies_of(again) == [*new, b"first"]


async def test_a_journal_joined_from_two_copies_counts_each_version_once(
    store: LocalStore, folder: Path
) -> None:
    """Whoever repairs by hand need not be exact."""
    await put(store, b"first")
    await put(store, b"second")
    journal = folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() * 2)

    assert await bodies_of(store) == [b"second", b"first"]
    assert (await store.get(KEY)).body == b"second"


# -- by hand -------------------------------------------------------------------------------


async def test_the_documented_commands_recover_notebooks(
    store: LocalStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the how-to, run as it stands there, by a plain shell in the folder."""
    key = "workspace/reports/demo.ipynb"
    now = datetime(2025, 1, 31, 9, 0, tzinfo=timezone.utc)
    monkeypatch.setattr("bookstore.store.local.store.utc_now", lambda: now)
    for body in (b"nine", b"quarter past", b"half past"):
        made = await put(store, body, key=key)
        now += timedelta(minutes=15)
    await store.delete(key)
    await put(store, b"sibling", key=key + ".bak")
    removed = await put(store, b"removed", key=key)
    await store.remove(key, [removed.version_id])
    await put(store, b"sibling 2", key="workspace/gone.ipynb")
    gone = await store.head("workspace/gone.ipynb")
    await store.remove("workspace/gone.ipynb", [gone.version_id])
    await store.put('workspace/q"uo\\te.ipynb', b"odd", metadata={"key": key}, content_type="")
    home = tmp_path / "home"
    home.mkdir()

    commands = "".join(re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-euc", commands),
        cwd=folder,
        env={"PATH": path, "HOME": str(home)},
        stdout=subprocess.PIPE,
    )
    said = (await shell.communicate())[0].decode()

    assert shell.returncode == 0
    assert said.count("2025-01-31T09:") == 4
    assert f'{made.version_id}"2025-01-31T09:30:00.000000+00:00"{made.etag}\n' in said
    assert f"\n{key}\n{key}.bak\n" in said
    assert "OK" in said
    assert (home / "newest.ipynb").read_bytes() == b"half past"
    assert (home / "earlier.ipynb").read_bytes() == b"quarter past"
    assert (home / "recovered" / key).read_bytes() == b"half past"
    assert (home / "recovered" / f"{key}.bak").read_bytes() == b"sibling"
    assert not list(home.glob("recovered/workspace/gone*"))
    assert (home / "recovered" / 'workspace/q"uo\\te.ipynb').read_bytes() == b"odd"


async def test_the_documented_line_is_a_line_of_the_journal() -> None:
    """The same fields in the same order."""
    example = re.search(r"```json\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), re.S)
    assert example is not None
    documented = json.loads(example[1])
    moment = datetime(2025, 1, 31, tzinfo=timezone.utc)
    version = ObjectVersion(key=KEY, version_id="v", size_bytes=0, modified_at=moment)

    assert list(documented) == list(json.loads(to_line(version)))
