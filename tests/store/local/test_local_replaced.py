"""Whatever stands in the place of the store's file, it is told, moved aside, and saves go on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from local_folder import body_of, moved_aside, opened
from stored import KEY, bodies_of, put
from support import save_of

from bookstore.databases import owned
from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import OutboxUnavailable, StoreError, StoreRefused, StoreUnavailable
from bookstore.health.doctor.embedded import examine_embedded
from bookstore.outbox import Outbox
from bookstore.store.local.store import DATABASE, LocalStore

pytestmark = pytest.mark.asyncio

BODIES = [body_of(1, number) for number in range(5)]
LARGE = b"x" * (INLINE_BYTES + 1)
WAITING = [save_of("a.ipynb", "waits"), save_of("large.ipynb", LARGE)]
NEW = save_of("new.ipynb", "new")


async def fill(store: LocalStore, outbox: Outbox) -> None:
    for body in BODIES:
        await put(store, KEY, body)
    await put(store, "large", LARGE)
    await outbox.add(WAITING)


@pytest_asyncio.fixture
async def crashed(folder: Path, tmp_path: Path) -> Path:
    """The folder of a store whose process died: what was saved is in the log."""
    async with opened(tmp_path / "bucket") as (store, outbox):
        await fill(store, outbox)
        shutil.copytree(tmp_path / "bucket", folder)
    return folder


@pytest_asyncio.fixture
async def closed(folder: Path) -> Path:
    """The folder of a store that was closed: there is no log."""
    async with opened(folder) as (store, outbox):
        await fill(store, outbox)
    return folder


async def new_save(outbox: Outbox) -> str:
    """Save as the recorder does, which tries again, and return what is told."""
    for _ in range(3):
        try:
            await outbox.add([NEW])
            return outbox.problem
        except OutboxUnavailable:
            continue
    raise AssertionError("saves are kept out")


async def everything_is_there(store: LocalStore, outbox: Outbox) -> None:
    assert await bodies_of(store, KEY) == BODIES[::-1]
    assert await bodies_of(store, "large") == [LARGE]
    waiting = [await outbox.body(entry) for entry in await outbox.entries()]
    assert waiting[:2] == [save.body for save in WAITING]


def empty(file: Path) -> None:
    os.truncate(file, 0)


def remove(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("harm", [empty, remove])
async def test_what_the_log_of_an_emptied_or_removed_file_has_goes_on(
    crashed: Path, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Versions, and saves that wait; reading takes it over as saving does."""
    harm(crashed / DATABASE)
    async with opened(crashed) as (store, outbox):
        await everything_is_there(store, outbox)
        word = "emptied" if harm is empty else "removed"
        assert f"was {word}" in outbox.problem
        assert "Versions that are known from it: 6." in outbox.problem
        assert outbox.problem.endswith("Saves that waited in it and go on: 2.")
        assert outbox.problem in caplog.text
        assert len(moved_aside(crashed)) == 3  # the log stays, too
        [*_, finding] = await examine_embedded(store)
        assert finding.said.endswith(
            f"the store's file was {word}, and this is what its log still had; "
            "2 waiting saves went on, 6 versions went on."
        )
    async with opened(crashed) as (store, outbox):
        await everything_is_there(store, outbox)
        assert outbox.problem == ""


@pytest.mark.parametrize("harm", [empty, remove])
async def test_a_closed_store_that_was_emptied_or_removed_is_told(
    closed: Path, harm: Callable[[Path], None]
) -> None:
    """Its large bodies are not swept: they are all that is left."""
    harm(closed / DATABASE)
    async with opened(closed) as (store, outbox):
        assert outbox.is_there()  # something may be left
        word = "emptied" if harm is empty else "removed"
        assert f"was {word}" in await new_save(outbox)
        assert "could not be read" in outbox.problem
        [*_, finding] = await examine_embedded(store)
        assert finding.verdict == "problem"
        assert "a copy of the store" in finding.do
        os.utime(next((closed / "bodies").iterdir()), (0, 0))
        await outbox.sweep()
        assert len(list((closed / "bodies").iterdir())) == 2
        await put(store, KEY, b"goes on")
        assert await bodies_of(store, KEY) == [b"goes on"]


async def test_a_file_that_is_emptied_while_it_is_used_loses_nothing_of_its_log(
    folder: Path,
) -> None:
    async with opened(folder) as (store, outbox):
        await fill(store, outbox)
        await bodies_of(store, KEY)
        empty(folder / DATABASE)
        assert "was emptied" in await new_save(outbox)
        await everything_is_there(store, outbox)


async def test_a_log_that_is_removed_while_it_is_used_loses_nothing(folder: Path) -> None:
    async with opened(folder) as (store, outbox):
        await fill(store, outbox)
        await bodies_of(store, KEY)
        (folder / f"{DATABASE}-wal").unlink()
        await outbox.add([NEW])
        await everything_is_there(store, outbox)
        with closing(sqlite3.connect(folder / DATABASE)) as db:  # as another process sees it
            assert db.execute("SELECT count(*) FROM versions").fetchone() == (6,)
            assert db.execute("SELECT count(*) FROM entries").fetchone() == (3,)


