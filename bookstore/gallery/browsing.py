"""What readers look around in: the first page, words in use, and the numbers of one notebook.

Knows: the tables, permissions.  Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from .catalogue import Catalogue
from .catalogue.finding import found
from .catalogue.listing import Listed, listed
from .catalogue.reading import Filters, conditions
from .database.models import Click, Group, Notebook, NotebookSummary, Tag
from .permissions import Actor, clause, standing_of
from .search.conditions import is_active
from .search.facets import facets_of
from .search.values import Facet, Facets

MOST_WORDS = 500
"""How many tags, or languages, are told: those that are used most."""
Own = Literal["mine", "starred", "shared"]
Front = Literal["recent", "popular"] | Own
OWN: tuple[Own, ...] = ("mine", "starred", "shared")


@dataclass(frozen=True, kw_only=True)
class Some:
    """Some notebooks of a kind, and whether there are more."""

    notebooks: Sequence[Listed]
    has_more: bool


async def front(catalogue: Catalogue, actor: Actor, count: int) -> dict[Front, Some]:
    """Return some of each kind that somebody may read: the newest, the most popular, their own."""

    def look(session: Session) -> dict[Front, Some]:
        standing = standing_of(session, actor)
        allowed = and_(clause(catalogue.policy, standing), is_active())
        newest = (Notebook.updated_at.desc(), Notebook.id.desc())
        asked: dict[Front, Select[Notebook]] = {
            "recent": select(Notebook).where(allowed).order_by(*newest),
            "popular": _popular().where(allowed),
        }
        if standing.user_id is not None:
            for shelf in OWN:
                wanted = select(Notebook).where(
                    clause(catalogue.policy, standing),
                    *conditions(Filters(shelf=shelf), standing),
                )
                asked[shelf] = wanted.order_by(*newest)
        rows = {name: _rows(session, wanted, count) for name, wanted in asked.items()}
        every = {row.id: row for each in rows.values() for row in each[:count]}
        told = {about.id: about for about in listed(session, [*every.values()])}
        return {
            name: Some(notebooks=[told[row.id] for row in each[:count]], has_more=len(each) > count)
            for name, each in rows.items()
        }

    return await catalogue.database.run(look, read_only=True)


def _rows(session: Session, wanted: Select[Notebook], count: int) -> list[Notebook]:
    return [*session.scalars(wanted.limit(count + 1))]


def _popular() -> Select[Notebook]:
    """Return the notebooks that people are at these days, in an order that has an index."""
    summary = NotebookSummary
    return (
        select(Notebook)
        .join(summary, summary.notebook_id == Notebook.id)
        .where(summary.trendiness > 0)
        .order_by(summary.trendiness.desc(), summary.id.desc())
    )


async def tags_in_use(catalogue: Catalogue, actor: Actor) -> list[Facet]:
    """Return the tags of what somebody may read, the most used first."""
    number = func.count(Tag.notebook_id.distinct())
    wanted = select(Tag.tag, number).join(Notebook, Notebook.id == Tag.notebook_id)
    return await _in_use(catalogue, actor, wanted.group_by(Tag.tag), number, Tag.tag)


async def languages_in_use(catalogue: Catalogue, actor: Actor) -> list[Facet]:
    """Return the programming languages of what somebody may read, the most used first."""
    number = func.count()
    wanted = select(Notebook.lang, number).where(Notebook.lang.is_not(None))
    return await _in_use(catalogue, actor, wanted.group_by(Notebook.lang), number, Notebook.lang)


async def groups_in_use(catalogue: Catalogue, actor: Actor) -> list[Facet]:
    """Return the groups that own something that somebody may read, by what they are called in
    addresses, those with most first."""
    number = func.count()
    owns = (Notebook.owner_id == Group.id) & (Notebook.owner_type == "Group")
    wanted = select(Group.gid, number).join(Notebook, owns)
    return await _in_use(catalogue, actor, wanted.group_by(Group.gid), number, Group.gid)


async def _in_use(
    catalogue: Catalogue, actor: Actor, wanted: Select[Any, int], number: Any, word: Any
) -> list[Facet]:
    def look(session: Session) -> list[Facet]:
        allowed = clause(catalogue.policy, standing_of(session, actor))
        some = wanted.where(allowed, is_active()).order_by(number.desc(), word).limit(MOST_WORDS)
        return [Facet(value, count) for value, count in session.execute(some)]

    return await catalogue.database.run(look, read_only=True)


async def facets(catalogue: Catalogue, actor: Actor, filters: Filters) -> Facets:
    """Return what the notebooks of a list have that somebody may read."""

    def look(session: Session) -> Facets:
        standing = standing_of(session, actor)
        allowed = clause(catalogue.policy, standing)
        return facets_of(session, and_(allowed, *conditions(filters, standing)))

    return await catalogue.database.run(look, read_only=True)


@dataclass(frozen=True)
class Done:
    """How often something was done with a notebook."""

    times: int = 0
    people: int = 0


async def numbers(catalogue: Catalogue, actor: Actor, uuid: str) -> Mapping[str, Done]:
    """Return how often what was done with a notebook, in nbgallery's words.

    Raises :class:`~.catalogue.NoSuchNotebook`.
    """

    def look(session: Session) -> dict[str, Done]:
        notebook = found(session, catalogue, standing_of(session, actor), uuid)
        counted = (
            select(Click.action, func.count(), func.count(Click.user_id.distinct()))
            .where(Click.notebook_id == notebook.id)
            .group_by(Click.action)
        )
        rows = session.execute(counted)
        return {str(action): Done(times, people) for action, times, people in rows}

    return await catalogue.database.run(look, read_only=True)
