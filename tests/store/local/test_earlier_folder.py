"""What release 3.0.0 kept in a folder becomes versions of today's store, and nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
from earlier_folder import (
    add_line,
    assert_all_is_there,
    body_file,
    damaged,
    expected,
    save_as_earlier,
    told,
    unpack,
    with_bodies,
)
from local_folder import Open

from bookstore.files.os_lock import OsLock
from bookstore.store.local import packing
from bookstore.store.local.store import LocalStore

pytestmark = pytest.mark.asyncio

A = "workspace/a.ipynb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that release 3.0.0 left."""
    return unpack(tmp_path)


async def pack(store: LocalStore) -> None:
    """Do all that is done in the background."""
    await store.head(A)
    await asyncio.to_thread(store._packing.pack)


async def put(store: LocalStore, key: str, body: bytes) -> str:
    return (await store.put(key, body, metadata={}, content_type="")).version_id


def left_of(folder: Path) -> set[str]:
    """What of the earlier release's is left."""
    today = ("store.sqlite3", "packing.lock", "bodies")
    return {each.name for each in folder.iterdir() if not each.name.startswith(today)}


def objects_of(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("objects/*/*")]


async def test_history_and_bytes_are_the_same_before_and_while_and_after_it_is_packed(
    reopen: Open, folder: Path
) -> None:
    store = reopen()
    await assert_all_is_there(store)
    background = store._packing
    for count in (1, 5, 9):
        await asyncio.to_thread(background._pack_together, background._next_rows()[:count])
        await assert_all_is_there(store)
    await pack(store)
    assert left_of(folder) == set()
    await assert_all_is_there(store)
    await store.close()
    await assert_all_is_there(reopen())


