"""What people do with notebooks reaches the numbers that lists are sorted by, whoever counts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from catalogues import Killed, People, put_there, rows
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue import Catalogue
from bookstore.gallery.catalogue.keeper import Duty, Keeper
from bookstore.gallery.catalogue.usage import record, star
from bookstore.gallery.database.models import (
    Change,
    Click,
    ExecutionHistory,
    Job,
    NotebookSummary,
    now,
    stars,
)
from bookstore.gallery.jobs import duties_of
from bookstore.gallery.jobs import numbers as jobs
from bookstore.gallery.search.documents import Popularity
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio
AT_ONCE = timedelta(0)


class Ranks:
    """An index that notes what people make of notebooks."""

    def __init__(self) -> None:
        self.of: dict[int, Popularity] = {}
        self.dies_after: int | None = None

    def liked(self, session: Session, popularity: Mapping[int, Popularity]) -> None:
        if self.dies_after is not None and len(self.of) >= self.dies_after:
            raise Killed
        self.of |= popularity


@pytest.fixture
def ranks() -> Ranks:
    return Ranks()


def keeper(catalogue: Catalogue, ranks: Any, *names: str) -> Keeper:
    """What counts as often as it is asked to."""
    duties = [each for each in duties_of(catalogue, ranks) if each.name in (names or ("count",))]
    often = [Duty(name=each.name, every=AT_ONCE, do=each.do) for each in duties]
    return Keeper(catalogue, besides=often, every=AT_ONCE)


def numbers(catalogue: Catalogue) -> list[tuple[int, int, int, int, int]]:
    return [
        (row.views or 0, row.unique_views or 0, row.downloads or 0, row.runs or 0, row.stars or 0)
        for row in rows(catalogue, NotebookSummary)
    ]


async def test_what_was_done_is_counted_once_whoever_counts_and_however_often(
    catalogue: Catalogue, people: People, ranks: Ranks
) -> None:
    tides = await put_there(catalogue, people.ada, title="Tides", public=True)
    await put_there(catalogue, people.ada, title="Waves", public=True)
    for actor in (people.ada, people.bob, people.bob):
        await record(catalogue, actor, tides.uuid, "viewed notebook")
    await record(catalogue, people.bob, tides.uuid, "downloaded notebook")
    await record(catalogue, people.bob, tides.uuid, "ran notebook")
    await star(catalogue, people.bob, tides.uuid)
    for _ in range(2):
        assert await keeper(catalogue, ranks).run_once()
        assert numbers(catalogue) == [(3, 2, 1, 1, 1), (0, 0, 0, 0, 0)]
    await record(catalogue, people.cy, tides.uuid, "viewed notebook")
    assert await keeper(catalogue, ranks).run_once()
    assert numbers(catalogue)[0] == (4, 3, 1, 1, 1)
    first, _ = rows(catalogue, NotebookSummary)
    assert ranks.of[first.notebook_id] == Popularity(views=4, stars=1, health=None)


async def test_a_star_counts_at_once(catalogue: Catalogue, people: People) -> None:
    tides = await put_there(catalogue, people.ada, public=True)
    await star(catalogue, people.bob, tides.uuid)
    assert numbers(catalogue)[0][-1] == 1
    await star(catalogue, people.bob, tides.uuid, starred=False)
    assert numbers(catalogue)[0][-1] == 0


async def test_what_an_nbgallery_beside_wrote_is_counted_too(
    catalogue: Catalogue, people: People, ranks: Ranks
) -> None:
    """Stars say no time, a notebook may have no numbers, and runs are noted day by day."""
    await put_there(catalogue, people.ada)
    assert await keeper(catalogue, ranks).run_once()
    [summary] = rows(catalogue, NotebookSummary)
    number = summary.notebook_id
    catalogue.database.run_here(
        lambda session: session.execute(
            insert(stars).values(notebook_id=number, user_id=people.bob.user_id)
        )
    )
    await keeper(catalogue, ranks).run_once()
    assert numbers(catalogue)[0][-1] == 1
    catalogue.database.run_here(lambda session: session.execute(delete(NotebookSummary)))
    await keeper(catalogue, ranks).run_once()
    assert numbers(catalogue)[0][-1] == 1
    [before] = rows(catalogue, NotebookSummary)
    ran = ExecutionHistory(user_id=people.bob.user_id, notebook_id=number, day=now().date())
    catalogue.database.run_here(lambda session: session.add(ran))
    await keeper(catalogue, ranks).run_once()
    [after] = rows(catalogue, NotebookSummary)
    assert after.trendiness > before.trendiness


async def test_trends_fade_when_nothing_is_done(
    catalogue: Catalogue, people: People, ranks: Ranks
) -> None:
    tides = await put_there(catalogue, people.ada, public=True)
    await record(catalogue, people.bob, tides.uuid, "viewed notebook")
    await keeper(catalogue, ranks, "count", "fade").run_once()
    seen = [row.trendiness for row in rows(catalogue, NotebookSummary)]
    for days in (7, 70):
        long_ago = now() - timedelta(days=days)
        catalogue.database.run_here(
            lambda session, at=long_ago: session.execute(
                update(Click).values(created_at=at, updated_at=at)
            )
        )
        await keeper(catalogue, ranks, "fade").run_once()
        seen += [row.trendiness for row in rows(catalogue, NotebookSummary)]
    assert seen == sorted(seen, reverse=True)
    assert len({*seen}) == 3


async def test_what_was_interrupted_goes_on_where_it_was(
    catalogue: Catalogue, people: People, ranks: Ranks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power fails after a batch: the next one does not begin from the first notebook."""
    monkeypatch.setattr(jobs, "TOGETHER", 2)
    for title in "ABCDE":
        made = await put_there(catalogue, people.ada, title=title)
        await record(catalogue, people.ada, made.uuid, "viewed notebook")
    ranks.dies_after = 2
    with suppress(Killed):
        await keeper(catalogue, ranks).run_once()
    assert [row[0] for row in numbers(catalogue)] == [1, 1, 0, 0, 0]
    counted, ranks.of, ranks.dies_after = {*ranks.of}, {}, None
    assert await keeper(catalogue, ranks).run_once()
    assert not counted & {*ranks.of}
    assert [row[0] for row in numbers(catalogue)] == [1] * 5


