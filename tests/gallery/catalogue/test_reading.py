"""Lists and pages: only what one may read, page by page, and with a few statements."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from catalogues import NOBODY, People, ipynb, put_there, rows
from sqlalchemy.orm import Session
from statements import statements_of
from worlds import populate

from bookstore.errors import BadRequest
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, Rules
from bookstore.gallery.catalogue.deleting import deleted
from bookstore.gallery.catalogue.reading import Filters, body, notebook, notebooks, revisions
from bookstore.gallery.database.models import Notebook, NotebookFile, Revision
from bookstore.gallery.permissions import Actor, known_of, may, standing_of

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("order", ["updated", "created", "title"])
async def test_the_pages_of_a_list_are_what_one_may_read(catalogue: Catalogue, order: str) -> None:
    def make(session: Session) -> list[tuple[Actor, set[int]]]:
        actors = populate(session, Random(3), notebooks=30)
        numbers = [row.id for row in session.query(Notebook)]
        known = known_of(session, numbers)
        return [
            (
                actor,
                {
                    number
                    for number in numbers
                    if may(catalogue.policy, standing_of(session, actor), known[number])
                },
            )
            for actor in actors[::3]
        ]

    for actor, readable in catalogue.database.run_here(make):
        found: list[int] = []
        after: str | None = None
        while True:
            page = await notebooks(
                catalogue,
                actor,
                order=order,  # type: ignore[arg-type]
                after=after,
                count=4,
            )
            found += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert sorted(found) == sorted(readable)


async def test_a_page_takes_as_many_statements_however_long_it_is(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, tags="sea", owner="group:readers")
    costs: list[list[int]] = []
    for more in (0, 12):
        for number in range(more):
            await put_there(catalogue, people.ada, title=f"{number}", tags=["sea", "moon"])
            await put_there(catalogue, people.ada, uuid=there.uuid, body=ipynb(f"x = {number}"))
        cost = []
        for look in (
            notebooks(catalogue, people.ada, Filters(tag="sea"), count=50),
            revisions(catalogue, people.ada, there.uuid),
            notebook(catalogue, people.ada, there.uuid),
            deleted(catalogue, people.ada),
            body(catalogue, people.ada, there.uuid),
        ):
            with statements_of(catalogue.database.engine) as seen:
                await look
            cost.append(len(seen))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 14


async def test_lists_are_of_a_tag_a_language_an_owner_or_a_group(
    catalogue: Catalogue, people: People
) -> None:
    await put_there(catalogue, people.ada, title="A", tags="sea", public=True)
    await put_there(catalogue, people.ada, title="B", public=True, owner="group:readers")
    r = ipynb("library(dplyr)", language_info={"name": "R", "version": "4.1"})
    await put_there(catalogue, people.bob, title="C", public=True, body=r)

    async def found(filters: Filters) -> list[str]:
        page = await notebooks(catalogue, NOBODY, filters, order="title")
        return [row.title for row in page.rows]

    assert await found(Filters()) == ["A", "B", "C"]
    assert await found(Filters(tag="sea")) == ["A"]
    assert await found(Filters(lang="R")) == ["C"]
    assert await found(Filters(owner="ada")) == ["A"]
    assert await found(Filters(gid="readers")) == ["B"]
    assert await found(Filters(shelf="mine")) == await found(Filters(shelf="starred")) == []
    assert await found(Filters(tag="\ud800")) == await found(Filters(owner="a\0")) == []
    with pytest.raises(BadRequest):
        await notebooks(catalogue, NOBODY, after="nonsense")
    closed = replace(catalogue, rules=Rules(anonymous_may_read=False))
    assert (await notebooks(closed, NOBODY)).rows == []


async def test_a_page_says_what_one_may_do(catalogue: Catalogue, people: People) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    fork = await put_there(catalogue, people.bob, public=True, parent_uuid=there.uuid)

    async def allowed(actor: Actor) -> tuple[bool, bool]:
        shown = await notebook(catalogue, actor, there.uuid)
        return shown.may_edit, shown.may_administer

    assert await allowed(people.ada) == await allowed(people.cy) == (True, True)
    assert await allowed(people.bob) == await allowed(NOBODY) == (False, False)
    assert (await notebook(catalogue, NOBODY, fork.uuid)).parent_uuid == there.uuid
    for number in (0, -1, 2**40, 10**6):
        with pytest.raises(NoSuchNotebook):
            await body(catalogue, people.ada, there.uuid, revision_id=number)
    for uuid in ("", "none", "a\0", "\ud800"):
        with pytest.raises(NoSuchNotebook):
            await notebook(catalogue, people.ada, uuid)


@pytest.fixture
def moved(catalogue: Catalogue, people: People, tmp_path: Path) -> Catalogue:
    """The catalogue of an nbgallery, one of whose notebooks is a file."""

    def make(session: Session) -> None:
        for uuid in ("in-database", "in-folder", "../outside"):
            row = Notebook(
                uuid=uuid,
                title=uuid,
                description="",
                public=True,
                owner_type="User",
                owner_id=people.ada.user_id,
            )
            session.add(row)
            session.flush()
            for text in ("old", "new") if uuid != "../outside" else ():
                revision = Revision(notebook_id=row.id, public=True)
                session.add(revision)
                session.flush()
                if uuid == "in-database":
                    session.add(
                        NotebookFile(
                            uuid=uuid,
                            save_type="revision",
                            revision_id=revision.id,
                            content=ipynb(text).decode(),
                        )
                    )

    catalogue.database.run_here(make)
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "in-folder.ipynb").write_bytes(ipynb("new"))
    (tmp_path / "outside.ipynb").write_bytes(ipynb("outside"))
    return replace(catalogue, nbgallerys_folder=folder)


async def test_what_nbgallery_keeps_is_read_in_both_of_its_modes(
    moved: Catalogue, people: People
) -> None:
    for uuid in ("in-database", "in-folder"):
        assert b'"new"' in await body(moved, NOBODY, uuid)
        first = (await revisions(moved, NOBODY, uuid)).rows[-1]
        if uuid == "in-database":
            assert b'"old"' in await body(moved, NOBODY, uuid, revision_id=first.id)
        else:
            with pytest.raises(NoSuchNotebook, match="nowhere"):
                await body(moved, NOBODY, uuid, revision_id=first.id)
    with pytest.raises(NoSuchNotebook, match="nowhere"):
        await body(moved, NOBODY, "../outside")


async def test_what_nbgallery_kept_gets_revisions_in_the_store(
    moved: Catalogue, people: People
) -> None:
    await put_there(moved, people.ada, uuid="in-database", body=ipynb("newest"))
    assert b'"newest"' in await body(moved, NOBODY, "in-database")
    [first, *_] = rows(moved, Revision)
    assert b'"old"' in await body(moved, NOBODY, "in-database", revision_id=first.id)