async def test_looking_is_enough_to_begin_and_to_go_on(
    reopen: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No save is needed, neither at first nor after a process that ended in between."""
    monkeypatch.setattr(packing, "PAUSE_S", 0.1)
    for _ in range(2):
        store = reopen()
        await store.head(A)
        thread = store._packing._thread
        assert thread is not None
        await store.close()
    thread = (store := reopen())._packing._thread
    await store.head(A)
    thread = store._packing._thread
    assert thread is not None
    await asyncio.to_thread(thread.join)
    assert left_of(folder) == set()


async def test_what_is_saved_meanwhile_is_newer(reopen: Open, folder: Path) -> None:
    store = reopen()
    first = await put(store, A, b"saved before anything was packed")
    await pack(store)
    second = await put(store, A, b"and after")
    ids = [version.version_id async for version in store.versions(A)]
    assert ids == [second, first, *(each["version_id"] for each in expected()[A])]


async def test_an_earlier_release_may_still_add(reopen: Open, folder: Path) -> None:
    store = reopen()
    await assert_all_is_there(store)
    added = save_as_earlier(folder, A, b"added by an earlier release that runs")
    await pack(store)
    assert left_of(folder) == set()
    found = await store.get(A)
    assert (found.version.version_id, found.body[:5]) == (added, b"added")


async def test_an_earlier_release_may_still_remove(reopen: Open, folder: Path) -> None:
    store = reopen()
    gone = (await store.head(A)).version_id
    sha256 = (await store.head(A)).etag
    add_line(folder, removed=[gone], removed_at="2026-03-02T09:00:00.000000+00:00", key=A)
    body_file(folder, sha256).unlink()
    await pack(store)
    assert left_of(folder) == set()
    assert gone not in [version.version_id async for version in store.versions(A)]


async def test_an_earlier_release_may_begin_anew_in_the_same_folder(
    reopen: Open, folder: Path
) -> None:
    """Also when its journal has become longer than the one before."""
    first = reopen()
    await pack(first)
    await first.close()
    added = [save_as_earlier(folder, A, b"%d" % number) for number in range(60)]
    store = reopen()
    ids = [version.version_id async for version in store.versions(A)]
    assert ids == added[::-1] + [each["version_id"] for each in expected()[A]]
    await pack(store)
    assert left_of(folder) == set()


async def test_a_longer_journal_in_the_place_of_one_is_read_from_its_start(
    reopen: Open, folder: Path
) -> None:
    """A copy was put back by hand, with lines before those that are known."""
    first = reopen()
    await first.head(A)
    await first.close()
    journal = folder / "journal.jsonl"
    known = journal.read_bytes()
    journal.unlink()
    added = save_as_earlier(folder, "workspace/brought.ipynb", b"brought back")
    journal.write_bytes(journal.read_bytes() + known)
    store = reopen()
    assert (await store.head("workspace/brought.ipynb")).version_id == added
    del (facts := await told(store))["workspace/brought.ipynb"]
    assert facts == expected()


async def test_what_is_damaged_is_told_and_keeps_the_folder(reopen: Open, folder: Path) -> None:
    (_, _, missing), (_, _, cut), *_, (_, _, unreadable) = with_bodies()
    aside = folder.with_name("aside")
    body_file(folder, missing).rename(aside)
    body_file(folder, cut).write_bytes(body_file(folder, cut).read_bytes()[:-20])
    body_file(folder, unreadable).unlink()
    body_file(folder, unreadable).mkdir()
    store = reopen()
    await pack(store)
    assert await told(store) == expected()
    assert await damaged(store) == {missing, cut, unreadable}
    assert {"journal.jsonl", "objects"} <= left_of(folder)
    await store.close()

    body_file(folder, unreadable).rmdir()
    shutil.copytree(
        unpack(folder.with_name("copy")) / "objects", folder / "objects", dirs_exist_ok=True
    )
    store = reopen()
    await pack(store)
    await assert_all_is_there(store)
    assert left_of(folder) == set()


async def test_bodies_that_a_spoilt_line_may_be_about_stay(reopen: Open, folder: Path) -> None:
    journal = folder / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    [spoilt] = [n for n, line in enumerate(lines) if b"large.ipynb" in line]
    whole = lines[spoilt]
    lines[spoilt] = whole.replace(b'"size_bytes": ', b'"size_bytes": x')
    journal.write_bytes(b"".join(lines))
    store = reopen()
    await pack(store)
    sha256 = expected()["workspace/large.ipynb"][0]["etag"]
    assert body_file(folder, sha256).exists()
    assert objects_of(folder) == [f"{sha256}.gz"]
    await store.close()

    journal.write_bytes(journal.read_bytes() + b"\n" + whole)  # somebody has repaired it
    store = reopen()
    await pack(store)
    await assert_all_is_there(store)
    assert left_of(folder) == set()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"modified_at": "2026-03-01T09:00:00"},
        {"modified_at": 5},
        {"key": "workspace/\ud800.ipynb"},
        {"version_id": "\ud800"},
        {"size_bytes": 2**80},
        {"size_bytes": float("inf")},
        {"sha256": "../../secret"},
        {"metadata": 5},
        {"removed": ["\ud800"]},
        {"removed": 5},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
async def test_no_line_keeps_the_store_from_being_opened(
    reopen: Open, folder: Path, spoilt: dict[str, object]
) -> None:
    fields: dict[str, object] = {
        "version_id": "20260301T090000000000Z-00000000",
        "modified_at": "2026-03-01T09:00:00+00:00",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "delete_marker": False,
        "key": A,
        "content_type": "",
        "metadata": {},
    }
    add_line(folder, **{**fields, **spoilt})
    await assert_all_is_there(reopen())


async def test_the_folder_stays_while_an_earlier_release_adds_to_it(
    reopen: Open, folder: Path
) -> None:
    store, lock = reopen(), OsLock(folder / "journal.lock")
    assert lock.try_acquire()
    await pack(store)
    assert {"journal.jsonl", "objects", "journal.lock"} <= left_of(folder)
    lock.release()
    await pack(store)
    assert left_of(folder) == set()


async def test_two_who_pack_at_once_lose_nothing(reopen: Open, folder: Path) -> None:
    stores = [reopen(), reopen()]
    done = asyncio.gather(*(pack(store) for store in stores))
    while not done.done():
        await assert_all_is_there(stores[1])
    await done
    await pack(stores[0])
    assert left_of(folder) == set()
    for store in stores:
        await assert_all_is_there(store)


async def test_a_body_that_goes_into_pieces_while_it_is_read_is_no_damage(
    reopen: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one who reads has looked where it is, and it goes before the file is opened."""
    reader, other = reopen(), reopen()
    read = reader._earlier.body

    def overtaken(sha256: str, size_bytes: int) -> bytes:
        other._packing.pack()
        return read(sha256, size_bytes)

    await other.head(A)
    monkeypatch.setattr(reader._earlier, "body", overtaken)
    found = await reader.get(A)
    assert found.version.version_id == expected()[A][0]["version_id"]
    assert left_of(folder) == set()


def flushed(statements: list[str]) -> bool:
    """Does all that these did survive a power cut?  The last transaction, on which those before it
    wait, was written to the log with a flush."""
    levels = [each.rpartition(" ")[2] for each in statements if "synchronous" in each]
    begun = max(place for place, each in enumerate(statements) if each.startswith("BEGIN"))
    last = statements[begun:]
    return (
        levels[-1] == "FULL"
        and last[-1] == "COMMIT"
        and any(each.startswith(("UPDATE", "INSERT", "DELETE")) for each in last)
    )


async def test_the_folder_goes_only_once_all_that_is_in_pieces_is_flushed(
    reopen: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is packed need not be: a power cut could undo it, and the bodies would be nowhere."""
    statements: list[str] = []
    removed: list[list[str]] = []
    connect, rmtree = sqlite3.connect, shutil.rmtree

    def note(statement: str) -> None:
        if threading.current_thread().name == "bookstore-store":  # the one that writes
            statements.append(statement.strip())

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(note)
        return connection  # type: ignore[no-any-return]

    def remove(path: Path) -> None:
        removed.append(list(statements))
        rmtree(path)

    store = reopen()
    monkeypatch.setattr(sqlite3, "connect", traced)
    monkeypatch.setattr(shutil, "rmtree", remove)
    await pack(store)
    assert left_of(folder) == set()
    assert any(not flushed(statements[: place + 1]) for place in commits(statements))
    assert [flushed(before) for before in removed] == [True] * len(removed) != []
    for before in removed:
        assert sum("SET kept" in each for each in before) == len(with_bodies())


def commits(statements: list[str]) -> list[int]:
    return [place for place, each in enumerate(statements) if each == "COMMIT"]
