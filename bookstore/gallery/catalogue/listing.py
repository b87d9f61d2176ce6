"""What lists say of notebooks and of their revisions.

Knows: the tables.  Must not know: who asks, which rows a list has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..database.models import Group, Notebook, Revision, StoredRevision, Tag, User, stars


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A notebook in a list."""

    id: int
    uuid: str
    title: str
    description: str
    public: bool
    lang: str | None
    lang_version: str | None
    owner: str
    """The name of a user, or of a group."""
    owner_type: str | None
    owner_gid: str | None
    """What the group is called in addresses that owns it."""
    creator: str | None
    updater: str | None
    tags: tuple[str, ...]
    stars: int
    deprecated: bool
    created_at: datetime
    updated_at: datetime
    content_updated_at: datetime | None
    commit_id: str | None


@dataclass(frozen=True, kw_only=True)
class ListedRevision:
    """A revision in a list."""

    id: int
    commit_id: str | None
    revtype: str | None
    public: bool
    summary: str
    label: str
    user: str | None
    created_at: datetime
    size: int | None
    """None where nbgallery keeps the body."""


def listed(session: Session, rows: Sequence[Notebook]) -> list[Listed]:
    """Return what lists say of notebooks, in four statements however many they are."""
    ids = [row.id for row in rows]
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for each in session.execute(
        select(Tag.notebook_id, Tag.tag).where(Tag.notebook_id.in_(ids)).order_by(Tag.tag)
    ):
        tags[each.notebook_id].append(each.tag)
    counted = (
        select(stars.c.notebook_id, func.count().label("likes"))
        .where(stars.c.notebook_id.in_(ids))
        .group_by(stars.c.notebook_id)
    )
    likes = {each.notebook_id: each.likes for each in session.execute(counted)}
    people = {user for row in rows for user in (row.creator_id, row.updater_id) if user}
    people |= {row.owner_id for row in rows if row.owner_type == "User" and row.owner_id}
    named = select(User.id, User.user_name).where(User.id.in_(people))
    users = {each.id: each.user_name for each in session.execute(named)}
    groups = {row.owner_id for row in rows if row.owner_type == "Group" and row.owner_id}
    called = select(Group.id, Group.name, Group.gid).where(Group.id.in_(groups))
    owning = {each.id: each for each in session.execute(called)}

    def owner(row: Notebook) -> tuple[str, str | None]:
        if row.owner_type == "Group" and row.owner_id in owning:
            group = owning[row.owner_id]
            return group.name, group.gid
        is_users = row.owner_type == "User"
        return (users.get(row.owner_id or 0) or "" if is_users else "", None)

    return [
        Listed(
            id=row.id,
            uuid=row.uuid,
            title=row.title,
            description=row.description,
            public=bool(row.public),
            lang=row.lang,
            lang_version=row.lang_version,
            owner=owner(row)[0],
            owner_type=row.owner_type,
            owner_gid=owner(row)[1],
            creator=users.get(row.creator_id or 0),
            updater=users.get(row.updater_id or 0),
            tags=tuple(tags[row.id]),
            stars=likes.get(row.id, 0),
            deprecated=bool(row.deprecated),
            created_at=row.created_at,
            updated_at=row.updated_at,
            content_updated_at=row.content_updated_at,
            commit_id=row.commit_id,
        )
        for row in rows
    ]


def listed_revisions(session: Session, rows: Sequence[Revision]) -> list[ListedRevision]:
    """Return what lists say of revisions, in two statements however many they are."""
    people = {row.user_id for row in rows if row.user_id}
    named = select(User.id, User.user_name).where(User.id.in_(people))
    users = {each.id: each.user_name for each in session.execute(named)}
    sized = select(StoredRevision.revision_id, StoredRevision.size).where(
        StoredRevision.revision_id.in_([row.id for row in rows])
    )
    sizes = {each.revision_id: each.size for each in session.execute(sized)}
    return [
        ListedRevision(
            id=row.id,
            commit_id=row.commit_id,
            revtype=row.revtype,
            public=bool(row.public),
            summary=row.commit_message or "",
            label=row.friendly_label or "",
            user=users.get(row.user_id or 0),
            created_at=row.created_at,
            size=sizes.get(row.id),
        )
        for row in rows
    ]
