"""Who asks, looked up.

Knows: the tables.  Must not know: what of a notebook is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import GroupsUser, ShareLink, User, UserAttribute, now
from .filters import known_of, may
from .levels import Level
from .rule import Policy
from .standing import Actor, Standing

MOST_LINKS = 50
"""How many links somebody may hold at once; the others count for nothing."""


def standing_of(session: Session, actor: Actor) -> Standing:
    """Return what is known of somebody, in three statements; of nobody, that is little.

    Links take six more.
    """
    user = None if actor.user_id is None else session.get(User, actor.user_id)
    linked = _linked(session, actor, is_somebody=user is not None)
    if user is None:
        return Standing(linked=linked)
    return Standing(
        user_id=user.id,
        is_administrator=bool(user.admin) and actor.as_administrator,
        groups=_groups(session, {user.id})[user.id],
        linked=linked,
        attributes=_attributes(session, user.id),
    )


def _groups(session: Session, user_ids: Collection[int]) -> dict[int, dict[Level, frozenset[int]]]:
    """Return of each user the groups with whose notebooks they may do so much."""
    found: dict[int, dict[Level, set[int]]] = {
        user_id: {level: set() for level in Level} for user_id in user_ids
    }
    role = select(
        GroupsUser.user_id,
        GroupsUser.group_id,
        GroupsUser.creator,
        GroupsUser.owner,
        GroupsUser.editor,
    )
    for user_id, group_id, creator, owner, editor in session.execute(
        role.where(GroupsUser.user_id.in_(user_ids))
    ):
        administers = creator or owner
        highest = Level.ADMINISTER if administers else Level.EDIT if editor else Level.READ
        for level in Level:
            if level <= highest:
                found[user_id][level].add(group_id)
    return {
        user_id: {level: frozenset(ids) for level, ids in levels.items()}
        for user_id, levels in found.items()
    }


def _linked(session: Session, actor: Actor, *, is_somebody: bool) -> dict[Level, frozenset[int]]:
    """Return what links give, as long as those who made them could give it.

    To edit takes somebody who is known, for revisions have authors.
    """
    if not actor.links:
        return {}
    links = session.execute(
        select(ShareLink.notebook_id, ShareLink.may_edit, User)
        .join(User, User.id == ShareLink.user_id)
        .where(
            ShareLink.sha256.in_(actor.links[:MOST_LINKS]),
            ShareLink.expires_at > now(),
            ShareLink.revoked_at.is_(None),
        )
    ).all()
    if not links:
        return {}
    known = known_of(session, {notebook_id for notebook_id, _, _ in links})
    makers = _makers(session, {maker for _, _, maker in links if maker.may_sign_in})
    held = [
        (notebook_id, may_edit and is_somebody)
        for notebook_id, may_edit, maker in links
        if maker.id in makers and may(Policy(), makers[maker.id], known[notebook_id], Level.EDIT)
    ]
    return {
        Level.READ: frozenset(notebook_id for notebook_id, _ in held),
        Level.EDIT: frozenset(notebook_id for notebook_id, edits in held if edits),
    }


def _makers(session: Session, users: Collection[User]) -> dict[int, Standing]:
    """Return who made links: nobody hands on what they have by a link alone."""
    groups = _groups(session, {user.id for user in users})
    return {
        user.id: Standing(
            user_id=user.id, is_administrator=bool(user.admin), groups=groups[user.id]
        )
        for user in users
    }


def _attributes(session: Session, user_id: int) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    asked = select(UserAttribute.name, UserAttribute.value).where(UserAttribute.user_id == user_id)
    for name, value in session.execute(asked):
        found[name].add(value)
    return {name: frozenset(values) for name, values in found.items()}