async def test_a_job_that_fails_keeps_no_other_from_being_done(
    catalogue: Catalogue, people: People, ranks: Ranks, caplog: pytest.LogCaptureFixture
) -> None:
    tides = await put_there(catalogue, people.ada)
    await record(catalogue, people.ada, tides.uuid, "viewed notebook")
    store = catalogue.store
    assert isinstance(store, MemoryStore)
    store.fail_with(StoreUnavailable("away"))

    async def broken() -> list[str]:
        raise ZeroDivisionError

    one = Duty(name="broken", every=AT_ONCE, do=broken)
    [count] = [each for each in duties_of(catalogue, ranks) if each.name == "count"]  # type: ignore[arg-type]
    assert await Keeper(catalogue, besides=[one, count], every=AT_ONCE).run_once()
    assert numbers(catalogue)[0][0] == 1
    assert {each.name: each.problem for each in rows(catalogue, Job)} == {
        "keep": "away",
        "broken": "It was interrupted.",
        "count": None,
    }
    assert "ZeroDivisionError" in caplog.text


async def test_changes_are_forgotten_after_some_days(
    catalogue: Catalogue, people: People, ranks: Ranks
) -> None:
    for title in "AB":
        await put_there(catalogue, people.ada, title=title)
    week = now() - timedelta(days=8)
    catalogue.database.run_here(
        lambda session: session.execute(update(Change).values(created_at=week))
    )
    newest = max(each.id for each in rows(catalogue, Change))
    await put_there(catalogue, people.ada, title="C")
    await keeper(catalogue, ranks, "forget changes").run_once()
    assert all(each.id > newest for each in rows(catalogue, Change))
    assert rows(catalogue, Change)
