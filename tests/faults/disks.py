"""Scenarios in which the outbox's own disk, or its file, is not what it was."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from harness import (
    CONNECTION_FAILED,
    PATHS,
    Outcome,
    User,
    outbox_files,
    outcome_of,
    problems,
    scenario,
    serving,
    wait_until_over,
    wait_until_told,
)
from processes import Server, eventually
from stores_under_test import StoreUnderTest

from bookstore.bookstore_config import BookstoreSettings
from bookstore.wiring import Bookstore, build_bookstore, outbox_dir

DISK_BYTES = 8 * 2**20
NOT_USABLE = "The outbox cannot be used"
NOT_RECORDED = ("Saves are not being recorded", NOT_USABLE)
FULL = "disk full"
READ_ONLY = "read-only outbox"
DAMAGED_PAGE = "corrupted outbox file: a page"
DAMAGED_FILE = "corrupted outbox file: all of it"
EARLIER = "outbox from the previous release"
LATER = "outbox from a later release"
OUTBOX_OF_3_0_0 = Path(__file__).with_name("outbox_of_3.0.0.sql")


@scenario(FULL, saves=120, saves_quick=12, speaks_s3=False)
def disk_full(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Saves go on as files, and the user is told; they are recorded when there is room."""
    user, part = User(), saves // 3
    with (
        small_disk(place / "disk") as disk,
        serving(place, store, store.waiting_in(disk / "waiting")) as server,
    ):
        user.save_in_turn(server, part)
        _fill(disk / "filler")
        eventually(lambda: _save_until_told(server, user, part), "it is told that the disk is full")
        user.save_in_turn(server, part)
        (disk / "filler").unlink()
        _wait_until_recorded(server, user, store)
        return outcome_of(FULL, user, store)


def _save_until_told(server: Server, user: User, saves: int) -> bool:
    """Save some more, since the first ones find room in what the file has already."""
    user.save_in_turn(server, saves)
    return any("The disk that holds the outbox is full" in text for text in problems(server))


