"""A notebook is published with words, again, and by those who may."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from catalogues import NOBODY, PREFIX, Noted, People, ipynb, put_there, rows
from sqlalchemy import select, update
from statements import statements_of

from bookstore.errors import Forbidden, ObjectNotFound, StoreUnavailable
from bookstore.gallery.catalogue import (
    Catalogue,
    NoSuchNotebook,
    NotAllowed,
    PublicationRefused,
    Rules,
    change_requests,
)
from bookstore.gallery.catalogue.errors import BeingPublished, TokenUsed
from bookstore.gallery.catalogue.publication import Publication, Requested
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.catalogue.staging import age_off_stages, discard_stage, stage
from bookstore.gallery.database.models import (
    CellHash,
    Change,
    ChangeRequest,
    Click,
    CodeCell,
    Execution,
    Notebook,
    NotebookFile,
    Publishing,
    Revision,
    Stage,
    StoredNotebook,
    StoredRevision,
    Tag,
)
from bookstore.gallery.permissions import Actor
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


def store_of(catalogue: Catalogue) -> MemoryStore:
    assert isinstance(catalogue.store, MemoryStore)
    return catalogue.store


async def refused(catalogue: Catalogue, actor: Actor, **changes: object) -> dict[str, str]:
    """What is wrong, by fields."""
    with pytest.raises(PublicationRefused) as caught:
        await put_there(catalogue, actor, **changes)
    assert caught.value.status == 422
    return {each.field: each.allowed for each in caught.value.problems}


async def test_what_is_published_is_there_with_its_words(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    published = await put_there(
        catalogue,
        people.ada,
        title=" Tides ",
        description="*When* the sea comes.",
        tags="Sea, sea,The Moon!",
        public=True,
        summary="First",
        label="v1",
        body=ipynb("import pandas as pd, matplotlib.pyplot", "", "x = 1"),
    )
    [notebook] = rows(catalogue, Notebook)
    assert (notebook.title, notebook.description) == ("Tides", "*When* the sea comes.")
    assert (notebook.uuid, notebook.commit_id) == (published.uuid, published.commit_id)
    assert (notebook.public, notebook.lang, notebook.lang_version) == (True, "python", "3.11")
    assert notebook.owner_type == "User"
    assert people.ada.user_id == notebook.owner_id == notebook.creator_id == notebook.updater_id
    assert [tag.tag for tag in rows(catalogue, Tag)] == ["sea", "themoon"]
    [revision] = rows(catalogue, Revision)
    assert (revision.revtype, revision.public) == ("create", True)
    assert (revision.commit_message, revision.friendly_label) == ("First", "v1")
    [stored], [version] = rows(catalogue, StoredRevision), store_of(catalogue).puts
    assert stored.store_key == version.version.key == f"{PREFIX}gallery/{notebook.uuid}.ipynb"
    assert (stored.version_id, stored.size) == (version.version.version_id, len(version.body))
    assert stored.sha256 == hashlib.sha256(version.body).hexdigest()
    [place] = rows(catalogue, StoredNotebook)
    assert place.store_key == stored.store_key
    assert [click.action for click in rows(catalogue, Click)] == ["created notebook"]
    assert [(each.noun_id, each.verb) for each in rows(catalogue, Change)] == [
        (notebook.id, "changed")
    ]
    assert index.put_ids == [notebook.id]
    assert index.contents[notebook.id].packages == ["matplotlib", "pandas"]
    assert published.proposed_tags == ("visualization",)


async def test_nothing_is_kept_of_runs_of_trust_and_of_where_it_came_from(
    catalogue: Catalogue, people: People
) -> None:
    body = ipynb(gallery={"uuid": "x", "link": "x"}, widgets={}, signature="x", kept="yes")
    await put_there(catalogue, people.ada, body=body)
    kept = json.loads(store_of(catalogue).puts[0].body)
    [cell] = kept["cells"]
    assert kept["metadata"].keys() == {"language_info", "kept"}
    assert (cell["outputs"], cell["execution_count"], cell["metadata"]) == ([], None, {})


@pytest.mark.parametrize(
    ("allowed", "asked", "kept"), [(True, True, True), (True, False, False), (False, True, False)]
)
async def test_outputs_are_kept_where_publisher_and_administrator_want_them(
    catalogue: Catalogue, people: People, allowed: bool, asked: bool, kept: bool
) -> None:
    allowing = replace(catalogue, rules=Rules(outputs_may_be_kept=allowed))
    await put_there(allowing, people.ada, keep_outputs=asked)
    outputs = json.loads(store_of(catalogue).puts[0].body)["cells"][0]["outputs"]
    assert bool(outputs) == kept


async def test_all_that_is_wrong_is_told_at_once(catalogue: Catalogue, people: People) -> None:
    wrong = await refused(
        catalogue,
        people.ada,
        title="a/b",
        description=" ",
        tags=["trusted"],
        owner="group:nobody",
        summary="x" * 251,
        label="x" * 13,
        parent_uuid="none",
        attributes={"colour": "red"},
        body=b"{}",
    )
    assert wrong.keys() == {
        *("title", "description", "tags", "owner", "summary", "label"),
        *("parent_uuid", "colour", "notebook"),
    }
    assert wrong["title"] == "A title has no colon, slash or backslash."
    assert rows(catalogue, Publishing) == []
    assert store_of(catalogue).puts == []


@pytest.mark.parametrize("title", ["", " ", "x" * 256, "a:b", "a\\b", "a\0b", "\ud800"])
async def test_a_title_follows_rules(catalogue: Catalogue, people: People, title: str) -> None:
    assert (await refused(catalogue, people.ada, title=title)).keys() == {"title"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"cells": []}',
        ipynb().replace(b'"nbformat": 4', b'"nbformat": 9'),
        ipynb().replace(b'"code"', b'"song"'),
    ],
)
async def test_only_valid_notebooks_are_published(
    catalogue: Catalogue, people: People, body: bytes
) -> None:
    assert (await refused(catalogue, people.ada, body=body)).keys() == {"notebook"}


async def test_a_notebook_has_a_largest_size(catalogue: Catalogue, people: People) -> None:
    small = replace(catalogue, rules=Rules(most_bytes=500))
    wrong = await refused(small, people.ada, body=ipynb("x" * 1000))
    assert wrong == {"notebook": "At most 500 B are allowed."}
    await put_there(small, people.ada, body=ipynb("x"))


async def test_an_owner_has_one_notebook_of_a_title(catalogue: Catalogue, people: People) -> None:
    await put_there(catalogue, people.ada)
    assert (await refused(catalogue, people.ada)).keys() == {"title"}
    await put_there(catalogue, people.bob)
    await put_there(catalogue, people.ada, owner="group:readers")
    assert (await refused(catalogue, people.ada, owner="group:readers")).keys() == {"title"}
    assert len(rows(catalogue, Notebook)) == 3


async def test_of_two_who_take_a_title_at_once_one_has_it(
    catalogue: Catalogue, people: People
) -> None:
    both = await asyncio.gather(
        *(put_there(catalogue, people.ada) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, PublicationRefused) for each in both) == 3
    [notebook] = rows(catalogue, Notebook)
    assert [each.uuid for each in rows(catalogue, Publishing)] == [notebook.uuid]
    kept = [listed.key async for listed in catalogue.store.list(PREFIX)]
    assert kept == [catalogue.key_of(notebook.uuid)]


async def test_those_who_only_read_for_a_group_do_not_publish_for_it(
    catalogue: Catalogue, people: People
) -> None:
    assert (await refused(catalogue, people.bob, owner="group:readers")).keys() == {"owner"}


async def test_publishing_again_makes_a_revision(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    first = await put_there(catalogue, people.ada, tags=["sea"], public=True)
    second = await put_there(
        catalogue, people.ada, uuid=first.uuid, title=None, description=None, body=ipynb("y = 2")
    )
    assert (second.uuid, second.is_new) == (first.uuid, False)
    [notebook] = rows(catalogue, Notebook)
    assert (notebook.title, notebook.public) == ("Tides", True)
    assert notebook.commit_id == second.commit_id != first.commit_id
    assert [each.revtype for each in rows(catalogue, Revision)] == ["create", "update"]
    assert [tag.tag for tag in rows(catalogue, Tag)] == ["sea"]
    assert index.put_ids == [notebook.id] * 2
    versions = [version async for version in catalogue.store.versions(catalogue.key_of(first.uuid))]
    noted = [each.version_id for each in rows(catalogue, StoredRevision)]
    assert noted == [version.version_id for version in versions[::-1]]


async def test_overwriting_makes_a_revision_of_what_has_the_title(
    catalogue: Catalogue, people: People
) -> None:
    first = await put_there(catalogue, people.ada)
    again = await put_there(catalogue, people.ada, overwrite=True, body=ipynb("y = 2"))
    assert again.uuid == first.uuid


async def test_a_label_is_of_one_revision(catalogue: Catalogue, people: People) -> None:
    first = await put_there(catalogue, people.ada, label="v1")
    wrong = await refused(catalogue, people.ada, uuid=first.uuid, label="v1")
    assert wrong.keys() == {"label"}


async def test_cells_that_stay_keep_what_was_run_of_them(
    catalogue: Catalogue, people: People
) -> None:
    first = await put_there(catalogue, people.ada, body=ipynb("a = 1", "b = 2", "b = 2"))
    before = {cell.md5: cell.id for cell in rows(catalogue, CodeCell)}
    kept = before[hashlib.md5(b"a = 1").hexdigest()]
    catalogue.database.run_here(
        lambda session: session.add(
            Execution(user_id=people.ada.user_id, code_cell_id=kept, success=True)
        )
    )
    body = ipynb("new = 0", "b = 2", "a = 1")
    await put_there(catalogue, people.ada, uuid=first.uuid, body=body)
    cells = {cell.cell_number: cell for cell in rows(catalogue, CodeCell)}
    assert cells[2].id == kept
    assert len(rows(catalogue, Execution)) == 1
    sources = ("new = 0", "b = 2", "a = 1")
    assert [cells[n].md5 for n in range(3)] == [
        hashlib.md5(source.encode()).hexdigest() for source in sources
    ]
    hashes = {each.code_cell_id: each.sha256 for each in rows(catalogue, CellHash)}
    assert [hashes[cells[n].id] for n in range(3)] == [
        hashlib.sha256(source.encode()).hexdigest() for source in sources
    ]


async def test_who_may_not_edit_can_ask_for_the_change(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    change = Publication(uuid=there.uuid, body=ipynb("y = 2"), summary="Better", comment="Look")
    with pytest.raises(NotAllowed) as caught:
        await publish(catalogue, people.bob, change)
    assert caught.value.hint == "You can ask for the change."
    requested = await publish(catalogue, people.bob, replace(change, or_request_change=True))
    assert isinstance(requested, Requested)
    [row], [file] = rows(catalogue, ChangeRequest), rows(catalogue, NotebookFile)
    assert (row.reqid, row.status, row.requestor_comment) == (requested.reqid, "pending", "Look")
    assert (file.save_type, file.change_request_id) == ("change_request", row.id)
    assert "y = 2" in file.content
    assert "secret" not in file.content
    assert len(rows(catalogue, Revision)) == len(store_of(catalogue).puts) == 1
    same = Publication(uuid=there.uuid, body=ipynb(), or_request_change=True)
    with pytest.raises(PublicationRefused):
        await publish(catalogue, people.bob, same)


@pytest.mark.parametrize("whose", ["of one user", "of one notebook"])
async def test_only_so_many_change_requests_wait(
    catalogue: Catalogue, people: People, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    monkeypatch.setattr(change_requests, "MOST_PENDING", 2)
    there = [await put_there(catalogue, people.ada, public=True, title=f"{n}") for n in range(4)]
    asks = [people.bob, replace(people.cy, as_administrator=False)]

    async def ask(number: int) -> Any:
        is_user = whose == "of one user"
        uuid, actor = there[number if is_user else 0].uuid, asks[0 if is_user else number % 2]
        body = ipynb(f"y = {number}")
        return await publish(
            catalogue, actor, Publication(uuid=uuid, body=body, or_request_change=True)
        )

    first = [await ask(number) for number in range(2)]
    with pytest.raises(PublicationRefused, match="wait for an answer"):
        await ask(2)
    assert await ask(1) == first[1]  # which is there already
    answered = update(ChangeRequest).values(status="declined")
    with catalogue.database.engine.begin() as connection:
        connection.execute(answered)
    assert isinstance(await ask(2), Requested)


async def test_what_one_may_not_read_is_not_there(catalogue: Catalogue, people: People) -> None:
    private = await put_there(catalogue, people.ada)
    with pytest.raises(NoSuchNotebook):
        await put_there(catalogue, people.bob, uuid=private.uuid, or_request_change=True)
    with pytest.raises(Forbidden, match="Sign in"):
        await put_there(catalogue, NOBODY)


async def test_a_fork_remembers_what_it_comes_from(catalogue: Catalogue, people: People) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    await put_there(catalogue, people.bob, parent_uuid=there.uuid)
    found = catalogue.database.run_here(
        lambda session: session.scalars(select(Notebook.parent_uuid).order_by(Notebook.id)).all()
    )
    assert found == [None, there.uuid]


async def test_the_same_request_is_done_once(catalogue: Catalogue, people: People) -> None:
    first = await put_there(catalogue, people.ada, token="one")
    assert await put_there(catalogue, people.ada, token="one") == replace(first, proposed_tags=())
    assert len(store_of(catalogue).puts) == len(rows(catalogue, Revision)) == 1
    with pytest.raises(TokenUsed):
        await put_there(catalogue, people.ada, token="one", body=ipynb("else"))
    await put_there(catalogue, people.bob, token="one")


async def test_the_same_request_at_the_same_time_is_done_once(
    catalogue: Catalogue, people: People
) -> None:
    store_of(catalogue).hang()
    both = [asyncio.create_task(put_there(catalogue, people.ada, token="one")) for _ in range(2)]
    await store_of(catalogue).until_hanging(2)
    store_of(catalogue).recover()
    first, second = await asyncio.gather(*both)
    assert (first.uuid, first.revision_id) == (second.uuid, second.revision_id)
    [stored] = rows(catalogue, StoredRevision)
    key = catalogue.key_of(first.uuid)
    assert [each.version_id async for each in catalogue.store.versions(key)] == [stored.version_id]


async def test_a_store_that_is_away_leaves_nothing_that_anybody_sees(
    catalogue: Catalogue, people: People
) -> None:
    store_of(catalogue).fail_with(StoreUnavailable("away"))
    with pytest.raises(StoreUnavailable):
        await put_there(catalogue, people.ada, token="one")
    assert rows(catalogue, Notebook) == rows(catalogue, Change) == []
    store_of(catalogue).recover()
    published = await put_there(catalogue, people.ada, token="one")
    assert (await catalogue.store.head(catalogue.key_of(published.uuid))).is_latest


async def test_two_revisions_of_a_notebook_come_one_after_the_other(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    store_of(catalogue).fail_with(StoreUnavailable("away"))
    with pytest.raises(StoreUnavailable):
        await put_there(catalogue, people.ada, uuid=there.uuid)
    store_of(catalogue).recover()
    with pytest.raises(BeingPublished):
        await put_there(catalogue, people.ada, uuid=there.uuid)


async def test_an_upload_waits_for_its_form(catalogue: Catalogue, people: People) -> None:
    staged = await stage(catalogue, people.ada, ipynb("import numpy"))
    assert (staged.lang, staged.packages) == ("python", ("numpy",))
    assert "secret" not in rows(catalogue, NotebookFile)[0].content
    wrong = await refused(catalogue, people.bob, body=None, staging_id=staged.staging_id)
    assert wrong.keys() == {"notebook"}
    published = await put_there(catalogue, people.ada, body=None, staging_id=staged.staging_id)
    assert published.uuid == published.commit_id == staged.staging_id
    assert rows(catalogue, Stage) == rows(catalogue, NotebookFile) == []


async def test_an_upload_is_thrown_away(catalogue: Catalogue, people: People) -> None:
    first = await stage(catalogue, people.ada, ipynb())
    with pytest.raises(NoSuchNotebook):
        await discard_stage(catalogue, people.bob, first.staging_id)
    await discard_stage(catalogue, people.ada, first.staging_id)
    await stage(catalogue, people.ada, ipynb())
    assert await age_off_stages(catalogue) == 0
    at_once = replace(catalogue, rules=Rules(staging_limit=-Rules().staging_limit))
    assert await age_off_stages(at_once) == 1
    assert rows(catalogue, Stage) == rows(catalogue, NotebookFile) == []


async def test_publishing_asks_as_much_of_the_database_however_large_it_is(
    catalogue: Catalogue, people: People
) -> None:
    counts = []
    for cells in (2, 150):
        with statements_of(catalogue.database.engine) as seen:
            await put_there(
                catalogue,
                people.ada,
                title=f"{cells} cells",
                body=ipynb(*(f"x = {n}" for n in range(cells))),
                tags=[f"tag{n}" for n in range(cells // 4)],
            )
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 2 <= 40


async def test_a_taken_title_is_noticed_when_the_body_is_in_the_store_already(
    catalogue: Catalogue, people: People
) -> None:
    store_of(catalogue).fail_with(StoreUnavailable("away"))
    with pytest.raises(StoreUnavailable):
        await put_there(catalogue, people.ada, token="slow")
    store_of(catalogue).recover()
    await put_there(catalogue, people.ada)
    [slow, _] = rows(catalogue, Publishing)
    assert (await refused(catalogue, people.ada, token="slow")).keys() == {"title"}
    with pytest.raises(ObjectNotFound):
        await catalogue.store.head(catalogue.key_of(slow.uuid))
    assert len(rows(catalogue, Publishing)) == 1
