"""The cells of each revision are known by digests, so what was run of them can be followed."""

from __future__ import annotations

import hashlib

import pytest
from catalogues import PREFIX, People, ipynb, put_there, rows
from statements import statements_of

from bookstore.gallery.catalogue import Catalogue
from bookstore.gallery.catalogue.cells import cells_of
from bookstore.gallery.catalogue.changing import rename
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import CodeCell, Execution, Notebook, Revision, RevisionCell

pytestmark = pytest.mark.asyncio


def digests(*sources: str) -> list[str]:
    return [hashlib.sha256(source.encode()).hexdigest() for source in sources]


def histories(catalogue: Catalogue) -> list[list[str]]:
    """The cells of each revision, the oldest first."""
    return catalogue.database.run_here(
        lambda session: [
            cells_of(session, each.notebook_id, each.id) for each in rows(catalogue, Revision)
        ]
    )


async def test_each_revision_has_the_cells_of_its_body(
    catalogue: Catalogue, people: People
) -> None:
    other = await put_there(catalogue, people.ada, title="Other", body=ipynb("other"))
    there = await put_there(catalogue, people.ada, body=ipynb("a", "b", "", "b"))
    await rename(catalogue, people.ada, there.uuid, "Waves")
    await put_there(catalogue, people.ada, uuid=there.uuid, title=None, body=ipynb("c", "a"))
    await put_there(catalogue, people.ada, uuid=other.uuid, title=None, body=ipynb(""))
    assert histories(catalogue) == [
        digests("other"),
        digests("a", "b", "b"),
        digests("a", "b", "b"),
        digests("c", "a"),
        [],
    ]


async def test_versions_of_others_have_theirs(catalogue: Catalogue, people: People) -> None:
    for source in ("a", "b"):
        await catalogue.store.put(
            f"{PREFIX}x.ipynb", ipynb(source), metadata={}, content_type="application/json"
        )
    await synchronise(catalogue)
    assert histories(catalogue) == [digests("a"), digests("b")]


async def test_what_was_run_goes_with_a_cell_that_is_gone_and_nothing_is_in_its_way(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, body=ipynb("a", "b"))
    cells = {cell.cell_number: cell.id for cell in rows(catalogue, CodeCell)}
    catalogue.database.run_here(
        lambda session: session.add_all(
            Execution(user_id=people.ada.user_id, code_cell_id=number, success=True)
            for number in cells.values()
        )
    )
    await put_there(catalogue, people.ada, uuid=there.uuid, body=ipynb("b"))
    assert [each.code_cell_id for each in rows(catalogue, Execution)] == [cells[1]]


async def test_cells_go_with_their_notebook_and_cost_no_statement_each(
    catalogue: Catalogue, people: People
) -> None:
    counts = []
    for cells in (20, 2000):
        with statements_of(catalogue.database.engine) as seen:
            body = ipynb(*(f"x = {n}" for n in range(cells)))
            await put_there(catalogue, people.ada, title=f"{cells} cells", body=body)
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 8
    assert len(rows(catalogue, RevisionCell)) == 2020
    catalogue.database.run_here(
        lambda session: [session.delete(each) for each in session.query(Notebook)]
    )
    assert rows(catalogue, RevisionCell) == []
