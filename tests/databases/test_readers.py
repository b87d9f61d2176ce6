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


def test_what_is_asked_of_closed_readers_is_refused_as_sqlite_would(readers: Readers) -> None:
    """So whoever asks needs to know of one kind of failure; a server that stops gives an answer."""
    assert readers.submit(lambda: readers.ask(first_word)).result(WAIT_S) == "kept"
    readers.close(timeout_s=WAIT_S)

    with pytest.raises(sqlite3.Error, match="closed"):
        readers.submit(lambda: readers.ask(first_word))
