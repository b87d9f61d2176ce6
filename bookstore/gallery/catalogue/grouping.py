"""Groups of people who own notebooks together, as those see them who read and publish.

Knows: the tables, permissions.  Must not know: HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...words import shown
from ..database.models import Group, GroupsUser, Notebook, User
from ..permissions import Actor, Level, Standing, clause, standing_of
from .catalogue import Catalogue
from .words import is_name

MOST_GROUPS = 500


@dataclass(frozen=True, kw_only=True)
class Named:
    """A group by its names."""

    gid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ShownGroup(Named):
    """A group on a page of its own."""

    description: str
    """Markdown."""
    url: str
    """Where it tells of itself; empty where that is no address of the web."""
    members: tuple[str, ...]
    """Their names, for those who belong to it."""


async def group(catalogue: Catalogue, actor: Actor, gid: str) -> ShownGroup:
    """Return what there is to say of a group, to those who belong to it or may read what it owns.

    Raises :class:`~bookstore.errors.NotFound`.
    """

    def look(session: Session) -> ShownGroup:
        standing = standing_of(session, actor)
        row = (
            session.scalars(select(Group).where(Group.gid == gid)).first() if is_name(gid) else None
        )
        belongs = row is not None and row.id in standing.groups.get(Level.READ, frozenset())
        if row is None or not (belongs or _owns_something(session, catalogue, standing, row)):
            raise NotFound(f"There is no group {shown(gid)} of which you may read a notebook.")
        url = row.url or ""
        return ShownGroup(
            gid=row.gid,
            name=row.name,
            description=row.description or "",
            url=url if url.startswith(("https://", "http://")) else "",
            members=_members(session, row) if belongs or standing.is_administrator else (),
        )

    return await catalogue.database.run(look, read_only=True)


async def groups_to_publish_for(catalogue: Catalogue, actor: Actor) -> list[Named]:
    """Return the groups in whose name somebody may publish, by their names."""
    return await catalogue.database.run(
        lambda session: groups_in(session, standing_of(session, actor)), read_only=True
    )


def groups_in(session: Session, standing: Standing) -> list[Named]:
    """Return what :func:`groups_to_publish_for` does."""
    ids = standing.groups.get(Level.EDIT, frozenset())
    wanted = select(Group.gid, Group.name).where(Group.id.in_(ids))
    rows = session.execute(wanted.order_by(func.lower(Group.name), Group.id).limit(MOST_GROUPS))
    return [Named(gid=gid, name=name) for gid, name in rows]


def _owns_something(session: Session, catalogue: Catalogue, standing: Standing, row: Group) -> bool:
    wanted = select(Notebook.id).where(
        Notebook.owner_type == "Group",
        Notebook.owner_id == row.id,
        clause(catalogue.policy, standing),
    )
    return session.scalar(wanted.limit(1)) is not None


def _members(session: Session, row: Group) -> tuple[str, ...]:
    wanted = (
        select(User.user_name)
        .join(GroupsUser, GroupsUser.user_id == User.id)
        .where(GroupsUser.group_id == row.id, User.user_name.is_not(None))
    )
    return tuple(session.scalars(wanted.order_by(User.user_name)))
