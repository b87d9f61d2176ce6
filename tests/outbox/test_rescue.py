"""An outbox's file that cannot be used is moved aside; what is whole in it goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from support import delete_of, save_of

from bookstore.databases.bodies import INLINE_BYTES
from bookstore.errors import OutboxUnavailable
from bookstore.outbox import Outbox
from bookstore.outbox.tables import FORMAT_NUMBER
from bookstore.records import Save

pytestmark = pytest.mark.asyncio
LARGE = b"x" * (INLINE_BYTES + 1)
SAVES = [
    *(save_of(f"{number % 3}.ipynb", f"{number} {'.' * 3000}") for number in range(30)),
    save_of("0.ipynb", LARGE),
    delete_of("1.ipynb"),
]


@pytest_asyncio.fixture
async def closed(tmp_path: Path) -> Path:
    """The file of an outbox in which :data:`SAVES` wait."""
    outbox = Outbox(tmp_path / "outbox", max_bytes=10**9)
    await outbox.add(SAVES)
    await outbox.close()
    return tmp_path / "outbox" / "outbox.sqlite3"


@pytest_asyncio.fixture
async def opened(closed: Path) -> AsyncIterator[Outbox]:
    outbox = Outbox(closed.parent, max_bytes=10**9)
    yield outbox
    await outbox.close()


def overwrite(file: Path, find_page: str) -> None:
    """Overwrite a page of *file*: the one that the query *find_page* returns."""
    with closing(sqlite3.connect(file)) as db:
        [(page,)] = db.execute(find_page)
        [(page_bytes,)] = db.execute("PRAGMA page_size")
    with file.open("r+b") as stream:
        stream.seek((page - 1) * page_bytes)
        stream.write(os.urandom(page_bytes))


def make_noise_of(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def content(file: Path) -> bytes:
    return file.read_bytes()


async def add_again(outbox: Outbox, save: Save) -> None:
    """Add *save* as the recorder does: again, after a failure."""
    with pytest.raises(OutboxUnavailable):
        await outbox.add([save])
    await outbox.add([save])


async def waiting(outbox: Outbox) -> list[tuple[str, bytes]]:
    entries = await outbox.entries(limit=1000)
    return [(e.path, b"" if e.operation == "delete" else await outbox.body(e)) for e in entries]


async def test_a_damaged_index_costs_no_save_and_no_order(closed: Path, opened: Outbox) -> None:
    overwrite(closed, "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_key'")
    lost: list[str] = []
    opened.when_lost.append(lambda: lost.append(opened.problem))
    news = save_of("2.ipynb", "new")
    await add_again(opened, news)
    assert await waiting(opened) == [(save.path, save.body) for save in [*SAVES, news]]
    [aside] = closed.parent.glob("outbox.sqlite3.damaged-*[0-9]")
    assert lost == [opened.problem]
    assert opened.problem == (
        f"The outbox was damaged, and was moved aside as {aside.name} in its folder. "
        "Saves that waited in it and go on: 32."
    )


async def test_of_a_damaged_table_what_is_whole_goes_on(closed: Path, opened: Outbox) -> None:
    """Never with other bytes than were saved: each is checked."""
    with closing(sqlite3.connect(closed)) as db:
        db.execute("UPDATE bodies SET body = zeroblob(3) WHERE sequence = 7")
        db.execute("UPDATE entries SET metadata = 'not JSON' WHERE sequence = 9")
        db.commit()
    overwrite(closed, "SELECT rootpage FROM sqlite_master WHERE name = 'lines'")
    await add_again(opened, save_of("2.ipynb", "new"))
    whole = [save for sequence, save in enumerate(SAVES, 1) if sequence not in (7, 9)]
    assert (await waiting(opened))[:-1] == [(save.path, save.body) for save in whole]
    assert opened.problem.endswith("Saves in it that could not be read: 2.")


async def test_of_a_file_that_is_all_noise_nothing_goes_on_and_new_saves_do(
    closed: Path, opened: Outbox
) -> None:
    make_noise_of(closed)
    await add_again(opened, SAVES[0])
    assert await waiting(opened) == [(SAVES[0].path, SAVES[0].body)]
    assert opened.problem.endswith("Saves that waited in it could not be read.")


async def test_what_was_taken_over_may_have_been_under_way(closed: Path, opened: Outbox) -> None:
    """So it is looked up in the store before it is put."""
    overwrite(closed, "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_key'")
    await add_again(opened, save_of("2.ipynb", "new"))
    await opened.begin_lead(settle_after_s=0)
    heads = [await opened.head(f"workspace/{number}.ipynb") for number in range(3)]
    assert [head is not None and head.may_be_there for head in heads] == [True] * 3


async def test_another_process_goes_on_with_the_new_file(closed: Path, opened: Outbox) -> None:
    other = Outbox(closed.parent, max_bytes=10**9)
    assert len(await waiting(other)) == len(SAVES)
    await opened.totals()
    make_noise_of(closed)
    for outbox in (opened, other):
        outbox._database._disconnect()  # what it holds in memory hides the damage
    await add_again(opened, SAVES[0])
    assert await waiting(other) == [(SAVES[0].path, SAVES[0].body)]
    assert len([*closed.parent.glob("outbox.sqlite3.damaged-*[0-9]")]) == 1
    await other.close()


# -- releases ----------------------------------------------------------------------------------


def format_number(file: Path) -> int:
    with closing(sqlite3.connect(file)) as db:
        [(number,)] = db.execute("PRAGMA user_version")
    return int(number)


def write_as(file: Path, number: int) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute(f"PRAGMA user_version = {number}")


async def test_a_file_says_which_format_it_has(closed: Path, opened: Outbox) -> None:
    """One without a number is from before there was one, and is the first."""
    assert format_number(closed) == FORMAT_NUMBER
    write_as(closed, 0)
    assert len(await waiting(opened)) == len(SAVES)
    assert format_number(closed) == FORMAT_NUMBER
    assert opened.problem == ""


async def test_a_file_of_a_later_release_is_moved_aside_as_it_is(
    closed: Path, opened: Outbox
) -> None:
    """What this release understands of it goes on."""
    write_as(closed, FORMAT_NUMBER + 1)
    before = content(closed)
    await opened.add([save_of("2.ipynb", "new")])
    assert len(await waiting(opened)) == len(SAVES) + 1
    [aside] = closed.parent.glob("outbox.sqlite3.later-*[0-9]")
    assert content(aside) == before
    assert opened.problem == (
        f"The outbox was written by a later release of bookstore, and was moved aside as "
        f"{aside.name} in its folder. Saves that waited in it and go on: 32."
    )


async def test_a_later_release_that_runs_is_not_fought(closed: Path, opened: Outbox) -> None:
    write_as(closed, FORMAT_NUMBER + 1)
    await opened.totals()
    shutil.rmtree(closed.parent)
    closed.parent.mkdir()
    write_as(closed, FORMAT_NUMBER + 1)
    with pytest.raises(OutboxUnavailable, match="a later release of bookstore wrote it"):
        await opened.totals()
    assert format_number(closed) == FORMAT_NUMBER + 1


# -- a new file begins to count anew -----------------------------------------------------------


async def test_an_entry_of_a_file_that_is_gone_removes_nothing_from_the_new_one(
    outbox: Outbox,
) -> None:
    """Its delivery was under way: the number of its entry is another's now."""
    await outbox.add([save_of("a.ipynb", "old")])
    under_way = await outbox.head("workspace/a.ipynb")
    assert under_way is not None
    shutil.rmtree(outbox.directory)
    await outbox.add([save_of("b.ipynb", "new")])
    await outbox.remove(under_way)
    assert await waiting(outbox) == [("b.ipynb", b"new")]
