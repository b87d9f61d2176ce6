"""What happens to a notebook while a revision of it is on its way is not undone by the revision."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from catalogues import PREFIX, Killed, Life, People, ipynb, put_there, rows
from sqlalchemy import event
from sqlalchemy.orm import Session

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, PublicationRefused, Rules
from bookstore.gallery.catalogue.changing import describe, give, make_public, rename, tag
from bookstore.gallery.catalogue.deleting import delete, hide, restore
from bookstore.gallery.catalogue.errors import BeingPublished
from bookstore.gallery.catalogue.publication import Published
from bookstore.gallery.catalogue.reading import body, notebook
from bookstore.gallery.catalogue.reconciling import reconcile
from bookstore.gallery.catalogue.staging import stage
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    Notebook,
    NotebookFile,
    Publishing,
    Revision,
    Stage,
    StoredRevision,
)
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio
AT_ONCE = Rules(publishing_limit=timedelta(0))


def store_of(catalogue: Catalogue) -> MemoryStore:
    assert isinstance(catalogue.store, MemoryStore)
    return catalogue.store


async def on_its_way(
    catalogue: Catalogue, people: People, uuid: str, **changes: Any
) -> asyncio.Task[Published]:
    """A revision whose body goes to a store that does not answer."""
    store_of(catalogue).hang(key=catalogue.key_of(uuid))
    known = {"title": None, "description": None, "body": ipynb("y = 2"), **changes}
    task = asyncio.create_task(put_there(catalogue, people.ada, uuid=uuid, **known))
    await store_of(catalogue).until_hanging()
    return task


async def test_a_revision_leaves_the_words_that_were_changed_meanwhile(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True, tags="sea")
    task = await on_its_way(catalogue, people, there.uuid)
    await rename(catalogue, people.ada, there.uuid, "Waves")
    await describe(catalogue, people.ada, there.uuid, "Where.")
    await tag(catalogue, people.ada, there.uuid, "moon")
    await make_public(catalogue, people.ada, there.uuid, public=False)
    await give(catalogue, people.ada, there.uuid, "group:readers")
    store_of(catalogue).recover()
    await task
    shown = (await notebook(catalogue, people.ada, there.uuid)).notebook
    assert (shown.title, shown.description, shown.tags) == ("Waves", "Where.", ("moon",))
    assert (shown.public, shown.owner) == (False, "Readers")
    assert rows(catalogue, Revision)[-1].public is False
    assert b"y = 2" in await body(catalogue, people.ada, there.uuid)


async def test_a_new_title_has_to_be_free_with_whoever_owns_the_notebook_by_then(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    await put_there(catalogue, people.ada, title="Waves", owner="group:readers")
    task = await on_its_way(catalogue, people, there.uuid, title="Waves")
    await give(catalogue, people.ada, there.uuid, "group:readers")
    store_of(catalogue).recover()
    with pytest.raises(PublicationRefused):
        await task
    assert (await notebook(catalogue, people.ada, there.uuid)).notebook.title == "Tides"
    assert await newest_in_store(catalogue, there.uuid) == newest_noted(catalogue)


async def test_a_revision_of_what_was_deleted_meanwhile_is_not_made(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    task = await on_its_way(catalogue, people, there.uuid)
    deleting = asyncio.create_task(delete(catalogue, people.ada, there.uuid))
    await store_of(catalogue).until_hanging(2)
    store_of(catalogue).recover()
    with pytest.raises(NoSuchNotebook):
        await task
    await deleting
    assert [each async for each in catalogue.store.list(PREFIX)] == []
    await restore(catalogue, people.ada, there.uuid)
    assert await newest_in_store(catalogue, there.uuid) == newest_noted(catalogue)


@pytest.mark.parametrize("others_too", [False, True])
async def test_what_was_put_before_the_notebook_was_deleted_is_found_below_the_marker(
    catalogue: Catalogue, people: People, life: Life, others_too: bool
) -> None:
    there = await put_there(catalogue, people.ada)
    with life.ending_after(4), contextlib.suppress(Killed):  # after the body is put
        await put_there(catalogue, people.ada, uuid=there.uuid, body=ipynb("y = 2"))
    assert len(store_of(catalogue).puts) == 2
    await delete(catalogue, people.ada, there.uuid)
    if others_too:
        await synchronise(catalogue)
    done = await reconcile(replace(catalogue, rules=AT_ONCE))
    assert (done.finished, done.taken_back) == (0, 1)
    assert rows(catalogue, Publishing, Publishing.finished_at.is_(None)) == []
    await restore(catalogue, people.ada, there.uuid)
    assert await newest_in_store(catalogue, there.uuid) == newest_noted(catalogue)


async def newest_in_store(catalogue: Catalogue, uuid: str) -> str:
    return (await catalogue.store.head(catalogue.key_of(uuid))).version_id


def newest_noted(catalogue: Catalogue) -> str:
    return str(rows(catalogue, StoredRevision)[-1].version_id)


async def test_an_upload_becomes_one_notebook_however_often_it_is_asked_for(
    catalogue: Catalogue, people: People
) -> None:
    staged = await stage(catalogue, people.ada, ipynb())
    asked = {"body": None, "staging_id": staged.staging_id}
    both = await asyncio.gather(
        *(put_there(catalogue, people.ada, title=f"Title {n}", **asked) for n in range(4)),
        return_exceptions=True,
    )
    refused = [each for each in both if isinstance(each, BeingPublished | PublicationRefused)]
    assert len(refused) == 3
    assert [each.uuid for each in rows(catalogue, Notebook)] == [staged.staging_id]
    assert rows(catalogue, Stage) == rows(catalogue, NotebookFile) == []
    with pytest.raises(PublicationRefused):
        await put_there(catalogue, people.ada, title="Later", **asked)


async def test_an_upload_of_somebody_else_is_not_used_up_by_a_notebook_that_names_it(
    catalogue: Catalogue, people: People
) -> None:
    staged = await stage(catalogue, people.bob, ipynb())
    for named in (staged.staging_id, "../../elsewhere"):
        with pytest.raises(PublicationRefused) as caught:
            await put_there(catalogue, people.ada, staging_id=named)
        assert [each.field for each in caught.value.problems] == ["staging_id"]
    assert len(rows(catalogue, Stage)) == 1
    assert store_of(catalogue).puts == []


async def test_who_waits_for_a_notebook_sees_what_the_one_before_did(
    catalogue: Catalogue, people: People
) -> None:
    """A change that waits for a deletion finds the notebook deleted, in databases with rows that
    wait for each other, too."""
    there = await put_there(catalogue, people.ada)
    begun = threading.Event()

    def about_to(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "BEGIN")) and threading.current_thread() is not first:
            begun.set()

    def hiding(session: Session) -> None:
        row = session.get(Notebook, rows_of[0].id, with_for_update=True)
        assert row is not None
        hide(session, catalogue, row, people.ada.user_id)
        session.flush()
        event.listen(catalogue.database.engine, "before_cursor_execute", about_to)
        tasks.append(loop.call_soon_threadsafe(start))
        begun.wait(20)

    def start() -> None:
        renamed.append(asyncio.create_task(rename(catalogue, people.ada, there.uuid, "Waves")))

    rows_of, loop = rows(catalogue, Notebook), asyncio.get_running_loop()
    tasks: list[object] = []
    renamed: list[asyncio.Task[str]] = []
    first = threading.Thread(target=catalogue.database.run_here, args=(hiding,))
    first.start()
    await asyncio.to_thread(first.join)
    with pytest.raises(NoSuchNotebook):
        await renamed[0]


async def test_a_store_that_is_away_keeps_nobody_from_changing_words(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    task = await on_its_way(catalogue, people, there.uuid)
    for number in range(10):
        await rename(catalogue, people.ada, there.uuid, f"Title {number}")
    store_of(catalogue).fail_with(StoreUnavailable("away"))
    store_of(catalogue).recover(key=catalogue.key_of(there.uuid))
    with pytest.raises(StoreUnavailable):
        await task
    assert (await notebook(catalogue, people.ada, there.uuid)).notebook.title == "Title 9"
