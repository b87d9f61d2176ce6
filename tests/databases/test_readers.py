"""Who reads beside a file's owner is never cut off."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bookstore.databases import asides
from bookstore.databases.readers import Readers

WAIT_S = 60


@pytest.fixture
def readers(tmp_path: Path) -> Readers:
    file = tmp_path / "words.sqlite3"
    words = "CREATE TABLE words (word); INSERT INTO words VALUES ('kept');"
    asides.make(file, f"{words} {asides.SCHEMA} PRAGMA user_version = 1;", lambda _: None)
    return Readers(file, "readers")


def first_word(db: sqlite3.Connection) -> str:
    [word] = db.execute("SELECT word FROM words").fetchone()
    return str(word)


@pytest.mark.parametrize("is_own_thread", [True, False])
def test_a_question_that_takes_longer_than_closing_waits_is_answered(
    readers: Readers, is_own_thread: bool
) -> None:
    """Whether on one of the threads or on another, as what packs asks."""
    begun, going_on = threading.Event(), threading.Event()

    def question(db: sqlite3.Connection) -> str:
        begun.set()
        assert going_on.wait(WAIT_S)
        return first_word(db)

    with ThreadPoolExecutor(1) as another:
        submit = readers.submit if is_own_thread else another.submit
        asked = submit(lambda: readers.ask(question))
        assert begun.wait(WAIT_S)
        readers.close(timeout_s=0)
        going_on.set()

        assert asked.result(WAIT_S) == "kept"


def test_what_was_read_while_the_readers_were_closed_is_let_go_of_as_well(readers: Readers) -> None:
    def close_and_return(db: sqlite3.Connection) -> sqlite3.Connection:
        readers.close(timeout_s=0)
        return db

    connection = readers.ask(close_and_return)

    assert connection is not None
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_threads_that_come_and_go_share_a_connection(readers: Readers) -> None:
    """A store that is looked after again and again would run out of files otherwise."""
    used = set[int]()

    def note(db: sqlite3.Connection) -> None:
        used.add(id(db))
        kept.append(db)  # so that no other gets its number

    kept: list[sqlite3.Connection] = []
    for _ in range(5):
        thread = threading.Thread(target=lambda: readers.ask(note))
        thread.start()
        thread.join(WAIT_S)
    readers.ask(lambda db: readers.ask(note))  # two at once

    assert len(kept) == 6
    assert len(used) == 2
    readers.close(timeout_s=WAIT_S)


def test_what_is_asked_of_closed_readers_is_refused_as_sqlite_would(readers: Readers) -> None:
    """So whoever asks needs to know of one kind of failure; a server that stops gives an answer."""
    assert readers.submit(lambda: readers.ask(first_word)).result(WAIT_S) == "kept"
    readers.close(timeout_s=WAIT_S)

    with pytest.raises(sqlite3.Error, match="closed"):
        readers.submit(lambda: readers.ask(first_word))
