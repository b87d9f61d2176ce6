"""What others put under the published prefix comes in, once, and what they delete goes."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest
from catalogues import PREFIX, Killed, Life, Noted, People, ipynb, put_there, rows
from statements import statements_of

from bookstore.errors import StoreUnavailable
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, Rules
from bookstore.gallery.catalogue.deleting import delete, restore
from bookstore.gallery.catalogue.publication import Publication
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.catalogue.reading import body, notebook, notebooks, revisions
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    Change,
    ListedObject,
    Notebook,
    Revision,
    StoredRevision,
    User,
)
from bookstore.records import Provenance
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


def store_of(catalogue: Catalogue) -> MemoryStore:
    assert isinstance(catalogue.store, MemoryStore)
    return catalogue.store


async def others_publish(
    catalogue: Catalogue, path: str, content: bytes | None = None, author: str = "bob"
) -> None:
    """Put a notebook under the prefix, as bookstore's own API does."""
    content = ipynb() if content is None else content
    metadata = Provenance.of(content, author=author, kind="publish").to_metadata()
    await catalogue.store.put(
        f"{PREFIX}{path}", content, metadata=metadata, content_type="application/json"
    )


def titles(catalogue: Catalogue) -> list[str]:
    return sorted(row.title for row in rows(catalogue, Notebook))


