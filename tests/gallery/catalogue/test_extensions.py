"""What others add: found when it is needed, and safe where it is broken."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pytest
from catalogues import NOBODY, People, ipynb, put_there, rows

from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, PublicationRefused
from bookstore.gallery.catalogue.forking import fork
from bookstore.gallery.catalogue.reading import Filters, body, notebook, notebooks, revisions
from bookstore.gallery.catalogue.sharing import share
from bookstore.gallery.database.models import (
    Notebook,
    NotebookAttribute,
    Publishing,
    RevisionAttribute,
    UserAttribute,
)
from bookstore.gallery.extensions import Extensions, Field, Problem
from bookstore.gallery.extensions.loading import GROUP, ExtensionBroken
from bookstore.gallery.extensions.markings import CLEARED_FOR, MARKING
from bookstore.gallery.permissions import Actor, Facts, Level, Standing

T = TypeVar("T")
pytestmark = pytest.mark.asyncio
HERE = __name__


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def own(*kinds: str) -> Extensions:
    """The hooks of this module, as an extension of the name ``own``."""
    return Extensions(["own"], [entry(f"{kind}.own", f"{HERE}:{kind}") for kind in kinds])


def tags(document: Mapping[str, Any]) -> list[str]:
    return ["From Afar!", "trusted"]


def validate(
    standing: Standing, words: Mapping[str, Any], document: Mapping[str, Any]
) -> Iterable[Problem]:
    if "colour" not in words["title"]:
        yield Problem("title", words["title"], "It names a colour.")


def strip(document: dict[str, Any]) -> None:
    document["metadata"].pop("secret", None)


def fields(standing: Standing) -> list[Field]:
    return [
        Field(name="colour", label="Colour", choices=("red", "blue"), is_required=True),
        Field(name="note", label="Note"),
    ]


def suggestions(session: object, standing: Standing) -> dict[int, float]:
    return {1: 0.5}


def permissions(level: Level, standing: Standing, facts: Facts[T]) -> T:
    return facts.all(facts.has("colour", ["red"]), facts.always(level is not Level.ADMINISTER))


def raises(*_: object) -> list[str]:
    raise KeyError("secret")


async def test_an_extension_proposes_validates_strips_and_has_fields(
    catalogue: Catalogue, people: People
) -> None:
    extended = replace(catalogue, extensions=own("tags", "validate", "strip", "fields"))
    with pytest.raises(PublicationRefused) as caught:
        await put_there(extended, people.ada, attributes={"colour": "green", "size": "x"})
    assert {each.field for each in caught.value.problems} == {"title", "colour", "size"}
    with pytest.raises(PublicationRefused, match="Colour is needed"):
        await put_there(extended, people.ada, title="A colour")
    published = await put_there(
        extended,
        people.ada,
        title="A colour",
        body=ipynb(secret="x", kept="y"),
        attributes={"colour": "red", "note": "A note"},
    )
    assert published.proposed_tags == ("fromafar",)
    shown = await notebook(extended, people.ada, published.uuid)
    assert shown.attributes == {"colour": "red", "note": "A note"}
    kept = await body(extended, people.ada, published.uuid)
    assert b'"kept"' in kept
    assert b'"secret"' not in kept
    await put_there(extended, people.ada, uuid=published.uuid, title=None, body=ipynb("y"))
    values = [each.value for each in rows(catalogue, RevisionAttribute)]
    assert values == ["red", "A note"] * 2


async def test_suggestions_are_asked_for(catalogue: Catalogue) -> None:
    extensions = Extensions(
        ["own", "bad"],
        [
            entry("suggestions.own", f"{HERE}:suggestions"),
            entry("suggestions.bad", f"{HERE}:raises"),
        ],
    )
    found = catalogue.database.run_here(
        lambda session: [*extensions.suggestions(session, Standing())], read_only=True
    )
    assert found == [{1: 0.5}]
    assert extensions.problems == ["The extension suggestions.bad failed: KeyError."]


@pytest.mark.parametrize("value", [f"{HERE}:raises", f"{HERE}:nothing", "no.such.module:x"])
async def test_a_broken_proposal_is_told_and_passed_over(
    catalogue: Catalogue, people: People, value: str
) -> None:
    broken = Extensions(["bad"], [entry("tags.bad", value)])
    await put_there(replace(catalogue, extensions=broken), people.ada)
    [problem] = broken.problems
    assert problem.startswith("The extension tags.bad failed")
    assert "secret" not in problem


@pytest.mark.parametrize("hook", ["validate", "strip", "fields"])
@pytest.mark.parametrize("value", [f"{HERE}:raises", "no.such.module:x"])
async def test_nothing_is_published_without_what_was_to_look_at_it(
    catalogue: Catalogue, people: People, hook: str, value: str
) -> None:
    broken = Extensions(["bad"], [entry(f"{hook}.bad", value)])
    with pytest.raises(ExtensionBroken, match=f"{hook}.bad"):
        await put_there(replace(catalogue, extensions=broken), people.ada)
    assert rows(catalogue, Publishing) == rows(catalogue, Notebook) == []


@pytest.mark.parametrize(
    "extensions",
    [
        Extensions(["bad"], [entry("permissions.bad", f"{HERE}:raises")]),
        Extensions(["bad"], [entry("permissions.bad", "no.such.module:x")]),
        Extensions(["missing"], []),
    ],
)
async def test_who_may_read_is_nobody_where_an_extension_cannot_say(
    catalogue: Catalogue, people: People, extensions: Extensions
) -> None:
    there = await put_there(catalogue, people.ada, public=True)
    closed = replace(catalogue, extensions=extensions)
    for actor in (people.ada, people.bob, people.cy, NOBODY):
        assert (await notebooks(closed, actor)).rows == []
        with pytest.raises(NoSuchNotebook):
            await body(closed, actor, there.uuid)
    assert len(extensions.problems) == 1


async def test_what_is_not_named_is_not_loaded() -> None:
    extensions = Extensions([], [entry("permissions.bad", f"{HERE}:raises")])
    assert (extensions.rules, extensions.problems) == ((), [])
    program = (
        "import sys; from bookstore.gallery.extensions import Extensions;"
        "Extensions(['markings']).problems; Extensions(['markings']).fields;"
        "assert 'bookstore.gallery.extensions.markings' not in sys.modules"
    )
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], check=True)


@pytest.fixture
def marked(catalogue: Catalogue, people: People) -> Catalogue:
    """A catalogue with control markings, in which Ada is cleared for two and Bob for one."""

    def clear(session: Any) -> None:
        for actor, value in ((people.ada, "blue"), (people.ada, "red"), (people.bob, "blue")):
            session.add(UserAttribute(user_id=actor.user_id, name=CLEARED_FOR, value=value))

    catalogue.database.run_here(clear)
    return replace(catalogue, extensions=Extensions(["markings"]))


async def sees(catalogue: Catalogue, actor: Actor, uuid: str) -> bool:
    """Whether somebody finds a notebook, and may open it: which has to be the same."""
    found = uuid in {row.uuid for row in (await notebooks(catalogue, actor)).rows}
    try:
        await body(catalogue, actor, uuid)
    except NoSuchNotebook:
        assert not found
        return False
    assert found
    return True


async def test_what_is_marked_is_read_by_those_who_are_cleared_for_it(
    marked: Catalogue, people: People
) -> None:
    blue = await put_there(marked, people.ada, public=True, attributes={MARKING: "blue"})
    red = await put_there(marked, people.ada, title="Red", public=True, attributes={MARKING: "red"})
    plain = await put_there(marked, people.ada, title="Plain", public=True)
    await share(marked, people.ada, red.uuid, editors=["bob"])
    who = (people.ada, people.bob, people.cy, NOBODY)
    assert [await sees(marked, each, blue.uuid) for each in who] == [True, True, False, False]
    assert [await sees(marked, each, red.uuid) for each in who] == [True, False, False, False]
    assert [await sees(marked, each, plain.uuid) for each in who] == [True] * 4
    assert len(rows(marked, NotebookAttribute)) == 2


async def test_a_revision_stays_marked_as_it_was(marked: Catalogue, people: People) -> None:
    there = await put_there(marked, people.ada, public=True, attributes={MARKING: "red"})
    await put_there(marked, people.ada, uuid=there.uuid, body=ipynb("y"), attributes={MARKING: ""})
    seen = (await revisions(marked, people.bob, there.uuid)).rows
    assert [each.revtype for each in seen] == ["update"]
    with pytest.raises(NoSuchNotebook):
        await body(marked, people.bob, there.uuid, revision_id=there.revision_id)
    assert len((await revisions(marked, people.ada, there.uuid)).rows) == 2


async def test_a_fork_is_marked_as_what_it_comes_from(marked: Catalogue, people: People) -> None:
    there = await put_there(
        marked, people.ada, public=True, tags="sea", attributes={MARKING: "blue"}
    )
    copy = await fork(marked, people.bob, there.uuid)
    assert copy.uuid != there.uuid
    shown = await notebook(marked, people.bob, copy.uuid)
    assert (shown.parent_uuid, shown.attributes) == (there.uuid, {MARKING: "blue"})
    assert (shown.notebook.public, shown.notebook.tags) == (False, ("sea",))
    forks = await notebooks(marked, people.bob, Filters(parent_uuid=there.uuid))
    assert [row.uuid for row in forks.rows] == [copy.uuid]
    with pytest.raises(NoSuchNotebook):
        await fork(marked, people.cy, there.uuid)


async def test_what_names_a_parent_is_marked_as_that_is_even_while_nobody_looks_at_markings(
    marked: Catalogue, people: People
) -> None:
    there = await put_there(marked, people.ada, public=True, attributes={MARKING: "blue"})
    unlooked = replace(marked, extensions=Extensions())
    copies = [
        await put_there(marked, people.bob, title="Mine", public=True, parent_uuid=there.uuid),
        await fork(unlooked, people.cy, there.uuid),
    ]
    for copy in copies:
        assert not await sees(marked, people.cy, copy.uuid)
        assert await sees(unlooked, people.cy, copy.uuid)


async def test_nobody_gives_a_marking_that_they_are_not_cleared_for(
    marked: Catalogue, people: People
) -> None:
    with pytest.raises(PublicationRefused, match="One of: blue"):
        await put_there(marked, people.bob, attributes={MARKING: "red"})


async def test_the_markings_that_come_with_the_gallery_are_found_by_their_name() -> None:
    names = {each.name for each in entry_points(group=GROUP)}
    assert {f"permissions.{MARKING}s", f"fields.{MARKING}s"} <= names
    assert Extensions(["markings"]).problems == []
