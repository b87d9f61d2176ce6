"""Whoever asks for whatever: it is done where the predicate says so, and otherwise nothing is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from catalogues import Noted, ipynb
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from worlds import cleared, populate

from bookstore.errors import BookstoreError, Forbidden
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, NotAllowed, Rules
from bookstore.gallery.catalogue.changing import describe, give, make_public, rename, tag
from bookstore.gallery.catalogue.deleting import delete
from bookstore.gallery.catalogue.deprecating import Deprecation, deprecate, undeprecate
from bookstore.gallery.catalogue.publication import Publication
from bookstore.gallery.catalogue.publishing import publish
from bookstore.gallery.catalogue.reading import body, notebook, revisions
from bookstore.gallery.catalogue.sharing import links_to, make_link, share, shared_with
from bookstore.gallery.catalogue.usage import record, star
from bookstore.gallery.database.models import Base, Notebook, now
from bookstore.gallery.extensions import Extensions
from bookstore.gallery.permissions import Actor, Level, known_of, may, standing_of

pytestmark = pytest.mark.asyncio
Deed = Callable[[Catalogue, Actor, str], Awaitable[object]]
SOON = timedelta(days=1)
DEEDS: dict[Level, dict[str, Deed]] = {
    Level.READ: {
        "look": notebook,
        "read": body,
        "list revisions": revisions,
        "star": star,
        "click": lambda c, a, uuid: record(c, a, uuid, "viewed notebook"),
    },
    Level.EDIT: {
        "rename": lambda c, a, uuid: rename(c, a, uuid, "Waves"),
        "describe": lambda c, a, uuid: describe(c, a, uuid, "Where."),
        "tag": lambda c, a, uuid: tag(c, a, uuid, "sea"),
        "make public": lambda c, a, uuid: make_public(c, a, uuid, public=True),
        "share": lambda c, a, uuid: share(c, a, uuid, viewers=["user 1"]),
        "see shares": shared_with,
        "link": lambda c, a, uuid: make_link(c, a, uuid, expires_at=now() + SOON),
        "see links": links_to,
        "deprecate": lambda c, a, uuid: deprecate(c, a, uuid, Deprecation(reason="Old")),
        "undeprecate": undeprecate,
        "revise": lambda c, a, uuid: publish(c, a, Publication(uuid=uuid, body=ipynb("y"))),
    },
    Level.ADMINISTER: {
        "give": lambda c, a, uuid: give(c, a, uuid, "user:user 1"),
        "delete": delete,
    },
}
NEEDS_NO_NAME = {"look", "read", "list revisions", "click"}


class Ruled(Extensions):
    """Extensions of which one has a rule."""

    rules = (cleared,)


def counts(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    tables = Base.metadata.sorted_tables
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_done_is_what_may_be_done(
    catalogue: Catalogue, index: Noted, seed: int
) -> None:
    random = Random(seed)
    ruled = replace(
        catalogue,
        rules=Rules(anonymous_may_read=bool(seed % 2)),
        extensions=Ruled() if seed else Extensions(),
    )
    actors = catalogue.database.run_here(lambda session: populate(session, random))
    seen = set()
    for _ in range(70):
        actor = random.choice(actors)
        level = random.choice([*Level])
        name = random.choice([*DEEDS[level]])

        def ask(session: Session, actor: Actor = actor, level: Level = level) -> Any:
            uuid = random.choice([*session.scalars(select(Notebook.uuid))])
            number = session.scalar(select(Notebook.id).where(Notebook.uuid == uuid)) or 0
            standing, known = standing_of(session, actor), known_of(session, [number])[number]
            allowed = [may(ruled.policy, standing, known, each) for each in (Level.READ, level)]
            return uuid, standing.user_id is not None, allowed, counts(session)

        uuid, is_somebody, (may_read, may_do), before = catalogue.database.run_here(ask)
        try:
            await DEEDS[level][name](ruled, actor, uuid)
            outcome: type[Exception] | None = None
        except BookstoreError as error:
            outcome = type(error)
        seen.add((level, outcome))
        if not is_somebody and name not in NEEDS_NO_NAME:
            assert outcome in (Forbidden, NoSuchNotebook)
        elif not may_read:
            assert outcome is NoSuchNotebook
        elif not may_do:
            assert outcome is NotAllowed
        else:
            assert outcome not in (NotAllowed, Forbidden)
            continue
        assert catalogue.database.run_here(counts) == before
    assert {level for level, outcome in seen if outcome is None} == {*Level}
