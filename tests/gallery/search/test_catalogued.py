"""What the catalogue changes is found as it is now, by those who may read it, in every engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from catalogues import NOBODY, PREFIX, People, ipynb, put_there
from search_galleries import Gallery
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue import Catalogue
from bookstore.gallery.catalogue import deleting as deletions
from bookstore.gallery.catalogue.changing import describe, give, make_public, rename, tag
from bookstore.gallery.catalogue.deprecating import Deprecation, deprecate
from bookstore.gallery.catalogue.indexes import CellText, Content, NoIndexes
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    Notebook,
    NotebookFile,
    NotebookSummary,
    SearchDocument,
    now,
)
from bookstore.gallery.jobs.ranks import ranking
from bookstore.gallery.permissions import Actor
from bookstore.gallery.search import documents, reindexing
from bookstore.gallery.search import index as engines
from bookstore.gallery.search.catalogued import Searched, document_of
from bookstore.gallery.search.reindexing import reindex
from bookstore.gallery.search.searching import Answer, Asked, find, suggest
from bookstore.gallery.search.upkeep import once
from bookstore.gallery.search.values import Tier
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio
CODE = "frame = readCsv_file('ports.csv')"
Find = Callable[..., Awaitable[list[str]]]


@pytest.fixture
def catalogue(gallery: Gallery) -> Catalogue:
    return Catalogue(
        database=gallery.database,
        store=MemoryStore("shelf"),
        prefix=PREFIX,
        indexes=Searched(gallery.index),
    )


@pytest.fixture
def people(catalogue: Catalogue) -> People:
    return People(catalogue.database)


@pytest.fixture
def found(gallery: Gallery, catalogue: Catalogue) -> Find:
    """Returns the titles of all that match the whole of a query, the best first."""

    async def titles(query: str, actor: Actor = NOBODY) -> list[str]:
        answer = await answered(gallery, catalogue, query, actor)
        pairs = zip(answer.notebooks, answer.hits, strict=True)
        return [each.title for each, hit in pairs if hit.tier not in (Tier.MOST, Tier.SOME)]

    return titles


async def answered(
    gallery: Gallery, catalogue: Catalogue, query: str, actor: Actor = NOBODY
) -> Answer:
    await asyncio.to_thread(gallery.settle)
    return await find(catalogue, gallery.index, actor, Asked(query=query, with_facets=True))


async def test_what_is_published_is_found_by_all_that_it_says(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    await put_there(
        catalogue,
        people.ada,
        title="Tides at noon",
        description="Moon and *water*.",
        body=ipynb("import pandas", CODE),
        tags=["oceans"],
        public=True,
    )
    for query in (
        "tide",
        "water",
        "csv",
        "readcsv_file",
        "oceans",
        "tag:oceans",
        "package:pandas",
        "lang:python",
        "owner:ada",
        "ada",
        "*adcs*",
        "created:today OR created:>2020",
    ):
        assert await found(query) == ["Tides at noon"], query
    answer = await answered(gallery, catalogue, "tide csv")
    assert answer.count is not None
    assert answer.count.value == 1
    [[title, source]] = answer.snippets.values()
    assert (title.field, source.cell_id) == ("title", "2")
    assert answer.facets is not None
    assert [each.value for each in answer.facets.tags] == ["oceans"]


async def test_what_was_changed_is_found_as_it_is_now(
    catalogue: Catalogue, people: People, found: Find
) -> None:
    first = await put_there(
        catalogue, people.ada, title="Tides", body=ipynb(CODE), tags=["oceans"], public=True
    )
    await rename(catalogue, people.ada, first.uuid, "Currents")
    assert (await found("tides"), await found("current csv")) == ([], ["Currents"])
    await describe(catalogue, people.ada, first.uuid, "About rivers")
    assert (await found('"when"'), await found("river")) == ([], ["Currents"])
    await tag(catalogue, people.ada, first.uuid, ["lakes"])
    assert (await found("oceans"), await found("lakes ports")) == ([], ["Currents"])
    await give(catalogue, people.ada, first.uuid, "group:readers")
    assert await found("owner:ada") == []
    assert await found('owner:readers "readers" read_csv') == ["Currents"]
    await put_there(
        catalogue, people.ada, title="Currents", uuid=first.uuid, body=ipynb("plot(depth)")
    )
    assert (await found("csv"), await found("depth lakes when")) == ([], ["Currents"])
    await deprecate(catalogue, people.ada, first.uuid, Deprecation(reason="Old"))
    assert (await found("depth"), await found("depth active:no")) == ([], ["Currents"])


async def test_what_is_made_private_is_found_by_those_who_may_read_it(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    first = await put_there(catalogue, people.ada, body=ipynb(CODE), tags=["oceans"], public=True)
    assert await found("csv", people.bob) == ["Tides"]
    await make_public(catalogue, people.ada, first.uuid, public=False)
    for actor, titles in ((NOBODY, []), (people.bob, []), (people.ada, ["Tides"])):
        answer = await answered(gallery, catalogue, "csv", actor)
        assert [each.title for each in answer.notebooks] == titles
        assert answer.count is not None
        assert answer.count.value == len(titles)
        assert answer.facets is not None
        assert len(answer.facets.tags) == len(titles)
        proposed = await suggest(catalogue, gallery.index, actor, "tid")
        assert [title for _, title in proposed.notebooks] == titles
        assert len((await suggest(catalogue, gallery.index, actor, "oce")).tags) == len(titles)


async def test_what_is_deleted_is_found_by_nobody_and_what_is_restored_by_all_that_it_says(
    catalogue: Catalogue, people: People, found: Find
) -> None:
    first = await put_there(catalogue, people.ada, body=ipynb(CODE), tags=["oceans"], public=True)
    await deletions.delete(catalogue, people.ada, first.uuid)
    for actor in (NOBODY, people.ada, people.cy):
        assert await found("tides OR csv OR oceans OR *adcs*", actor) == []
    await deletions.restore(catalogue, people.ada, first.uuid)
    for query in ("tides", "csv", "oceans", "*adcs*", "readCsv_file('ports.csv')"):
        assert await found(query) == ["Tides"], query


async def test_what_comes_to_be_liked_is_found_first(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    for number in range(3):
        await put_there(catalogue, people.ada, title=f"Tides {number}", public=True)

    def like(session: Session) -> None:
        row = session.scalars(select(Notebook).where(Notebook.title == "Tides 2")).one()
        numbers = update(NotebookSummary).where(NotebookSummary.notebook_id == row.id)
        session.execute(numbers.values(stars=60, views=4000))

    await found("tides")
    catalogue.database.run_here(like)
    assert await ranking(catalogue, gallery.index).do() == []
    assert (await found("tides"))[0] == "Tides 2"
    await rename(catalogue, people.ada, first_uuid(catalogue, "Tides 2"), "Tides, new")
    assert (await found("tides"))[0] == "Tides, new"


def first_uuid(catalogue: Catalogue, title: str) -> str:
    return catalogue.database.run_here(
        lambda session: session.scalars(select(Notebook.uuid).where(Notebook.title == title)).one()
    )


async def test_what_others_published_is_found(
    catalogue: Catalogue, people: People, found: Find
) -> None:
    await catalogue.store.put(
        f"{PREFIX}reports/tides.ipynb", ipynb(CODE), metadata={}, content_type="application/json"
    )
    await synchronise(catalogue)
    assert await found("read_csv") == ["tides"]


# -- rows that came without documents --------------------------------------------------------------


async def test_what_came_without_words_is_found_by_its_title_and_then_by_its_cells(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    """nbgallery's own rows and imports: one in the store, one in nbgallery's table of files."""
    before = replace(catalogue, indexes=NoIndexes())
    await put_there(before, people.ada, title="In the store", body=ipynb(CODE), public=True)

    def add(session: Session) -> None:
        for title, body in (("In a table", ipynb(CODE).decode()), ("Broken", "{"), ("Lost", None)):
            row = Notebook(uuid=title, title=title, description="", public=True, lang="python")
            session.add(row)
            session.flush()
            if body is not None:
                kept = {"save_type": "notebook", "notebook_id": row.id, "uuid": title}
                session.execute(insert(NotebookFile).values(content=body, **kept))

    catalogue.database.run_here(add)
    assert await found("title:table OR title:store") == []
    await rename(catalogue, people.ada, first_uuid(catalogue, "In the store"), "In a bucket")
    assert (await found("bucket"), await found("csv")) == (["In a bucket"], [])
    done = await reindex(catalogue, gallery.index)
    assert (done.made, len(done.without_cells), done.problems) == (4, 2, [])
    assert sorted(await found("csv")) == ["In a bucket", "In a table"]
    assert sorted(await found("broken OR title:lost")) == ["Broken", "Lost"]
    assert (await reindex(catalogue, gallery.index)).made == 0


async def test_what_somebody_changes_beside_us_is_put_again(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    await put_there(catalogue, people.ada, title="Tides", body=ipynb(CODE), public=True)
    catalogue.database.run_here(
        lambda session: session.execute(update(Notebook).values(title="Currents", updated_at=now()))
    )
    assert (await reindex(catalogue, gallery.index)).made == 1
    assert (await found("tides"), await found("currents csv")) == ([], ["Currents"])


async def test_by_new_rules_all_is_put_again_and_found_meanwhile(
    gallery: Gallery,
    catalogue: Catalogue,
    people: People,
    found: Find,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It ends in the middle, as a process does, and goes on."""
    monkeypatch.setattr(reindexing, "TOGETHER", 2)
    for number in range(5):
        await put_there(
            catalogue, people.ada, title=f"Tides {number}", body=ipynb(CODE), public=True
        )
    monkeypatch.setattr(documents, "VERSION", documents.VERSION + 1)
    monkeypatch.setattr(engines, "VERSION", documents.VERSION)
    monkeypatch.setattr("bookstore.gallery.search.catalogued.VERSION", documents.VERSION)
    puts = []

    class Ending:
        """An index whose process ends after three puts."""

        def __getattr__(self, name: str) -> object:
            return getattr(gallery.index, name)

        def put(self, session: Session, document: documents.Document) -> None:
            if len(puts) == 3:
                raise KeyError("ended")
            puts.append(document.notebook_id)
            gallery.index.put(session, document)

    with pytest.raises(KeyError):
        await reindex(catalogue, Ending())
    assert len(await found("csv")) == 5
    done = await reindex(catalogue, gallery.index)
    assert done.made == 3
    assert len(await found("csv")) == 5
    versions = select(SearchDocument.version).distinct()
    assert catalogue.database.run_here(lambda s: [*s.scalars(versions)]) == [documents.VERSION]


