"""A SQLite file has one owner at a time, whoever closes it while others go on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bookstore.databases.bodies import SCHEMA
from bookstore.databases.owned import DatabaseUnavailable, OwnedDatabase
from bookstore.databases.parts import Part

WAIT_S = 60


@pytest.fixture
def database(tmp_path: Path) -> Iterator[OwnedDatabase]:
    part = Part(f"{SCHEMA} CREATE TABLE IF NOT EXISTS words (word);", lambda *_: (0, 0, None))
    made = OwnedDatabase(tmp_path / "words.sqlite3", [part], 1)
    yield made
    made.close()


def say(word: str) -> Callable[[sqlite3.Connection], str]:
    """What writes *word* down, and returns it."""

    def work(db: sqlite3.Connection) -> str:
        db.execute("INSERT INTO words VALUES (?)", (word,))
        return word

    return work


def words(database: OwnedDatabase) -> list[str]:
    found = database.run(lambda db: db.execute("SELECT word FROM words").fetchall())
    return [row["word"] for row in found.result(WAIT_S)]


def is_open(database: OwnedDatabase) -> bool:
    """Has anybody the file open?  The last who closes it takes the log away."""
    return Path(f"{database.file}-wal").exists()


class Held:
    """A function that is being run until it is let go."""

    def __init__(self, database: OwnedDatabase) -> None:
        begun, self._going_on = threading.Event(), threading.Event()
        self.done = database.run(lambda _: (begun.set(), self._going_on.wait(WAIT_S)))
        assert begun.wait(WAIT_S)

    def let_go(self) -> None:
        self._going_on.set()


def test_what_is_run_while_the_file_is_being_closed_is_done_once_it_is(
    database: OwnedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails neither for itself nor for those before it."""
    join, is_waiting = threading.Thread.join, threading.Event()

    def telling_join(thread: threading.Thread, timeout: float | None = None) -> None:
        is_waiting.set()
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", telling_join)
    held = Held(database)
    with ThreadPoolExecutor(1) as others:
        waiting = database.run(say("waiting"))
        closing = others.submit(database.close)
        assert is_waiting.wait(WAIT_S)
        late = [database.run(say(f"late {n}")) for n in range(3)]
        held.let_go()
        closing.result(WAIT_S)

    assert waiting.result(WAIT_S) == "waiting"
    assert [each.result(WAIT_S) for each in late] == ["late 0", "late 1", "late 2"]
    assert words(database) == ["waiting", "late 0", "late 1", "late 2"]
    database.close()
    assert not is_open(database)


def test_all_who_close_it_have_it_closed(database: OwnedDatabase) -> None:
    """Whoever comes second waits as well."""
    held = Held(database)
    with ThreadPoolExecutor(3) as others:
        closing = [others.submit(database.close) for _ in range(3)]
        assert not [each for each in closing if each.done()]
        held.let_go()
        for each in closing:
            each.result(WAIT_S)
            assert not is_open(database)


def test_a_function_that_closes_the_file_it_runs_in_is_finished_first(
    database: OwnedDatabase,
) -> None:
    """So is one that is told of its result; both may happen at once, and what comes later opens
    it again."""

    def say_and_close(db: sqlite3.Connection) -> str:
        database.close()
        return say("closing")(db)

    closing = database.run(say_and_close)
    closing.add_done_callback(lambda _: database.close())
    assert closing.result(WAIT_S) == "closing"
    database.close()
    assert not is_open(database)

    assert words(database) == ["closing"]


def test_closing_and_going_on_from_many_threads_loses_nothing(database: OwnedDatabase) -> None:
    def go_on(name: int) -> None:
        for n in range(25):
            database.run(say(f"{name} {n}")).result(WAIT_S)
            if n % 3 == name:
                database.close()

    with ThreadPoolExecutor(3) as others:
        for each in [others.submit(go_on, name) for name in range(3)]:
            each.result(WAIT_S)

    assert sorted(words(database)) == sorted(f"{name} {n}" for name in range(3) for n in range(25))
    database.close()
    assert not is_open(database)


def test_where_no_thread_can_be_started_it_is_said_and_tried_again(
    database: OwnedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine may have too many, and a process that ends starts none."""

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as without:
        without.setattr(threading.Thread, "start", refuse)
        with pytest.raises(DatabaseUnavailable, match="thread"):
            database.run(say("never")).result(WAIT_S)
    database.run(say("again")).result(WAIT_S)

    assert words(database) == ["again"]
