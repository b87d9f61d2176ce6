"""Languages, tags and owners of the notebooks that were found."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ..database.models import Group, Notebook, Tag, User
from .values import Facet, Facets

MOST_LOOKED_AT = 2000
"""Of more notebooks than these, no more are looked at."""
MOST_SHOWN = 20


def facets_of(session: Session, condition: ColumnElement[bool]) -> Facets:
    """Return what the notebooks of a condition have."""
    query = select(Notebook.id).where(condition).limit(MOST_LOOKED_AT + 1)
    found = [*session.scalars(query)]
    is_exact, found = len(found) <= MOST_LOOKED_AT, found[:MOST_LOOKED_AT]
    among = Notebook.id.in_(found)
    number = func.count()
    languages = session.execute(
        select(Notebook.lang, number)
        .where(among, Notebook.lang.is_not(None))
        .group_by(Notebook.lang)
        .order_by(number.desc(), Notebook.lang)
        .limit(MOST_SHOWN)
    )
    each = func.count(Tag.notebook_id.distinct())
    tags = session.execute(
        select(Tag.tag, each)
        .where(Tag.notebook_id.in_(found))
        .group_by(Tag.tag)
        .order_by(each.desc(), Tag.tag)
        .limit(MOST_SHOWN)
    )
    return Facets(
        [Facet(str(value), count) for value, count in languages],
        [Facet(value, count) for value, count in tags],
        _owners(session, among),
        is_exact,
    )


def _owners(session: Session, among: ColumnElement[bool]) -> list[Facet]:
    number = func.count()
    found: list[Facet] = []
    for kind, model, name in (("User", User, User.user_name), ("Group", Group, Group.name)):
        rows = session.execute(
            select(name, number)
            .join_from(Notebook, model, Notebook.owner_id == model.id)
            .where(among, Notebook.owner_type == kind, name.is_not(None))
            .group_by(model.id, name)
            .order_by(number.desc(), name)
            .limit(MOST_SHOWN)
        )
        found.extend(Facet(str(value), count) for value, count in rows)
    return sorted(found, key=lambda facet: (-facet.count, facet.value))[:MOST_SHOWN]