async def test_what_the_store_does_not_give_is_tried_again(
    gallery: Gallery,
    catalogue: Catalogue,
    people: People,
    found: Find,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = replace(catalogue, indexes=NoIndexes())
    for number in range(2):
        await put_there(before, people.ada, title=f"Tides {number}", public=True)

    async def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue.store, "get", fail)
        done = await reindex(catalogue, gallery.index)
        assert (done.made, len(done.problems)) == (0, 2)
        await once(catalogue, gallery.index)
    assert (await reindex(catalogue, gallery.index)).made == 2
    assert len(await found("secret")) == 2


async def test_what_was_published_while_it_was_read_again_stays(
    gallery: Gallery, catalogue: Catalogue, people: People, found: Find
) -> None:
    before = replace(catalogue, indexes=NoIndexes())
    first = await put_there(before, people.ada, title="Tides", body=ipynb("old"), public=True)
    getting = catalogue.store.get

    async def get(*args: object, **asked: object) -> object:
        catalogue.store.get = getting
        stored = await getting(*args, **asked)
        await put_there(catalogue, people.ada, uuid=first.uuid, body=ipynb("newer"), public=True)
        return stored

    catalogue.store.get = get
    assert (await reindex(catalogue, gallery.index)).made == 0
    assert (await found("newer"), await found("old")) == (["Tides"], [])


async def test_a_document_keeps_its_cells_when_only_words_change(
    catalogue: Catalogue, gallery: Gallery
) -> None:
    """Whatever the cells hold: nothing, line ends, more than is kept."""
    cells = [CellText("code", text) for text in ("", "a\n\nb", "\n", "c" * 300_000, "d")]

    def work(session: Session) -> None:
        notebook = Notebook(uuid="u", title="Tides", description="", public=True)
        session.add(notebook)
        session.flush()
        content = Content(tuple(cells), ["PyYAML"])
        gallery.index.put(session, document_of(session, notebook, content))
        first = session.get_one(SearchDocument, notebook.id)
        kept = {name: getattr(first, name) for name in ("source", "cells", "labels", "parts")}
        session.execute(delete(NotebookSummary))
        gallery.index.put(session, document_of(session, notebook, None))
        second = session.get_one(SearchDocument, notebook.id)
        assert {name: getattr(second, name) for name in kept} == kept

    catalogue.database.run_here(work)