async def test_a_log_that_was_removed_is_told(crashed: Path) -> None:
    """Nobody can bring back what was in it; what the file has goes on."""
    (crashed / f"{DATABASE}-wal").unlink()
    async with opened(crashed) as (store, outbox):
        told = await new_save(outbox)
        assert f"{DATABASE}-wal, was removed" in told
        assert "A new one is begun" not in told
        await put(store, KEY, b"goes on")
        assert await bodies_of(store, KEY) == [b"goes on"]
    assert moved_aside(crashed) == []


async def test_an_index_of_the_log_that_is_garbage_harms_nothing(crashed: Path) -> None:
    (crashed / f"{DATABASE}-shm").write_bytes(os.urandom(32768))
    async with opened(crashed) as (store, outbox):
        await everything_is_there(store, outbox)
        assert await new_save(outbox) == ""


# -- something else in its place ---------------------------------------------------------------


def make_folder_of(file: Path) -> None:
    file.unlink()
    (file / "inside").mkdir(parents=True)


def make_text_of(file: Path) -> None:
    file.write_text("What I have to do tomorrow\n")


def make_letter_of(file: Path) -> None:
    file.write_text("x")


def make_other_database_of(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE versions (words)")
        db.execute("INSERT INTO versions VALUES ('mine')")
        db.commit()


def make_other_numbered_database_of(file: Path) -> None:
    make_other_database_of(file)
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 7")


def cut_in_half_a_page(file: Path) -> None:
    os.truncate(file, 2000)


def forget_its_header(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.write(bytes(100))


@pytest.mark.parametrize(
    "harm",
    [
        make_folder_of,
        make_text_of,
        make_letter_of,
        make_other_database_of,
        make_other_numbered_database_of,
        cut_in_half_a_page,
        forget_its_header,
    ],
)
async def test_something_else_in_its_place_is_told_and_stays_as_it_is(
    closed: Path, harm: Callable[[Path], None]
) -> None:
    harm(closed / DATABASE)
    before = content(closed / DATABASE)
    async with opened(closed) as (store, outbox):
        with contextlib.suppress(StoreError):  # a reader comes first
            await bodies_of(store, KEY)
        told = await new_save(outbox)
        [aside] = [file for file in moved_aside(closed) if file.name[-1].isdigit()]
        assert f"moved aside as {aside.name}" in told
        assert "later" not in told
        assert content(aside) == before
        await put(store, KEY, b"goes on")
        assert (await bodies_of(store, KEY))[0] == b"goes on"


def content(file: Path) -> object:
    return next(file.iterdir()).name if file.is_dir() else file.read_bytes()


async def test_a_crash_before_what_was_moved_aside_is_taken_over_loses_nothing(
    crashed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither before the new file is there, nor after it."""
    empty(crashed / DATABASE)
    for step in ("make", "unfinished"):
        async with opened(crashed) as (_, outbox):
            with monkeypatch.context() as dying:
                dying.setattr(owned.asides, step, _die)
                with pytest.raises(OutboxUnavailable):
                    await outbox.add([NEW])
    async with opened(crashed) as (store, outbox):
        await everything_is_there(store, outbox)


def _die(*_: object, **__: object) -> None:
    raise OSError(5, "died")


async def test_a_file_that_may_only_be_read_is_told_in_words(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there can be read, and saves go on once it may be written."""
    connect = sqlite3.connect

    def read_only(file: object, **options: object) -> sqlite3.Connection:
        return connect(f"{Path(str(file)).as_uri()}?mode=ro", uri=True, **options)  # type: ignore[call-overload,no-any-return]

    async with opened(closed) as (store, outbox):
        with monkeypatch.context() as frozen:
            frozen.setattr(owned.sqlite3, "connect", read_only)
            with pytest.raises(OutboxUnavailable, match="may only be read"):
                await outbox.add([NEW])
            with pytest.raises((StoreUnavailable, StoreRefused), match="may only be read"):
                await put(store, KEY, b"new")
        assert await bodies_of(store, KEY) == BODIES[::-1]
        assert await new_save(outbox) == ""


async def test_processes_that_begin_at_once_tell_of_nothing(folder: Path) -> None:
    """A file that one of them has just made is not one that was emptied."""
    stores = [LocalStore(folder) for _ in range(4)]
    await asyncio.gather(*(put(store, KEY, b"first") for store in stores))
    assert moved_aside(folder) == []
    for store in stores:
        assert store.database.moved_aside is None
        await store.close()


async def test_a_file_that_knows_nothing_of_files_moved_aside_is_read_at_once(
    tmp_path: Path,
) -> None:
    """An earlier build made it, and nobody has written to it since."""
    async with opened(tmp_path) as (store, outbox):
        await fill(store, outbox)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.execute("DROP TABLE moved_aside")
    async with opened(tmp_path) as (store, _):
        assert (await store.get(KEY)).body == BODIES[-1]
    assert moved_aside(tmp_path) == []
