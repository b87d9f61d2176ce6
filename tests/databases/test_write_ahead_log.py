"""Who reads a file for long holds up nobody who writes it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookstore.databases import owned, write_ahead_log
from bookstore.databases.bodies import SCHEMA, put_in
from bookstore.databases.owned import OwnedDatabase
from bookstore.databases.parts import Part

WAIT_S = 20


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnedDatabase]:
    """One whose log is long soon, and which waits for others as long as this test takes."""
    monkeypatch.setattr(write_ahead_log, "_LEAST_BYTES", 2**16)
    monkeypatch.setattr(write_ahead_log, "_AT_ONCE", 4)
    monkeypatch.setattr(write_ahead_log, "_LONG_BYTES", 2**18)
    monkeypatch.setattr(write_ahead_log, "_LARGE_BYTES", 2**19)
    monkeypatch.setattr(owned, "_BUSY_TIMEOUT_S", 3 * WAIT_S)
    made = OwnedDatabase(tmp_path / "bodies.sqlite3", [Part(SCHEMA, lambda *_: (0, 0, None))], 1)
    made.run(lambda db: put_in(db, 0, b"first")).result(WAIT_S)
    yield made
    made.close()


@contextlib.contextmanager
def long_reader(file: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has begun to read, and not ended."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("BEGIN")
        db.execute("SELECT * FROM bodies").fetchone()
        yield db


def write(database: OwnedDatabase, *numbers: int) -> None:
    for number in numbers:
        database.run(lambda db, number=number: put_in(db, number, bytes(2**16))).result(WAIT_S)


def log_bytes(database: OwnedDatabase) -> int:
    return Path(f"{database.file}-wal").stat().st_size


def test_who_writes_goes_on_and_the_log_is_told_of_and_emptied_afterwards(
    database: OwnedDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing that the other reads changes meanwhile; it is told of once each time."""
    caplog.set_level(logging.WARNING, "bookstore")
    for told in (1, 2):
        with long_reader(database.file) as reader:
            [before] = reader.execute("SELECT count(*) FROM bodies").fetchone()
            write(database, *range(told * 100, told * 100 + 12))
            assert log_bytes(database) > 12 * 2**16
            assert reader.execute("SELECT count(*) FROM bodies").fetchone() == (before,)
        assert ["another program" in line for line in caplog.messages] == [True] * told

        write(database, *range(told * 10, told * 10 + 4))
        database.run(lambda _: None).result(WAIT_S)  # what is done after a write is done before it
        assert log_bytes(database) < 12 * 2**16


def test_a_log_that_is_copied_in_time_does_not_grow(database: OwnedDatabase) -> None:
    """It is written to anew; only what is written at once makes it longer, and then it is cut."""
    sizes = set[int]()
    for number in range(1, 31):
        write(database, number)
        database.run(lambda _: None).result(WAIT_S)
        sizes.add(log_bytes(database))
    assert max(sizes) <= 2**18 + 2**17
    assert Path(database.file).stat().st_size > 20 * 2**16  # it was copied

    database.run(lambda db: [put_in(db, n, bytes(2**16)) for n in range(200, 220)]).result(WAIT_S)
    database.run(lambda _: None).result(WAIT_S)
    assert log_bytes(database) < 2**18


def test_who_writes_waits_again_for_others_that_write(database: OwnedDatabase) -> None:
    """Only the emptying waits for nobody."""
    with long_reader(database.file):
        write(database, 1, 2)
    waits = database.run(lambda db: db.execute("PRAGMA busy_timeout").fetchone()[0])
    assert waits.result(WAIT_S) == 3 * WAIT_S * 1000
