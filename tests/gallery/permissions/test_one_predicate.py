"""The object's check, the filter in SQL and the rule of each revision are one predicate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased
from statements import statements_of
from worlds import POLICIES, populate

from bookstore.gallery.database.models import (
    Base,
    Notebook,
    Revision,
    RevisionAttribute,
    ShareLink,
)
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.permissions import (
    Actor,
    Known,
    Level,
    Policy,
    Standing,
    allowed_revisions,
    clause,
    known_of,
    may,
    revision_clause,
    standing_of,
)


@pytest.fixture
def database(gallery: str) -> Iterator[Database]:
    database = Database(gallery)
    yield database
    database.engine.dispose()


def known_revisions(session: Session, known: dict[int, Known]) -> dict[int, list[Known]]:
    """The facts of revisions, newest first, by their notebooks; ``notebook_id`` is theirs."""
    attributes: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for each in session.scalars(select(RevisionAttribute)):
        attributes[each.revision_id][each.name] = each.value
    found: defaultdict[int, list[Known]] = defaultdict(list)
    for row in session.scalars(select(Revision).order_by(Revision.id.desc())):
        of = known[row.notebook_id]
        found[row.notebook_id].append(
            Known(
                notebook_id=of.notebook_id,
                public=bool(row.public),
                owner_type=of.owner_type,
                owner_id=of.owner_id,
                editors=of.editors,
                viewers=of.viewers,
                deleted=of.deleted,
                attributes=attributes[row.id],
            )
        )
    return found


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_what_may_be_opened(database: Database, seed: int) -> None:
    seen: set[tuple[Level, bool]] = set()

    def work(session: Session) -> None:
        actors = populate(session, Random(seed))
        known = known_of(session, session.scalars(select(Notebook.id)).all())
        for actor in actors:
            standing = standing_of(session, actor)
            for policy in POLICIES:
                for level in Level:
                    opened = {
                        number
                        for number, each in known.items()
                        if may(policy, standing, each, level)
                    }
                    filtered = select(Notebook.id).where(clause(policy, standing, level))
                    assert set(session.scalars(filtered)) == opened
                    seen.update((level, number in opened) for number in known)

    database.run_here(work)
    assert len(seen) == 2 * len(Level)


@pytest.mark.parametrize("seed", range(4))
def test_revisions_are_found_as_far_back_as_they_may_be_read(database: Database, seed: int) -> None:
    def work(session: Session) -> None:
        actors = populate(session, Random(seed))
        known = known_of(session, session.scalars(select(Notebook.id)).all())
        ids: defaultdict[int, list[int]] = defaultdict(list)
        for revision in session.scalars(select(Revision).order_by(Revision.id.desc())):
            ids[revision.notebook_id].append(revision.id)
        histories = known_revisions(session, known)
        lengths = set()
        for actor in actors:
            standing = standing_of(session, actor)
            for policy in POLICIES:
                read = {
                    revision_id
                    for number, history in histories.items()
                    for revision_id, is_read in zip(
                        ids[number],
                        allowed_revisions(policy, standing, known[number], history),
                        strict=True,
                    )
                    if is_read
                }
                filtered = (
                    select(Revision.id)
                    .join(Notebook, Notebook.id == Revision.notebook_id)
                    .where(revision_clause(policy, standing))
                )
                assert set(session.scalars(filtered)) == read
                lengths.add(len(read))
        assert len(lengths) > 5

    database.run_here(work)


def test_the_filter_holds_in_every_place_of_a_query(database: Database) -> None:
    def work(session: Session) -> None:
        actors = populate(session, Random(5))
        other = aliased(Notebook)
        for actor in actors:
            standing, policy = standing_of(session, actor), POLICIES[2]
            wanted = select(Notebook.id).where(clause(policy, standing))
            expected = set(session.scalars(wanted))
            renamed = select(other.id).where(clause(policy, standing, notebook=other))
            assert set(session.scalars(renamed)) == expected
            within = select(Revision.notebook_id).where(Revision.notebook_id.in_(wanted))
            assert set(session.scalars(within)) <= expected
            joined = (
                select(func.count(func.distinct(Notebook.id)))
                .select_from(Revision)
                .join(Notebook, Notebook.id == Revision.notebook_id)
                .where(or_(clause(policy, standing), clause(policy, Standing())))
            )
            assert (session.scalar(joined) or 0) <= len(expected)
        standing = standing_of(session, actors[-1])
        marked = update(Notebook).where(clause(Policy(), standing)).values(lang="seen")
        session.execute(marked, execution_options={"synchronize_session": False})
        seen = set(session.scalars(select(Notebook.id).where(Notebook.lang == "seen")))
        assert seen == set(session.scalars(select(Notebook.id).where(clause(Policy(), standing))))
        gone = delete(Notebook).where(clause(Policy(), standing))
        session.execute(gone, execution_options={"synchronize_session": False})
        assert not seen & set(session.scalars(select(Notebook.id)))

    database.run_here(work)


def test_who_asks_and_what_is_known_cost_the_same_however_much_there_is(database: Database) -> None:
    def cost(session: Session, actors: list[Actor]) -> int:
        links = tuple(session.scalars(select(ShareLink.sha256)))
        session.expunge_all()
        with statements_of(database.engine) as seen:
            assert standing_of(session, replace(actors[-1], links=links)).linked
            known_of(session, session.scalars(select(Notebook.id)).all())
        return len(seen)

    def small(session: Session) -> int:
        return cost(session, populate(session, Random(1), notebooks=8))

    def more(session: Session) -> int:
        return cost(session, populate(session, Random(1), notebooks=80))

    first = database.run_here(small)
    clear(database)
    assert database.run_here(more) == first <= 14


def clear(database: Database) -> None:
    with database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
