"""The power fails between any two steps: nothing half published is seen, and it heals."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from catalogues import Killed, Life, Noted, People, ipynb, put_there, rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from bookstore.errors import ObjectNotFound
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, Rules
from bookstore.gallery.catalogue.deleting import delete, restore
from bookstore.gallery.catalogue.finishing import take_back
from bookstore.gallery.catalogue.indexes import Content
from bookstore.gallery.catalogue.reading import notebooks
from bookstore.gallery.catalogue.reconciling import reconcile
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    Change,
    CodeCell,
    Notebook,
    Publishing,
    Revision,
    StoredRevision,
)

pytestmark = pytest.mark.asyncio
AT_ONCE = Rules(publishing_limit=timedelta(0))
Step = Callable[[], Awaitable[object]]


def seen(catalogue: Catalogue) -> list[tuple[str, list[str], int]]:
    """What a reader is shown: each notebook, its revisions, its cells."""

    def work(session: Session) -> list[tuple[str, list[str], int]]:
        return [
            (
                notebook.title,
                [str(each.commit_message) for each in notebook.revisions],
                len(notebook.code_cells),
            )
            for notebook in session.scalars(select(Notebook).order_by(Notebook.id))
        ]

    return catalogue.database.run_here(work)


async def agreed(catalogue: Catalogue) -> None:
    """The newest version in the store of each notebook is its newest revision, and none waits."""
    assert rows(catalogue, Publishing, Publishing.finished_at.is_(None)) == []
    newest = {}
    for revision, stored in zip(
        rows(catalogue, Revision), rows(catalogue, StoredRevision), strict=True
    ):
        newest[revision.notebook_id] = (stored.store_key, stored.version_id)
    listed = {
        each.key: (await catalogue.store.head(each.key)).version_id
        async for each in catalogue.store.list(catalogue.prefix)
    }
    assert listed == dict(newest.values())


async def deaths(life: Life, step: Step, after: Callable[[bool], Awaitable[None]]) -> int:
    """Die after no step, one, two …, and look each time; return how many there are."""
    for steps in range(40):
        died = True
        with life.ending_after(steps), contextlib.suppress(Killed):
            await step()
            died = False
        await after(died)
        if not died:
            return steps
    raise AssertionError("it never ends")


@pytest.mark.parametrize("heals", ["asked again", "reconciled"])
async def test_a_new_notebook_is_there_or_not(
    catalogue: Catalogue, people: People, life: Life, heals: str
) -> None:
    expected: list[tuple[str, list[str], int]] = []
    tries = 0

    async def step() -> None:
        await put_there(
            catalogue, people.ada, title=f"Try {tries}", summary="First", token=f"token {tries}"
        )

    async def after(died: bool) -> None:
        nonlocal tries
        whole = (f"Try {tries}", ["First"], 1)
        assert seen(catalogue) in (expected, [*expected, whole])
        if heals == "asked again":
            await step()
            expected.append(whole)
        else:
            await reconcile(replace(catalogue, rules=AT_ONCE))
            if seen(catalogue) != expected:
                expected.append(whole)
        assert seen(catalogue) == expected
        await agreed(catalogue)
        tries += 1

    assert await deaths(life, step, after) >= 6
    assert len(rows(catalogue, Change)) == len(expected)


@pytest.mark.parametrize("heals", ["asked again", "reconciled", "by the next one"])
async def test_a_revision_is_there_or_not(
    catalogue: Catalogue, people: People, life: Life, heals: str
) -> None:
    there = await put_there(catalogue, people.ada, summary="0")
    at_once, tries, expected = replace(catalogue, rules=AT_ONCE), 0, ["0"]

    async def step() -> None:
        await put_there(
            at_once,
            people.ada,
            uuid=there.uuid,
            summary=f"try {tries}",
            token=f"token {tries}",
            body=ipynb(*(f"x = {n}" for n in range(tries + 2))),
        )

    async def after(died: bool) -> None:
        nonlocal tries
        [(_, summaries, cells)] = seen(catalogue)
        assert summaries in (expected, [*expected, f"try {tries}"])
        if heals == "asked again":
            await step()
        elif heals == "reconciled":
            await reconcile(at_once)
        else:
            await put_there(at_once, people.ada, uuid=there.uuid, summary="next")
        [(_, summaries, cells)] = seen(catalogue)
        assert summaries[: len(expected)] == expected
        expected[:] = summaries
        assert len(rows(catalogue, CodeCell)) == cells
        await agreed(catalogue)
        tries += 1

    assert await deaths(life, step, after) >= 6


async def test_dying_while_the_index_is_written_leaves_no_row(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    class Deadly(Noted):
        def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
            raise Killed

    with pytest.raises(Killed):
        await put_there(replace(catalogue, indexes=Deadly()), people.ada, token="one")
    assert seen(catalogue) == rows(catalogue, Change) == []
    done = await reconcile(replace(catalogue, rules=AT_ONCE))
    assert (done.finished, done.taken_back) == (1, 0)
    assert len(index.put_ids) == 1
    await agreed(catalogue)


async def test_what_cannot_be_finished_is_taken_out_of_the_store(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    with life.ending_after(4), contextlib.suppress(Killed):
        await put_there(catalogue, people.ada)
    [noted] = rows(catalogue, Publishing)
    assert await catalogue.store.head(catalogue.key_of(noted.uuid))
    await put_there(catalogue, people.ada)
    done = await reconcile(replace(catalogue, rules=AT_ONCE))
    assert (done.finished, done.taken_back) == (0, 1)
    with pytest.raises(ObjectNotFound):
        await catalogue.store.head(catalogue.key_of(noted.uuid))
    await agreed(catalogue)


async def test_what_may_be_going_on_is_left_alone(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    with life.ending_after(4), contextlib.suppress(Killed):
        await put_there(catalogue, people.ada)
    done = await reconcile(catalogue)
    assert (done.finished, done.taken_back) == (0, 0)
    assert len(rows(catalogue, Publishing)) == 1


@pytest.mark.parametrize("what", [delete, restore])
async def test_a_notebook_is_deleted_or_not_and_the_store_says_the_same(
    catalogue: Catalogue, people: People, life: Life, what: Callable[..., Awaitable[None]]
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    key = catalogue.key_of(there.uuid)

    async def step() -> None:
        await what(catalogue, people.ada, there.uuid)

    async def before(*, is_there: bool) -> None:
        with contextlib.suppress(NoSuchNotebook):
            await (restore if is_there else delete)(catalogue, people.ada, there.uuid)

    async def after(died: bool) -> None:
        await reconcile(replace(catalogue, rules=AT_ONCE))
        await synchronise(catalogue)
        is_listed = [row.uuid for row in (await notebooks(catalogue, people.bob)).rows]
        in_store = [each.key async for each in catalogue.store.list(catalogue.prefix)]
        assert (is_listed, in_store) in (([there.uuid], [key]), ([], []))
        if not died:
            assert bool(in_store) == (what is restore)
        await before(is_there=what is delete)

    await before(is_there=what is delete)
    assert await deaths(life, step, after) >= 4
    assert len(rows(catalogue, StoredRevision)) == 1


async def test_taking_back_goes_on_where_it_died(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    with life.ending_after(4), contextlib.suppress(Killed):
        await put_there(catalogue, people.ada, token="slow")
    await put_there(catalogue, people.ada)
    at_once = replace(catalogue, rules=AT_ONCE)

    async def step() -> None:
        await reconcile(at_once)

    async def after(died: bool) -> None:
        assert len(seen(catalogue)) == 1
        if not died:
            await agreed(catalogue)

    assert await deaths(life, step, after) >= 6


async def test_what_is_finished_at_the_last_moment_is_not_taken_back(
    catalogue: Catalogue, people: People
) -> None:
    published = await put_there(catalogue, people.ada, token="one")
    [noted] = rows(catalogue, Publishing)
    await take_back(
        catalogue, noted.id, await catalogue.store.head(catalogue.key_of(published.uuid))
    )
    await agreed(catalogue)
    assert len(seen(catalogue)) == 1
