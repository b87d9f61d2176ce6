"""Lists come in pages that begin after a row, whatever happens in between."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload
from statements import statements_of

from bookstore.errors import BadRequest
from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.models import Notebook, NotebookSummary, User
from bookstore.gallery.database.paging import Key, Page, page_of
from bookstore.gallery.database.sessions import Database

START = datetime.fromisoformat("2026-01-01T12:30:15.123456")
TRENDS = (0.91, 0.3, None, 0.91, 0.1, 1 / 3, None)
NEWEST = (Key(Notebook.updated_at, descending=True), Key(Notebook.id))
TRENDING = (
    Key(func.coalesce(NotebookSummary.trendiness, 0.0), descending=True),
    Key(Notebook.id, descending=True),
)


@pytest.fixture
def database(gallery: str) -> Iterator[Database]:
    database = Database(gallery, EngineOptions(connections=1))
    yield database
    database.engine.dispose()


def fill(session: Session) -> None:
    maker = User(user_name="maker")
    session.add(maker)
    for number, trend in enumerate(TRENDS):
        session.add(
            Notebook(
                uuid=f"uuid-{number}",
                title=f"Title {number}",
                description="",
                public=True,
                creator=maker,
                updated_at=START + timedelta(seconds=number // 2),
                summary=NotebookSummary(trendiness=trend),
            )
        )


def walk(database: Database, keys: tuple[Key, ...], count: int) -> list[str]:
    query = select(Notebook).join(Notebook.summary)
    titles: list[str] = []
    after: str | None = None
    while True:

        def work(session: Session, after: str | None = after) -> Page[Notebook]:
            return page_of(session, query, keys, after=after, count=count)

        page = database.run_here(work, read_only=True)
        assert 0 < len(page.rows) <= count
        titles += [notebook.title for notebook in page.rows]
        if (after := page.after) is None:
            return titles


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("keys", [NEWEST, TRENDING], ids=["newest", "trending"])
def test_all_rows_are_shown_once_and_in_order(
    database: Database, keys: tuple[Key, ...], count: int
) -> None:
    database.run_here(fill)
    expected = {
        NEWEST: [6, 4, 5, 2, 3, 0, 1],
        TRENDING: [3, 0, 5, 1, 4, 6, 2],
    }[keys]
    assert walk(database, keys, count) == [f"Title {number}" for number in expected]


def test_what_is_gone_in_between_moves_nothing(database: Database) -> None:
    database.run_here(fill)
    first = database.run_here(lambda session: page_of(session, select(Notebook), NEWEST, count=3))
    database.run_here(
        lambda session: session.execute(delete(Notebook).where(Notebook.title == "Title 5"))
    )
    second = database.run_here(
        lambda session: page_of(session, select(Notebook), NEWEST, after=first.after, count=3)
    )
    assert [each.title for each in second.rows] == ["Title 2", "Title 3", "Title 0"]


def test_a_page_with_what_belongs_to_its_rows_is_one_statement(database: Database) -> None:
    database.run_here(fill)
    query = select(Notebook).options(joinedload(Notebook.summary), joinedload(Notebook.creator))
    with statements_of(database.engine) as seen:
        page = database.run_here(lambda session: page_of(session, query, NEWEST))
    assert {each.creator.user_name for each in page.rows if each.creator} == {"maker"}
    assert len(page.rows) == len(TRENDS)
    assert len(seen) == 1


def test_the_counter_sees_a_list_that_asks_for_each_row(database: Database) -> None:
    database.run_here(fill)
    with statements_of(database.engine) as seen:
        database.run_here(
            lambda session: [each.summary for each in session.scalars(select(Notebook))]
        )
    assert len(seen) == 1 + len(TRENDS)


@pytest.mark.parametrize(
    "after",
    ["", "?", "W10", *(base64.urlsafe_b64encode(text).decode() for text in (b'["x",1]', b"[1,2]"))],
)
def test_a_place_that_no_page_gave_is_refused_in_words(database: Database, after: str) -> None:
    with pytest.raises(BadRequest, match=r"^after is "):
        database.run_here(lambda session: page_of(session, select(Notebook), NEWEST, after=after))


@pytest.mark.parametrize(
    "text", [f"[{10**400},1]", '["a\\u0000",1]', '["\\ud800",1]', "[NaN,1]", "[true,1]"]
)
def test_a_place_that_no_database_takes_is_refused_in_words(database: Database, text: str) -> None:
    after = base64.urlsafe_b64encode(text.encode()).decode()
    for first in (func.coalesce(NotebookSummary.views, 0), Notebook.title, TRENDING[0].expression):
        keys = (Key(first), Key(Notebook.id))
        with pytest.raises(BadRequest, match=r"^after is "):
            database.run_here(
                lambda session, by=keys: page_of(session, select(Notebook), by, after=after)
            )


@pytest.mark.parametrize("count", [0, -1, 201])
def test_a_count_that_cannot_be_is_refused_in_words(database: Database, count: int) -> None:
    with pytest.raises(BadRequest, match=f"^count is {count}"):
        database.run_here(lambda session: page_of(session, select(Notebook), NEWEST, count=count))


def test_a_list_is_not_sorted_by_what_may_be_null_or_has_no_type() -> None:
    with pytest.raises(ValueError, match="coalesce"):
        Key(NotebookSummary.trendiness)
    with pytest.raises(ValueError, match="no type"):
        Key(func.lower(Notebook.title))
