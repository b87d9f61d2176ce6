"""What keeps a gallery runs again and again, in one process at a time, and ends with its host."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from catalogues import PREFIX, Killed, Life, People, ipynb, put_there, rows
from processes import eventually

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue import Catalogue, Rules
from bookstore.gallery.catalogue.keeper import JOB, Keeper
from bookstore.gallery.catalogue.staging import stage
from bookstore.gallery.catalogue.turns import Turn
from bookstore.gallery.database.models import Job, Notebook, Publishing, Stage
from bookstore.gallery.database.sessions import Database
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio
AT_ONCE = timedelta(0)
NOON = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - as the database keeps moments
IN_AGES = NOON.replace(year=9000)
MINUTE = timedelta(minutes=1)


def store_of(catalogue: Catalogue) -> MemoryStore:
    assert isinstance(catalogue.store, MemoryStore)
    return catalogue.store


async def others_put(catalogue: Catalogue, name: str) -> None:
    await catalogue.store.put(f"{PREFIX}{name}.ipynb", ipynb(), metadata={}, content_type="x/y")


@pytest.fixture
def hosts(catalogue: Catalogue, gallery: str) -> Iterator[list[Catalogue]]:
    """The gallery as several processes have it, each with connections of its own."""
    with ExitStack() as stack:
        databases = [Database(gallery) for _ in range(4)]
        for database in databases:
            stack.callback(database.engine.dispose)
        yield [replace(catalogue, database=database) for database in databases]


async def test_it_finishes_what_was_begun_takes_in_what_is_new_and_clears_away(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    with life.ending_after(4), suppress(Killed):
        await put_there(catalogue, people.ada)
    await others_put(catalogue, "new")
    await stage(catalogue, people.ada, ipynb())
    rules = Rules(publishing_limit=AT_ONCE, staging_limit=AT_ONCE)
    assert await Keeper(replace(catalogue, rules=rules)).run_once()
    assert sorted(row.title for row in rows(catalogue, Notebook)) == ["Tides", "new"]
    assert rows(catalogue, Publishing, Publishing.finished_at.is_(None)) == []
    assert rows(catalogue, Stage) == []
    [job] = rows(catalogue, Job)
    assert (job.name, job.holder, job.problem) == (JOB, None, None)


async def test_of_several_processes_one_keeps_the_gallery_at_a_time(
    hosts: list[Catalogue], catalogue: Catalogue
) -> None:
    store_of(catalogue).hang()
    runs = [asyncio.create_task(Keeper(each, every=AT_ONCE).run_once()) for each in hosts]
    await store_of(catalogue).until_hanging()
    _, others = await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
    while len(others) > 1:
        _, others = await asyncio.wait(others, return_when=asyncio.FIRST_COMPLETED)
    assert store_of(catalogue).hanging == 1
    store_of(catalogue).recover()
    assert sorted([await run for run in runs]) == [False, False, False, True]
    assert await Keeper(hosts[0], every=AT_ONCE).run_once()


async def test_what_was_kept_just_before_is_not_kept_again(hosts: list[Catalogue]) -> None:
    assert await Keeper(hosts[0]).run_once()
    assert [await Keeper(each).run_once() for each in hosts] == [False] * 4


async def test_it_runs_again_and_again_until_it_is_stopped(
    catalogue: Catalogue, people: People
) -> None:
    keeper, store = Keeper(catalogue, every=AT_ONCE), store_of(catalogue)
    assert store.requests == []
    for names in (["a", "b"], ["c"]):
        keeper.start()
        for name in names:
            await others_put(catalogue, name)
            await asyncio.to_thread(eventually, partial(is_there, catalogue, name), name)
        store.hang()
        await store.until_hanging()
        await keeper.stop()
        await keeper.stop()
        assert store.hanging == 0
        assert [job.holder for job in rows(catalogue, Job)] == [None]
        store.recover()


def is_there(catalogue: Catalogue, title: str) -> bool:
    return bool(rows(catalogue, Notebook, Notebook.title == title))


async def test_what_was_stopped_in_the_midst_is_done_by_whoever_comes_next(
    hosts: list[Catalogue], catalogue: Catalogue
) -> None:
    await others_put(catalogue, "new")
    store_of(catalogue).hang()
    stopped = Keeper(hosts[0])
    stopped.start()
    await store_of(catalogue).until_hanging()
    await stopped.stop()
    store_of(catalogue).recover()
    assert await Keeper(hosts[1]).run_once()
    assert is_there(catalogue, "new")
    assert not await Keeper(hosts[2]).run_once()


async def test_a_store_that_is_away_ends_nothing_and_is_told(
    catalogue: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_of(catalogue)
    store.fail_with(StoreUnavailable("away"))
    with caplog.at_level(logging.WARNING, "bookstore.gallery"):
        assert await Keeper(catalogue, every=AT_ONCE).run_once()
    assert "away" in caplog.text
    [job] = rows(catalogue, Job)
    assert job.problem == "away"
    store.recover()
    await others_put(catalogue, "new")
    assert await Keeper(catalogue, every=AT_ONCE).run_once()
    assert len(rows(catalogue, Notebook)) == 1
    assert [each.problem for each in rows(catalogue, Job)] == [None]


async def test_who_stood_still_until_it_was_the_turn_of_another_one_stops(
    hosts: list[Catalogue], catalogue: Catalogue
) -> None:
    store = store_of(catalogue)
    store.hang()
    slow = Keeper(hosts[0], every=AT_ONCE, lent_for=AT_ONCE)  # over as soon as it is lent
    run = asyncio.create_task(slow.run_once())
    await store.until_hanging()
    other = Turn(name=JOB, holder="other", every=AT_ONCE, lent_for=MINUTE)
    assert await catalogue.database.run(lambda session: other.take(session, IN_AGES))
    assert await run
    assert store.hanging == 0
    assert [job.holder for job in rows(catalogue, Job)] == ["other"]


async def test_a_turn_is_lent_and_comes_to_others_when_that_is_over(catalogue: Catalogue) -> None:
    mine, other = (
        Turn(name="x", holder=name, every=10 * MINUTE, lent_for=2 * MINUTE)
        for name in ("me", "other")
    )
    run = catalogue.database.run_here
    assert run(lambda session: mine.take(session, NOON))
    assert not run(lambda session: other.take(session, NOON + 11 * MINUTE - 10 * MINUTE))
    assert run(lambda session: mine.renew(session, NOON + 10 * MINUTE))
    assert not run(lambda session: other.take(session, NOON + 11 * MINUTE))  # still lent
    assert run(lambda session: other.take(session, NOON + 12 * MINUTE))
    assert not run(lambda session: mine.renew(session, NOON + 12 * MINUTE))
    run(lambda session: mine.end(session, NOON + 12 * MINUTE, "late"))
    assert [job.holder for job in rows(catalogue, Job)] == ["other"]
    run(lambda session: other.end(session, NOON + 13 * MINUTE, ""))
    assert not run(lambda session: mine.take(session, NOON + 14 * MINUTE))  # done just before
    assert run(lambda session: mine.take(session, NOON + 22 * MINUTE))


async def test_a_clock_that_is_put_back_keeps_nobody_waiting(catalogue: Catalogue) -> None:
    ahead, right = (
        Turn(name="x", holder=name, every=10 * MINUTE, lent_for=2 * MINUTE)
        for name in ("ahead", "right")
    )
    run = catalogue.database.run_here
    assert run(lambda session: ahead.take(session, NOON + timedelta(days=365)))
    assert run(lambda session: right.take(session, NOON))