@scenario(READ_ONLY, saves=120, saves_quick=12, speaks_s3=False)
def read_only(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """The disk is read-only from the start, as after errors, until somebody sees to it."""
    user = User()
    with (
        small_disk(place / "disk", "ro") as disk,
        serving(place, store, store.waiting_in(disk / "waiting")) as server,
    ):
        user.save_in_turn(server, saves)
        wait_until_told(server, NOT_USABLE)
        _as_root("mount", "-o", "remount,rw", str(disk))
        _wait_until_recorded(server, user, store)
        return outcome_of(READ_ONLY, user, store)


@scenario(DAMAGED_PAGE, saves=120, saves_quick=12)
def damaged_page(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """A page of the file is overwritten: it is moved aside and the user is told; the saves in it
    are taken over, each checked by its SHA-256."""
    return _damaged(DAMAGED_PAGE, place, store, saves, _overwrite_index)


@scenario(DAMAGED_FILE, saves=3, saves_quick=3)
def damaged_file(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Nothing in the file can be read any more.  What only it held is gone; so each notebook has
    one save in it, the content of which is on disk, and is archived when the notebook is opened."""
    return _damaged(DAMAGED_FILE, place, store, saves, _overwrite_all)


def _damaged(
    name: str, place: Path, store: StoreUnderTest, saves: int, damage: Callable[[Path], None]
) -> Outcome:
    user = User()
    store.proxy.refuse()
    with serving(place, store) as server:
        user.save_in_turn(server, saves)
        wait_until_told(server, CONNECTION_FAILED)
        server.stop()
    [file] = outbox_files(place)
    damage(file)
    store.proxy.recover()
    with serving(place, store) as server:
        wait_until_told(server, "moved aside")
        for path in PATHS:
            server.request("GET", f"api/contents/{path}")
        user.save_in_turn(server, 3)
        _wait_until_recorded(server, user, store)
    return outcome_of(name, user, store)


@scenario(EARLIER, saves=6, saves_quick=6, speaks_s3=False)
def earlier_release(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """A release before this one left saves in the outbox: they are delivered."""
    user = User()
    file = _outbox_dir(place, store) / "outbox.sqlite3"
    with _server_with_outbox(place, store, user, file, format=0) as server:
        user.save_in_turn(server, 3)
        _wait_until_recorded(server, user, store)
    return outcome_of(EARLIER, user, store)


@scenario(LATER, saves=6, saves_quick=6, speaks_s3=False)
def later_release(place: Path, store: StoreUnderTest, *, saves: int) -> Outcome:
    """Somebody went back to this release: the file of the later one is moved aside, unharmed, and
    the user is told; the saves in it that this release understands are taken over."""
    user = User()
    file = _built(place, store).outbox.file
    with _server_with_outbox(place, store, user, file, format=99) as server:
        wait_until_told(server, "written by a later release")
        user.save_in_turn(server, 3)
        _wait_until_recorded(server, user, store)
    return outcome_of(LATER, user, store)


# -- outbox files ------------------------------------------------------------------------------


@contextmanager
def _server_with_outbox(
    place: Path, store: StoreUnderTest, user: User, file: Path, *, format: int
) -> Iterator[Server]:
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as db:
        db.executescript(OUTBOX_OF_3_0_0.read_text())
        db.execute(f"PRAGMA user_version = {format}")
        waiting = db.execute(
            "SELECT path, body FROM entries JOIN bodies USING (sequence) ORDER BY sequence"
        ).fetchall()
    for path, body in waiting:
        user.note(path, bytes(body))
    with serving(place, store, f"--BookstoreSettings.outbox_dir={place / 'outbox'}") as server:
        yield server


def _outbox_dir(place: Path, store: StoreUnderTest) -> Path:
    """Where a server has an outbox of its own, or a release before this one had it."""
    built = _built(place, store)
    return outbox_dir(built.settings, built.store.bucket)


def _built(place: Path, store: StoreUnderTest) -> Bookstore:
    """What a server will have; nothing is started to know it."""
    settings = BookstoreSettings(
        s3_bucket=store.environment.get("JPYNB_S3_BUCKET", ""),
        s3_endpoint_url=store.environment.get("JPYNB_S3_ENDPOINT_URL", ""),
        local_store_dir=str(place / "data" / "bookstore" / "store"),
        outbox_dir=str(place / "outbox"),
    )
    return build_bookstore(settings, root_dir=str(place / "notebooks"), log=settings.log)


def _overwrite_index(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_key'")
        [(page_bytes,)] = db.execute("PRAGMA page_size")
    with file.open("r+b") as stream:
        stream.seek((page - 1) * page_bytes)
        stream.write(os.urandom(page_bytes))


def _overwrite_all(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def _wait_until_recorded(server: Server, user: User, store: StoreUnderTest) -> None:
    eventually(
        lambda: not any(words in text for text in problems(server) for words in NOT_RECORDED),
        "saves are recorded",
    )
    wait_until_over(server, user, store)


# -- small disks -------------------------------------------------------------------------------


@contextmanager
def small_disk(place: Path, *options: str) -> Iterator[Path]:
    """Mount a disk of a few megabytes, for which one has to be root."""
    place.mkdir(parents=True)
    mount = ("-t", "tmpfs", "-o", ",".join((f"size={DISK_BYTES}", *options)), "tmpfs", str(place))
    _as_root("mount", *mount)
    try:
        yield place
    finally:
        _as_root("umount", "--lazy", str(place))


def _as_root(*command: str) -> None:
    sudo = () if os.geteuid() == 0 else ("sudo", "-n")
    done = subprocess.run([*sudo, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (
        f"This scenario needs a small disk, and {' '.join(command[:1])} says: "
        f"{done.stderr.strip()}. Run it as root, or as somebody whom sudo asks nothing, on a "
        "machine that may mount."
    )


def _fill(file: Path) -> None:
    """Fill the disk to the last byte."""
    with file.open("wb", buffering=0) as stream:
        for size_bytes in (2**16, 2**12, 1):
            try:
                while True:
                    stream.write(bytes(size_bytes))
            except OSError:
                continue
