"""Whatever notebook there is: it is kept and shown, or told to be none; nothing stops at it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from catalogues import PREFIX, People, ipynb, put_there, rows
from odd_notebooks import odd_notebooks

from bookstore.errors import StoreUnavailable, TooLarge
from bookstore.gallery.catalogue import Catalogue, PublicationRefused, Rules
from bookstore.gallery.catalogue.deleting import delete
from bookstore.gallery.catalogue.documents import MOST_IN_DATABASE
from bookstore.gallery.catalogue.publication import Publication, Requested
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.catalogue.reading import body
from bookstore.gallery.catalogue.reconciling import reconcile
from bookstore.gallery.catalogue.staging import stage
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    ChangeRequest,
    CodeCell,
    Deletion,
    Notebook,
    NotebookFile,
)
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

METADATA: tuple[Any, ...] = (
    {"kernelspec": {"name": [], "language": {}, "display_name": 7}},
    {"kernelspec": "python", "language_info": ["python"]},
    {"language_info": {"name": {"a": 1}, "version": [3]}},
    {"language_info": {"name": "py\0thon\n", "version": "3\0"}},
    {"language_info": {"name": "x" * 1000, "version": "1" * 1000}},
    {"kernelspec": {"name": "k", "language": "\N{WATER WAVE}" * 300, "display_name": "\0"}},
)


async def others_put(catalogue: Catalogue, name: str, content: bytes) -> None:
    await catalogue.store.put(f"{PREFIX}{name}.ipynb", content, metadata={}, content_type="x/y")


def with_metadata(metadata: Any) -> bytes:
    return json.dumps({**json.loads(ipynb()), "metadata": metadata}).encode()


async def test_any_notebook_of_others_is_taken_in_and_read_or_refused_in_words(
    catalogue: Catalogue, people: People
) -> None:
    odd = [content for _, content in islice(odd_notebooks(), 0, None, 4)]
    for number, content in enumerate([*map(with_metadata, METADATA), *odd]):
        await others_put(catalogue, f"{number:04}", content)
    done = await synchronise(catalogue)
    assert done.taken_in + len(done.refused) == done.listed > 60
    assert done.taken_in > len(METADATA)
    for row in rows(catalogue, Notebook):
        shown = await body(catalogue, people.bob, row.uuid)
        assert not any(cell.get("outputs") for cell in json.loads(shown)["cells"])
    assert all(row.lang and row.lang.isprintable() for row in rows(catalogue, Notebook))


@pytest.mark.parametrize("metadata", METADATA)
async def test_any_metadata_is_published_or_refused_in_words(
    catalogue: Catalogue, people: People, metadata: Any
) -> None:
    await others_put(catalogue, "odd", with_metadata(metadata))
    await synchronise(catalogue)
    [row] = rows(catalogue, Notebook)
    await body(catalogue, people.ada, row.uuid)
    with contextlib.suppress(PublicationRefused):  # which is what nbformat finds of some
        published = await put_there(catalogue, people.ada, body=with_metadata(metadata))
        assert await body(catalogue, people.ada, published.uuid)


async def test_what_is_written_in_cells_may_be_anything(
    catalogue: Catalogue, people: People
) -> None:
    sources = ("\0", "\N{WATER WAVE}", "\u202eevil", "x = '\x1b[31m'", "#" * 100_000)
    published = await put_there(catalogue, people.ada, body=ipynb(*sources))
    kept = json.loads(await body(catalogue, people.ada, published.uuid))
    assert ["".join(cell["source"]) for cell in kept["cells"]] == [*sources]
    lone = ipynb("x = '?'").replace(b"?", b"\\ud800")
    with pytest.raises(PublicationRefused, match="Unicode"):
        await put_there(catalogue, people.ada, title="Lone", body=lone)


async def test_two_thousand_cells_are_published_and_revised(
    catalogue: Catalogue, people: People
) -> None:
    sources = [f"x = {n % 1500}" for n in range(2000)]
    first = await put_there(catalogue, people.ada, body=ipynb(*sources))
    before = {(cell.id, cell.md5) for cell in rows(catalogue, CodeCell)}
    await put_there(catalogue, people.ada, uuid=first.uuid, body=ipynb("new = 1", *sources[:1900]))
    after = rows(catalogue, CodeCell)
    assert len(before) == 2000
    assert sorted(cell.cell_number for cell in after) == [*range(1901)]
    assert len(before & {(cell.id, cell.md5) for cell in after}) == 1900


async def test_what_waits_in_the_database_is_no_larger_than_each_database_takes(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    least = len(ipynb("", outputs=False))
    fits = ipynb('"\\' * ((MOST_IN_DATABASE - least) // 4 - 50), outputs=False)
    assert len(fits) > 0.9 * MOST_IN_DATABASE
    await stage(catalogue, people.ada, fits)
    change = Publication(uuid=there.uuid, body=fits, or_request_change=True)
    assert isinstance(await publish(catalogue, people.bob, change), Requested)
    large = ipynb("x" * MOST_IN_DATABASE)
    with pytest.raises(TooLarge):
        await stage(catalogue, people.ada, large)
    with pytest.raises(PublicationRefused):
        await publish(catalogue, people.bob, replace(change, body=large))
    with pytest.raises(TooLarge):
        await stage(replace(catalogue, rules=Rules(most_bytes=10)), people.ada, ipynb())
    assert len(rows(catalogue, NotebookFile)) == 2


async def test_a_change_that_is_asked_for_twice_waits_once(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    change = Publication(uuid=there.uuid, body=ipynb("y = 2"), or_request_change=True)
    assert await publish(catalogue, people.bob, change) == await publish(
        catalogue, people.bob, change
    )
    assert len(rows(catalogue, ChangeRequest)) == len(rows(catalogue, NotebookFile)) == 1
    await publish(catalogue, people.bob, replace(change, body=ipynb("z = 3")))
    assert len(rows(catalogue, ChangeRequest)) == 2
    with pytest.raises(PublicationRefused, match="empty"):
        await publish(catalogue, people.bob, replace(change, body=b"{}"))


async def test_one_notebook_that_the_store_keeps_back_does_not_keep_up_the_others(
    catalogue: Catalogue, people: People
) -> None:
    store = catalogue.store
    assert isinstance(store, MemoryStore)
    uuids = [(await put_there(catalogue, people.ada, title=title)).uuid for title in ("One", "Two")]
    store.fail_with(StoreUnavailable("away"))
    for uuid in uuids:
        with pytest.raises(StoreUnavailable):
            await delete(catalogue, people.ada, uuid)
    store.recover()
    store.fail_with(StoreUnavailable("away"), key=catalogue.key_of(uuids[0]))
    done = await reconcile(catalogue)
    assert (done.marked, len(done.problems)) == (1, 1)
    marked = [each.version_id is not None for each in rows(catalogue, Deletion)]
    assert marked == [False, True]
    store.recover()
    assert (await reconcile(catalogue)).marked == 1
