"""Who asks: what is known of somebody before any notebook is looked at."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import GroupsUser, ShareLink, User, UserAttribute, now
from .levels import Level

MOST_LINKS = 50
"""How many links somebody may hold at once; the others count for nothing."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody as a request names them."""

    user_id: int | None = None
    """None for somebody who did not sign in."""
    as_administrator: bool = False
    """Whether they ask to act as one: an administrator is like everybody else until then."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """The tokens of the links that they hold."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody as the database knows them."""

    user_id: int | None = None
    is_administrator: bool = False
    groups: Mapping[Level, frozenset[int]] = field(default_factory=dict)
    """With what groups own they may do so much."""
    linked: Mapping[Level, frozenset[int]] = field(default_factory=dict)
    """With these notebooks they may do so much, since they hold a link."""
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What extensions say of them."""


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def standing_of(session: Session, actor: Actor) -> Standing:
    """Return what is known of somebody, in at most four statements; of nobody, that is little."""
    user = None if actor.user_id is None else session.get(User, actor.user_id)
    linked = _linked(session, actor, is_somebody=user is not None)
    if user is None:
        return Standing(linked=linked)
    return Standing(
        user_id=user.id,
        is_administrator=bool(user.admin) and actor.as_administrator,
        groups=_groups(session, user.id),
        linked=linked,
        attributes=_attributes(session, user.id),
    )


def _groups(session: Session, user_id: int) -> dict[Level, frozenset[int]]:
    found: dict[Level, set[int]] = {level: set() for level in Level}
    role = select(GroupsUser.group_id, GroupsUser.creator, GroupsUser.owner, GroupsUser.editor)
    for group_id, creator, owner, editor in session.execute(
        role.where(GroupsUser.user_id == user_id)
    ):
        administers = creator or owner
        highest = Level.ADMINISTER if administers else Level.EDIT if editor else Level.READ
        for level in Level:
            if level <= highest:
                found[level].add(group_id)
    return {level: frozenset(ids) for level, ids in found.items()}


def _linked(session: Session, actor: Actor, *, is_somebody: bool) -> dict[Level, frozenset[int]]:
    """Return what links give; to edit takes somebody who is known, for revisions have authors."""
    if not actor.links:
        return {}
    found = session.execute(
        select(ShareLink.notebook_id, ShareLink.may_edit).where(
            ShareLink.sha256.in_([digest_of(token) for token in actor.links[:MOST_LINKS]]),
            ShareLink.expires_at > now(),
            ShareLink.revoked_at.is_(None),
        )
    ).all()
    reads = frozenset(row.notebook_id for row in found)
    edits = frozenset(row.notebook_id for row in found if row.may_edit and is_somebody)
    return {Level.READ: reads, Level.EDIT: edits}


def _attributes(session: Session, user_id: int) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked = select(UserAttribute.name, UserAttribute.value).where(UserAttribute.user_id == user_id)
    for name, value in session.execute(asked):
        found[name].add(value)
    return {name: frozenset(values) for name, values in found.items()}