async def test_what_others_publish_is_found_and_read(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    await others_publish(catalogue, "reports/tides.ipynb", ipynb("import numpy"), "eve, bob")
    await others_publish(catalogue, "reports/read.me")
    done = await synchronise(catalogue)
    assert (done.listed, done.taken_in, done.refused) == (1, 1, [])
    [row] = rows(catalogue, Notebook)
    shown = await notebook(catalogue, people.ada, row.uuid)
    assert (shown.notebook.title, shown.notebook.owner) == ("tides", "bob")
    assert (shown.notebook.public, shown.notebook.lang) == (True, "python")
    assert index.contents[row.id].packages == ["numpy"]
    assert b"secret" not in await body(catalogue, people.ada, row.uuid)
    kept = replace(catalogue, rules=Rules(outputs_may_be_kept=True))
    assert b"secret" in await body(kept, people.ada, row.uuid)
    [stored] = rows(catalogue, StoredRevision)
    version = await catalogue.store.head(f"{PREFIX}reports/tides.ipynb")
    assert (stored.store_key, stored.version_id) == (version.key, version.version_id)


async def test_when_nothing_changed_the_store_is_listed_and_that_is_all(
    catalogue: Catalogue, people: People
) -> None:
    for number in range(5):
        await others_publish(catalogue, f"{number}.ipynb")
    await put_there(catalogue, people.ada)
    await synchronise(catalogue)
    store_of(catalogue).requests.clear()
    with statements_of(catalogue.database.engine) as seen:
        done = await synchronise(catalogue)
    assert (done.listed, done.unchanged, done.taken_in) == (6, 6, 0)
    assert [name for name, _ in store_of(catalogue).requests] == ["list"]
    assert len(seen) <= 4
    assert len(rows(catalogue, Change)) == 6


async def test_only_what_changed_is_read(catalogue: Catalogue, people: People) -> None:
    for number in range(5):
        await others_publish(catalogue, f"{number}.ipynb")
    await synchronise(catalogue)
    await others_publish(catalogue, "3.ipynb", ipynb("a"))
    await others_publish(catalogue, "3.ipynb", ipynb("b"))
    store_of(catalogue).requests.clear()
    assert (await synchronise(catalogue)).taken_in == 1
    asked = {key for name, key in store_of(catalogue).requests if name != "list"}
    assert asked == {f"{PREFIX}3.ipynb"}
    [row] = rows(catalogue, Notebook, Notebook.title == "3")
    page = await revisions(catalogue, people.ada, row.uuid)
    assert [each.revtype for each in page.rows] == ["update", "update", "create"]
    oldest = page.rows[-1].id
    assert b"print" in await body(catalogue, people.ada, row.uuid, revision_id=oldest)
    assert b'"b"' in await body(catalogue, people.ada, row.uuid)


async def test_what_died_goes_on_and_takes_nothing_twice(
    catalogue: Catalogue, people: People, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookstore.gallery.catalogue.synchronising.TOGETHER", 2)
    for number in range(7):
        await others_publish(catalogue, f"{number}.ipynb")
    for steps in range(60):
        done = None
        with life.ending_after(steps), contextlib.suppress(Killed):
            done = await synchronise(catalogue)
        assert len(rows(catalogue, Notebook)) == len(rows(catalogue, Revision))
        if done is not None:
            break
    assert titles(catalogue) == [str(number) for number in range(7)]
    assert len(rows(catalogue, Revision)) == len(rows(catalogue, Change)) == 7


async def test_what_others_delete_is_deleted_and_comes_back(
    catalogue: Catalogue, people: People
) -> None:
    await others_publish(catalogue, "tides.ipynb")
    await synchronise(catalogue)
    [row] = rows(catalogue, Notebook)
    await catalogue.store.delete(f"{PREFIX}tides.ipynb")
    assert (await synchronise(catalogue)).deleted == 1
    with pytest.raises(NoSuchNotebook):
        await notebook(catalogue, people.bob, row.uuid)
    assert (await synchronise(catalogue)).deleted == 0
    await others_publish(catalogue, "tides.ipynb", ipynb("again"))
    done = await synchronise(catalogue)
    assert (done.taken_in, done.restored) == (1, 1)
    assert b"again" in await body(catalogue, people.ada, row.uuid)
    await catalogue.store.delete(f"{PREFIX}tides.ipynb")
    await synchronise(catalogue)
    await restore(catalogue, people.bob, row.uuid)
    assert await body(catalogue, people.ada, row.uuid)
    assert (await synchronise(catalogue)).deleted == 0


async def test_what_was_deleted_in_the_gallery_stays_deleted(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    there = await put_there(catalogue, people.ada)
    await synchronise(catalogue)
    with life.ending_after(2), contextlib.suppress(Killed):  # before the marker is put
        await delete(catalogue, people.ada, there.uuid)
    assert (await catalogue.store.head(catalogue.key_of(there.uuid))).is_latest
    done = await synchronise(catalogue)
    assert (done.taken_in, done.restored) == (0, 0)
    assert [each async for each in catalogue.store.list(PREFIX)] == []
    with pytest.raises(NoSuchNotebook):
        await notebook(catalogue, people.ada, there.uuid)
    with life.ending_after(4), contextlib.suppress(Killed):  # after the marker is removed
        await restore(catalogue, people.ada, there.uuid)
    await synchronise(catalogue)
    assert [each async for each in catalogue.store.list(PREFIX)] == []
    await restore(catalogue, people.ada, there.uuid)
    assert (await synchronise(catalogue)).deleted == 0
    assert await body(catalogue, people.ada, there.uuid)


async def test_what_is_no_notebook_is_told_once_and_not_read_again(
    catalogue: Catalogue, people: People
) -> None:
    await others_publish(catalogue, "bad.ipynb", b"no JSON")
    await others_publish(catalogue, "large.ipynb", ipynb("x" * 2000))
    small = replace(catalogue, rules=Rules(most_bytes=1000))
    done = await synchronise(small)
    assert [problem.split(":")[0] for problem in done.refused] == [
        f"{PREFIX}bad.ipynb",
        f"{PREFIX}large.ipynb",
    ]
    store_of(catalogue).requests.clear()
    assert (await synchronise(small)).unchanged == 2
    assert len(store_of(catalogue).requests) == 1
    await others_publish(catalogue, "bad.ipynb")
    assert (await synchronise(small)).taken_in == 1
    assert titles(catalogue) == ["bad"]


async def test_a_store_that_fails_for_one_object_is_asked_again(
    catalogue: Catalogue, people: People
) -> None:
    await others_publish(catalogue, "a.ipynb")
    await others_publish(catalogue, "b.ipynb")
    store_of(catalogue).fail_with(StoreUnavailable("away"), key=f"{PREFIX}a.ipynb")
    done = await synchronise(catalogue)
    assert (titles(catalogue), len(done.problems)) == (["b"], 1)
    store_of(catalogue).recover()
    await synchronise(catalogue)
    assert titles(catalogue) == ["a", "b"]


async def test_titles_of_one_owner_are_told_apart(catalogue: Catalogue, people: People) -> None:
    for path in ("north/tides", "south/tides", "south/a:b", "tides"):
        await others_publish(catalogue, f"{path}.ipynb")
    await synchronise(catalogue)
    legacy = str.maketrans({":": "\N{MODIFIER LETTER COLON}", "/": "\N{FULLWIDTH SOLIDUS}"})
    first, *others = titles(catalogue)
    assert first == "a:b".translate(legacy)
    assert others[0] == "south/tides".translate(legacy)
    assert others[1] == "tides"
    assert others[2].startswith("tides (")


async def test_whose_author_is_unknown_has_the_owner_that_the_rules_name(
    catalogue: Catalogue, people: People
) -> None:
    await others_publish(catalogue, "tides.ipynb", author="eve")
    mine = replace(
        catalogue,
        rules=Rules(public_from_outside=False, owner_from_outside=people.cy.user_id),
    )
    await synchronise(mine)
    [row] = (await notebooks(catalogue, people.cy)).rows
    assert (row.owner, row.public) == ("cy", False)
    assert (await notebooks(catalogue, people.ada)).rows == []


async def test_a_publication_that_is_going_on_is_not_taken_for_one_of_others(
    catalogue: Catalogue, people: People, life: Life
) -> None:
    new = Publication(title="New", description="x", body=ipynb(), token="one")
    with life.ending_after(4), contextlib.suppress(Killed):
        await publish(catalogue, people.ada, new)
    assert len(store_of(catalogue).puts) == 1
    done = await synchronise(catalogue)
    assert (done.listed, done.taken_in) == (1, 0)
    assert rows(catalogue, Notebook) == []
    published = await publish(catalogue, people.ada, new)
    assert (await synchronise(catalogue)).taken_in == 0
    await catalogue.store.delete(catalogue.key_of(published.uuid))
    assert (await synchronise(catalogue)).deleted == 1
    assert rows(catalogue, ListedObject) == []


async def test_a_new_version_by_others_of_what_was_published_here_is_a_revision(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    key = catalogue.key_of(there.uuid).removeprefix(PREFIX)
    await others_publish(catalogue, key, ipynb("theirs"))
    assert (await synchronise(catalogue)).taken_in == 1
    assert b"theirs" in await body(catalogue, people.ada, there.uuid)
    assert len(rows(catalogue, User)) == 3


async def test_what_came_from_others_and_was_published_here_is_known_by_both_keys(
    catalogue: Catalogue, people: People
) -> None:
    await others_publish(catalogue, "tides.ipynb")
    await synchronise(catalogue)
    [row] = rows(catalogue, Notebook)
    await put_there(catalogue, people.bob, uuid=row.uuid, body=ipynb("here"))
    assert (await synchronise(catalogue)).taken_in == 0
    store_of(catalogue).requests.clear()
    assert (await synchronise(catalogue)).unchanged == 2
    assert len(store_of(catalogue).requests) == 1
    await catalogue.store.delete(f"{PREFIX}tides.ipynb")
    assert (await synchronise(catalogue)).deleted == 0
    assert b"here" in await body(catalogue, people.ada, row.uuid)


async def test_two_machines_that_take_in_the_same_make_one_notebook_of_it(
    catalogue: Catalogue, people: People
) -> None:
    for number in range(5):
        await others_publish(catalogue, f"{number}.ipynb")
    await asyncio.gather(*(synchronise(catalogue) for _ in range(3)))
    assert titles(catalogue) == [str(number) for number in range(5)]
    assert len(rows(catalogue, Revision)) == 5
