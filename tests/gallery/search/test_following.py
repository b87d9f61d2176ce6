"""Whoever follows the changes sees each of them, in whatever order they appear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.models import Change, Job, now
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.jobs.changes import forget_some
from bookstore.gallery.search.following import (
    FORGET_CHANGES,
    LATEST_S,
    Outrun,
    Position,
    begin,
    changes_after,
)


@pytest.fixture(params=["fts5", pytest.param("postgresql", marks=pytest.mark.database)])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, EngineOptions(connections=3))
    yield database
    database.engine.dispose()


def change(number: int | None = None) -> Change:
    return Change(id=number, noun="document", noun_id=number or 0, verb="changed")


def read(database: Database, position: Position, at: float = 0) -> tuple[list[int], Position]:
    found, after = database.run_here(
        lambda session: changes_after(session, position, at), read_only=True
    )
    return [each.id for each in found], after


def add(database: Database, *numbers: int) -> None:
    database.run_here(lambda session: session.add_all(change(number) for number in numbers))


def test_a_lower_number_that_appears_after_a_higher_one_is_seen(database: Database) -> None:
    add(database, 1, 2, 5)
    seen, position = read(database, Position())
    assert seen == [1, 2, 5]
    add(database, 4, 6)
    seen, position = read(database, position)
    assert seen == [4, 6]
    assert read(database, position) == ([], position)
    add(database, 3)
    assert read(database, position)[0] == [3]


def test_who_begins_now_sees_what_appears_late_and_nothing_twice(database: Database) -> None:
    add(database, 1, 3)
    position = database.run_here(lambda session: begin(session, 0.0))
    assert read(database, position)[0] == []
    add(database, 2, 4)
    assert read(database, position)[0] == [2, 4]


def test_numbers_that_can_only_be_taken_back_are_no_longer_asked_for(database: Database) -> None:
    add(database, 1, 3)
    _, position = read(database, Position(), at=0)
    assert {*position.unseen} == {2}
    _, position = read(database, position, at=LATEST_S - 1)
    assert {*position.unseen} == {2}
    _, position = read(database, position, at=LATEST_S + 1)
    assert not position.unseen


def test_many_are_read_some_at_a_time(database: Database) -> None:
    add(database, *range(1, 26))
    position, seen = Position(), []
    while True:
        found, position = database.run_here(
            lambda session, at=position: changes_after(session, at, 0, count=10)
        )
        if not found:
            break
        seen += [each.id for each in found]
    assert seen == [*range(1, 26)]


def forget(database: Database, days: float) -> int:
    def work(session: Session) -> int:
        session.merge(Job(name=FORGET_CHANGES))
        return forget_some(now() - timedelta(days=days), session)

    return database.run_here(work)


def test_who_was_not_so_far_when_changes_were_forgotten_is_told(database: Database) -> None:
    """Who was told so begins again; whoever had seen them goes on."""
    add(database, 1, 2, 3)
    _, behind = read(database, Position())
    add(database, 4, 6)
    _, abreast = read(database, behind)
    assert forget(database, days=1) == 0
    assert forget(database, days=-1) == 4  # all but the newest
    assert read(database, abreast) == ([], abreast)
    with pytest.raises(Outrun):
        read(database, behind)
    assert forget(database, days=-1) == 0
    add(database, 8)
    assert read(database, abreast)[0] == [8]
    again = database.run_here(lambda session: begin(session, 0.0))
    assert read(database, again)[0] == []


def test_a_database_that_was_put_back_to_what_it_was_is_noticed(database: Database) -> None:
    add(database, 1, 2)
    with pytest.raises(Outrun):
        read(database, Position(last=3))


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.database
def test_a_transaction_that_ends_after_a_later_one_is_seen(database: Database) -> None:
    """A sequence gives numbers when rows are written, not when they are seen."""

    def write(session: Session) -> int:
        row = change()
        session.add(row)
        session.flush()
        return row.id

    with Session(database.engine) as early:
        first = write(early)
        second = database.run_here(write)
        seen, position = read(database, Position(last=first - 1))
        assert seen == [second]
        early.commit()
    assert read(database, position)[0] == [first]
