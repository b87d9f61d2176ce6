"""What becomes of a notebook that is there: its words, its readers, its end; each by who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from catalogues import NOBODY, Noted, People, ipynb, put_there, rows
from sqlalchemy import update

from bookstore.errors import Conflict, NotFound, ObjectNotFound
from bookstore.gallery.catalogue import (
    Catalogue,
    NoSuchNotebook,
    NotAllowed,
    PublicationRefused,
)
from bookstore.gallery.catalogue.changing import (
    Changes,
    change,
    describe,
    give,
    make_public,
    relabel,
    rename,
    tag,
)
from bookstore.gallery.catalogue.deleting import delete, deleted, restore
from bookstore.gallery.catalogue.deprecating import Deprecation, deprecate, undeprecate
from bookstore.gallery.catalogue.reading import Filters, body, notebook, notebooks, revisions
from bookstore.gallery.catalogue.sharing import (
    Shares,
    links_to,
    make_link,
    revoke_link,
    share,
    shared_with,
)
from bookstore.gallery.catalogue.usage import record, star
from bookstore.gallery.database.models import (
    Change,
    Click,
    Notebook,
    Review,
    Revision,
    ShareLink,
    StoredRevision,
    User,
    now,
)
from bookstore.gallery.permissions import Actor
from bookstore.gallery.permissions.standing import digest_of

pytestmark = pytest.mark.asyncio
WHY = Deprecation(reason="Old")


async def titles(catalogue: Catalogue, actor: Actor, **filters: Any) -> list[str]:
    page = await notebooks(catalogue, actor, Filters(**filters), order="title")
    return [row.title for row in page.rows]


def actions(catalogue: Catalogue) -> list[str]:
    return [click.action for click in rows(catalogue, Click)][1:]


EDITS: dict[str, Callable[[Catalogue, Actor, str], Awaitable[object]]] = {
    "rename": lambda c, a, uuid: rename(c, a, uuid, "Waves"),
    "describe": lambda c, a, uuid: describe(c, a, uuid, "Where."),
    "tag": lambda c, a, uuid: tag(c, a, uuid, "sea"),
    "make public": lambda c, a, uuid: make_public(c, a, uuid, public=False),
    "relabel": lambda c, a, uuid: relabel(c, a, uuid, 1, label="v1"),
    "share": lambda c, a, uuid: share(c, a, uuid, viewers=["cy"]),
    "look who it is shared with": shared_with,
    "make a link": lambda c, a, uuid: make_link(c, a, uuid, expires_at=now() + timedelta(1)),
    "look at links": links_to,
    "revoke a link": lambda c, a, uuid: revoke_link(c, a, uuid, 1),
    "deprecate": lambda c, a, uuid: deprecate(c, a, uuid, WHY),
    "undeprecate": undeprecate,
}
ADMINISTERS: dict[str, Callable[[Catalogue, Actor, str], Awaitable[object]]] = {
    "give": lambda c, a, uuid: give(c, a, uuid, "self"),
    "delete": delete,
}


@pytest.mark.parametrize("name", [*EDITS, *ADMINISTERS])
async def test_only_those_change_a_notebook_who_may(
    catalogue: Catalogue, people: People, index: Noted, name: str
) -> None:
    change = {**EDITS, **ADMINISTERS}[name]
    public = await put_there(catalogue, people.ada, public=True)
    private = await put_there(catalogue, people.ada, title="Private")
    put = len(index.put_ids)
    with pytest.raises(NotAllowed):
        await change(catalogue, people.bob, public.uuid)
    with pytest.raises(NoSuchNotebook):
        await change(catalogue, people.bob, private.uuid)
    with pytest.raises(Exception, match="Sign in"):
        await change(catalogue, NOBODY, public.uuid)
    if name in ADMINISTERS:
        await share(catalogue, people.ada, public.uuid, editors=["bob"])
        put += 1
        with pytest.raises(NotAllowed):
            await change(catalogue, people.bob, public.uuid)
    assert len(index.put_ids) == put
    assert index.removed_ids == []
    assert [row.title for row in rows(catalogue, Notebook)] == ["Tides", "Private"]
    assert len(rows(catalogue, Revision)) == 2


async def test_another_title_is_a_revision_of_the_same_body(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    there = await put_there(catalogue, people.ada)
    assert await rename(catalogue, people.ada, there.uuid, " Waves ") == "Waves"
    await rename(catalogue, people.ada, there.uuid, "Waves")
    assert [each.revtype for each in rows(catalogue, Revision)] == ["create", "metadata"]
    first, second = rows(catalogue, StoredRevision)
    assert first.version_id == second.version_id
    assert actions(catalogue) == ["edited notebook"]
    assert len(index.put_ids) == len(rows(catalogue, Change)) == 2
    with pytest.raises(PublicationRefused):
        await rename(catalogue, people.ada, there.uuid, "a:b")
    await put_there(catalogue, people.ada, title="Tides")
    with pytest.raises(PublicationRefused):
        await rename(catalogue, people.ada, there.uuid, "Tides")


async def test_several_words_change_at_once_or_not_at_all(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, tags="sea")
    await put_there(catalogue, people.ada, title="Waves", owner="group:readers")
    wrong = Changes(title="Waves", description=" ", tags="trusted", owner="group:readers")
    with pytest.raises(PublicationRefused) as caught:
        await change(catalogue, people.ada, there.uuid, wrong)
    assert sorted(each.field for each in caught.value.problems) == ["description", "tags", "title"]
    worse = Changes(title="a:b", owner="user:nobody", public=True)
    with pytest.raises(PublicationRefused) as caught:
        await change(catalogue, people.ada, there.uuid, worse)
    assert sorted(each.field for each in caught.value.problems) == ["owner", "title"]
    before = (await notebook(catalogue, people.ada, there.uuid)).notebook
    assert (before.title, before.owner, before.tags) == ("Tides", "ada", ("sea",))
    right = Changes(
        title="Moon", description="Where.", tags=["land"], public=True, owner="group:readers"
    )
    await change(catalogue, people.ada, there.uuid, right)
    shown = (await notebook(catalogue, people.bob, there.uuid)).notebook
    assert (shown.title, shown.description, shown.tags) == ("Moon", "Where.", ("land",))
    assert (shown.public, shown.owner) == (True, "Readers")
    assert [each.revtype for each in rows(catalogue, Revision)][2:] == ["metadata"]
    assert actions(catalogue)[-2:] == ["edited notebook", "made notebook public"]


@pytest.mark.parametrize("how", ["changed", "published"])
async def test_what_becomes_private_waits_for_no_review(
    catalogue: Catalogue, people: People, how: str
) -> None:
    there, other = [
        await put_there(catalogue, people.ada, title=title, public=True) for title in "ab"
    ]
    ids = [row.id for row in rows(catalogue, Notebook)]
    states = ("queued", "claimed", "completed")
    catalogue.database.run_here(
        lambda session: session.add_all(
            Review(notebook_id=number, revtype="technical", status=status)
            for number in ids
            for status in states
        )
    )
    if how == "changed":
        await make_public(catalogue, people.ada, there.uuid, public=False)
    else:
        await put_there(catalogue, people.ada, uuid=there.uuid, title=None, public=False)
    left = [(each.notebook_id, each.status) for each in rows(catalogue, Review)]
    assert sorted(left) == sorted([(ids[0], "completed"), *((ids[1], each) for each in states)])
    assert not (await notebook(catalogue, people.ada, there.uuid)).notebook.public
    assert (await notebook(catalogue, people.bob, other.uuid)).notebook.public


async def test_description_tags_and_labels_change(catalogue: Catalogue, people: People) -> None:
    there = await put_there(catalogue, people.ada, tags=["sea", "moon"])
    await describe(catalogue, people.ada, there.uuid, " Where. ")
    assert await tag(catalogue, people.ada, there.uuid, "moon, Land") == ["moon", "land"]
    await relabel(catalogue, people.ada, there.uuid, there.revision_id, label="v1", summary="New")
    found = (await notebook(catalogue, people.ada, there.uuid)).notebook
    assert (found.description, found.tags) == ("Where.", ("land", "moon"))
    newest, first = (await revisions(catalogue, people.ada, there.uuid)).rows
    assert (first.label, first.summary) == ("v1", "New")
    with pytest.raises(PublicationRefused):
        await relabel(catalogue, people.ada, there.uuid, newest.id, label="v1")
    with pytest.raises(PublicationRefused):
        await relabel(catalogue, people.ada, there.uuid, 2**40, label="v2")
    with pytest.raises(PublicationRefused):
        await tag(catalogue, people.ada, there.uuid, "trusted")
    assert await tag(catalogue, people.cy, there.uuid, "trusted") == ["trusted"]
    with pytest.raises(PublicationRefused):
        await tag(catalogue, people.ada, there.uuid, "")


async def test_readers_see_back_to_where_it_was_private(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    await make_public(catalogue, people.ada, there.uuid, public=False)
    assert await titles(catalogue, people.bob) == []
    await make_public(catalogue, people.ada, there.uuid, public=True)
    page = await revisions(catalogue, people.bob, there.uuid)
    every = (await revisions(catalogue, people.ada, there.uuid)).rows
    assert page.rows == every[:1]
    assert len(every) == 3
    first = there.revision_id
    with pytest.raises(NoSuchNotebook):
        await body(catalogue, people.bob, there.uuid, revision_id=first)
    assert await body(catalogue, people.ada, there.uuid, revision_id=first)
    assert actions(catalogue) == ["made notebook private", "made notebook public"]


async def test_a_notebook_gets_another_owner(catalogue: Catalogue, people: People) -> None:
    there = await put_there(catalogue, people.ada)
    await give(catalogue, people.ada, there.uuid, "group:readers")
    assert await titles(catalogue, people.bob, gid="readers") == ["Tides"]
    with pytest.raises(NotAllowed):  # an editor of the group gives nothing away
        await give(catalogue, people.ada, there.uuid, "self")
    await give(catalogue, people.cy, there.uuid, "user:bob")
    assert await titles(catalogue, people.bob, shelf="mine") == ["Tides"]
    assert await titles(catalogue, people.ada) == []
    for owner in ("user:nobody", "group:none", "user:\ud800", "x"):
        with pytest.raises(PublicationRefused):
            await give(catalogue, people.bob, there.uuid, owner)


async def test_shares_let_read_and_edit(catalogue: Catalogue, people: People) -> None:
    there = await put_there(catalogue, people.ada)
    await share(catalogue, people.ada, there.uuid, viewers=["bob"])
    assert await titles(catalogue, people.bob, shelf="shared") == ["Tides"]
    with pytest.raises(NotAllowed):
        await rename(catalogue, people.bob, there.uuid, "Waves")
    await share(catalogue, people.ada, there.uuid, viewers=["cy", "bob"], editors=["bob"])
    await rename(catalogue, people.bob, there.uuid, "Waves")
    expected = Shares(viewers=("cy",), editors=("bob",))
    assert await shared_with(catalogue, people.bob, there.uuid) == expected
    with pytest.raises(PublicationRefused) as caught:
        await share(catalogue, people.ada, there.uuid, viewers=["x", "\ud800"], editors=["y"])
    assert len(caught.value.problems) == 3
    assert await shared_with(catalogue, people.ada, there.uuid) == expected
    await share(catalogue, people.ada, there.uuid)
    assert await titles(catalogue, people.bob) == []


async def test_a_link_leads_to_a_notebook_until_it_ends(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    soon = now() + timedelta(hours=1)
    reads = await make_link(catalogue, people.ada, there.uuid, expires_at=soon)
    edits = await make_link(catalogue, people.ada, there.uuid, expires_at=soon, may_edit=True)
    assert reads.token not in repr(reads)
    assert all(reads.token not in str(vars(row)) for row in rows(catalogue, ShareLink))
    assert await body(catalogue, Actor(links=(digest_of(reads.token),)), there.uuid)
    assert people.bob.user_id
    bob = Actor(user_id=people.bob.user_id, links=(digest_of(reads.token),))
    with pytest.raises(NotAllowed):
        await rename(catalogue, bob, there.uuid, "Waves")
    with pytest.raises(Exception, match="Sign in"):
        await rename(catalogue, Actor(links=(digest_of(edits.token),)), there.uuid, "Waves")
    bob = Actor(user_id=people.bob.user_id, links=(digest_of(edits.token),))
    await put_there(catalogue, bob, uuid=there.uuid, title="Waves", body=ipynb("y"))
    first, second = await links_to(catalogue, people.ada, there.uuid)
    assert (first.may_edit, second.may_edit) == (False, True)
    await revoke_link(catalogue, people.ada, there.uuid, first.number)
    for token in (reads.token, "made up", "\ud800"):
        with pytest.raises(NoSuchNotebook):
            await body(catalogue, Actor(links=(digest_of(token),)), there.uuid)
    with pytest.raises(NotFound):
        await revoke_link(catalogue, people.ada, there.uuid, 2**60)
    for ends in (now(), now() + timedelta(days=1000)):
        with pytest.raises(PublicationRefused):
            await make_link(catalogue, people.ada, there.uuid, expires_at=ends)


async def test_a_link_is_worth_what_whoever_made_it_may_do(
    catalogue: Catalogue, people: People
) -> None:
    """Who was taken out does not keep a notebook by a link of their own, nor hands one on."""
    there = await put_there(catalogue, people.ada)
    soon = now() + timedelta(hours=1)
    await share(catalogue, people.ada, there.uuid, editors=["bob"])
    made = await make_link(catalogue, people.bob, there.uuid, expires_at=soon, may_edit=True)
    links = (digest_of(made.token),)
    cy, nobody = Actor(user_id=people.cy.user_id, links=links), Actor(links=links)
    assert await body(catalogue, nobody, there.uuid)
    await rename(catalogue, cy, there.uuid, "Waves")
    with pytest.raises(NotAllowed, match="by a link"):
        await share(catalogue, cy, there.uuid, editors=["cy"])
    with pytest.raises(NotAllowed, match="by a link"):
        await make_link(catalogue, cy, there.uuid, expires_at=soon)

    async def leads_nowhere() -> None:
        for actor in (nobody, cy, replace(people.bob, links=links)):
            with pytest.raises(NoSuchNotebook):
                await body(catalogue, actor, there.uuid)

    await share(catalogue, people.ada, there.uuid)
    await leads_nowhere()
    await share(catalogue, people.ada, there.uuid, viewers=["bob"])  # reading is not enough
    with pytest.raises(NoSuchNotebook):
        await body(catalogue, nobody, there.uuid)
    await share(catalogue, people.ada, there.uuid, editors=["bob"])
    assert await body(catalogue, nobody, there.uuid)
    with catalogue.database.engine.begin() as connection:
        locked = update(User).where(User.user_name == "bob").values(locked_at=now())
        connection.execute(locked)
    with pytest.raises(NoSuchNotebook):
        await body(catalogue, nobody, there.uuid)


async def test_what_is_deprecated_says_why_and_what_to_use(
    catalogue: Catalogue, people: People
) -> None:
    old = await put_there(catalogue, people.ada, public=True)
    new = await put_there(catalogue, people.ada, title="New", public=True)
    hidden = await put_there(catalogue, people.ada, title="Hidden")
    why = Deprecation(reason="Old", alternatives=(new.uuid, hidden.uuid), may_be_run=False)
    await deprecate(catalogue, people.ada, old.uuid, why)
    assert (await notebook(catalogue, people.ada, old.uuid)).deprecation == why
    seen = (await notebook(catalogue, people.bob, old.uuid)).deprecation
    assert seen == Deprecation(reason="Old", alternatives=(new.uuid,), may_be_run=False)
    assert await titles(catalogue, people.bob) == ["New"]
    assert await titles(catalogue, people.bob, with_deprecated=True) == ["New", "Tides"]
    await undeprecate(catalogue, people.ada, old.uuid)
    assert (await notebook(catalogue, people.bob, old.uuid)).deprecation is None
    assert actions(catalogue)[2:] == ["deprecated notebook", "un-deprecated notebook"]
    wrong = Deprecation(reason=" ", alternatives=("none", old.uuid))
    with pytest.raises(PublicationRefused) as caught:
        await deprecate(catalogue, people.ada, old.uuid, wrong)
    fields = [each.field for each in caught.value.problems]
    assert fields == ["reason", "alternatives", "alternatives"]


async def test_what_is_deleted_is_gone_for_everybody_and_comes_back_as_it_was(
    catalogue: Catalogue, people: People, index: Noted
) -> None:
    there = await put_there(catalogue, people.ada, public=True, tags=["sea"])
    await star(catalogue, people.bob, there.uuid)
    before = (await notebook(catalogue, people.bob, there.uuid)).notebook
    await delete(catalogue, people.ada, there.uuid)
    for actor in (people.ada, people.bob, people.cy, NOBODY):
        assert await titles(catalogue, actor) == []
        with pytest.raises(NoSuchNotebook):
            await body(catalogue, actor, there.uuid, revision_id=there.revision_id)
    with pytest.raises(ObjectNotFound):
        await catalogue.store.head(catalogue.key_of(there.uuid))
    assert index.removed_ids == [before.id]
    assert [row.uuid for row in (await deleted(catalogue, people.ada)).rows] == [there.uuid]
    assert (await deleted(catalogue, people.bob)).rows == []
    with pytest.raises(NoSuchNotebook):
        await restore(catalogue, people.bob, there.uuid)
    await restore(catalogue, people.ada, there.uuid)
    assert (await notebook(catalogue, people.bob, there.uuid)).notebook == before
    assert await body(catalogue, people.bob, there.uuid)
    newest = await catalogue.store.head(catalogue.key_of(there.uuid))
    assert newest.version_id == rows(catalogue, StoredRevision)[0].version_id
    assert [each.verb for each in rows(catalogue, Change)] == ["changed", "deleted", "changed"]


async def test_the_title_of_what_was_deleted_may_be_taken(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada)
    await delete(catalogue, people.ada, there.uuid)
    other = await put_there(catalogue, people.ada)
    with pytest.raises(Conflict, match="called 'Tides' now"):
        await restore(catalogue, people.ada, there.uuid)
    await rename(catalogue, people.ada, other.uuid, "Waves")
    await restore(catalogue, people.ada, there.uuid)
    assert await titles(catalogue, people.ada) == ["Tides", "Waves"]


async def test_stars_and_clicks_are_noted_of_those_who_read(
    catalogue: Catalogue, people: People
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    for _ in range(2):
        await star(catalogue, people.bob, there.uuid)
    shown = await notebook(catalogue, people.bob, there.uuid)
    assert (shown.is_starred, shown.notebook.stars) == (True, 1)
    assert await titles(catalogue, people.bob, shelf="starred") == ["Tides"]
    await star(catalogue, people.bob, there.uuid, starred=False)
    assert (await notebook(catalogue, people.bob, there.uuid)).notebook.stars == 0
    await record(catalogue, people.bob, there.uuid, "viewed notebook", "home")
    await record(catalogue, NOBODY, there.uuid, "viewed notebook")
    click = rows(catalogue, Click)[-1]
    assert actions(catalogue) == ["viewed notebook"]
    assert (click.org, click.tracking, click.user_id) == ("org", "home", people.bob.user_id)
    with pytest.raises(PublicationRefused):
        await record(catalogue, people.bob, there.uuid, "created notebook")
    private = await put_there(catalogue, people.ada, title="Private")
    for deed in (star(catalogue, people.bob, private.uuid),):
        with pytest.raises(NoSuchNotebook):
            await deed
    with pytest.raises(NoSuchNotebook):
        await record(catalogue, people.bob, private.uuid, "viewed notebook")
