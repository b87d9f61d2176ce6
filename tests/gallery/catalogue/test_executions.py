"""Runs of cells, servers and preferences are kept alike by every database."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest
from catalogues import NOBODY, People, ipynb, put_there, rows

from bookstore.errors import Forbidden
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, PublicationRefused
from bookstore.gallery.catalogue.executions import Executed, recently_executed, record_execution
from bookstore.gallery.catalogue.naming import uuid_named
from bookstore.gallery.database.models import Execution, ExecutionHistory, Notebook, now
from bookstore.gallery.environments import Told, change, environments, register
from bookstore.gallery.preferences import prefer, preferences

pytestmark = pytest.mark.asyncio


def ran(source: str, *, success: bool = True) -> Executed:
    """A cell that was run."""
    md5 = hashlib.md5(source.encode()).hexdigest()
    return Executed(md5=md5.upper(), success=success, runtime_s=0.5)


async def test_a_days_runs_at_the_same_time_are_one_day_and_all_of_them(
    catalogue: Catalogue, people: People
) -> None:
    uuid = (await put_there(catalogue, people.ada, body=ipynb("1", "2"), public=True)).uuid
    runs = [record_execution(catalogue, people.bob, uuid, ran(each)) for each in "12341234"]
    assert sorted(await asyncio.gather(*runs)) == [False] * 4 + [True] * 4
    assert len(rows(catalogue, Execution)) == 4
    [day] = rows(catalogue, ExecutionHistory)
    assert (day.known_cell, day.unknown_cell) == (True, True)


async def test_runs_of_a_cell_that_stays_stay_with_it(catalogue: Catalogue, people: People) -> None:
    uuid = (await put_there(catalogue, people.ada, body=ipynb("1", "2"))).uuid
    for source in "12":
        assert await record_execution(catalogue, people.ada, uuid, ran(source))
    await put_there(catalogue, people.ada, uuid=uuid, body=ipynb("0", "2"))
    [kept] = rows(catalogue, Execution)
    assert (kept.runtime, kept.success) == (0.5, True)
    assert not await record_execution(catalogue, people.ada, uuid, ran("1"))
    assert await record_execution(catalogue, people.ada, uuid, ran("0", success=False))


async def test_nobody_runs_what_they_may_not_read(catalogue: Catalogue, people: People) -> None:
    uuid = (await put_there(catalogue, people.ada, body=ipynb("1"))).uuid
    with pytest.raises(NoSuchNotebook):
        await record_execution(catalogue, people.bob, uuid, ran("1"))
    with pytest.raises(Forbidden):
        await record_execution(catalogue, NOBODY, uuid, ran("1"))
    assert rows(catalogue, Execution) == rows(catalogue, ExecutionHistory) == []


async def test_what_ran_long_ago_or_is_private_now_is_not_recent(
    catalogue: Catalogue, people: People
) -> None:
    uuids = [
        (await put_there(catalogue, people.ada, title=f"T{n}", body=ipynb("1"), public=True)).uuid
        for n in range(3)
    ]
    for uuid in uuids:
        await record_execution(catalogue, people.bob, uuid, ran("1"))

    def age(session: object) -> None:
        first, second, _ = session.query(Notebook).order_by(Notebook.id)  # type: ignore[attr-defined]
        second.public = False
        day = session.query(ExecutionHistory).filter_by(notebook_id=first.id).one()  # type: ignore[attr-defined]
        day.day = (now() - timedelta(days=15)).date()

    catalogue.database.run_here(age)
    assert [each.uuid for each in await recently_executed(catalogue, people.bob, 10)] == uuids[2:]
    assert await recently_executed(catalogue, people.ada, 10) == []


async def test_a_notebook_is_named_by_how_its_uuid_begins_and_by_its_number(
    catalogue: Catalogue, people: People
) -> None:
    """Those that somebody may not read are not found by guessing either."""
    uuid = (await put_there(catalogue, people.ada, body=ipynb("1"))).uuid
    [row] = rows(catalogue, Notebook)
    for name in (uuid[:8], str(row.id), f"{row.id}-some-title", uuid):
        assert await uuid_named(catalogue, people.ada, name) == uuid
        assert await uuid_named(catalogue, people.bob, name) == name
    for name in ("%%%%%%%%", "________", "0", f"{row.id + 1}", f"{row.id}x", "9" * 9, "²", ""):
        assert await uuid_named(catalogue, people.ada, name) == name


async def test_a_server_is_known_by_its_name_or_its_address(
    catalogue: Catalogue, people: People
) -> None:
    database, ada = catalogue.database, people.ada
    one = Told(name="One", url="http://one.example/", user_interface="lab")
    two = Told(name="Two", url="http://two.example/")
    await register(database, ada, one)
    await register(database, ada, two)
    await register(database, ada, Told(name="Two", url="http://one.example/"))
    [known] = await environments(database, ada)
    assert (known.name, known.url, known.user_interface) == ("Two", "http://one.example/", "lab")
    other = await register(database, ada, one := Told(name="One", url="http://x.example/"))
    with pytest.raises(PublicationRefused) as refused:
        await change(database, ada, other.number, Told(name="Two"))
    assert [each.field for each in refused.value.problems] == ["name"]
    assert (await change(database, ada, other.number, Told(is_default=True))).is_default
    assert (await change(database, ada, known.number, Told(is_default=True))).is_default
    assert [each.is_default for each in await environments(database, ada)] == [False, True]
    assert one.name == other.name


async def test_preferences_are_ones_own(catalogue: Catalogue, people: People) -> None:
    await prefer(catalogue.database, people.ada, {"easy_buttons": False, "tab_size": 4})
    await prefer(catalogue.database, people.ada, {"lab_preferences": "{}", "tab_size": 2})
    told = await preferences(catalogue.database, people.ada)
    assert (told["easy_buttons"], told["tab_size"], told["lab_preferences"]) == (False, 2, "{}")
    assert {*(await preferences(catalogue.database, people.bob)).values()} == {None}
