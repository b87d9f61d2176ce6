"""Those whom a Hub knows: who they are in the gallery, and what the Hub has given them here.

What the Hub gave is noted, so that it can be taken back; what an administrator of the gallery has
given to somebody stays theirs, whatever the Hub says.

Knows: the tables.  Must not know: how the Hub is asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..catalogue.words import is_text
from ..database.models import Group, GroupsUser, User, UserAttribute
from ..database.sessions import Database
from ..people import MOST_NAME, People
from .groups import ROLES, is_gid
from .throttle import hold

GIVEN = "jupyterhub"
"""The attribute of users that says what a Hub has given them."""
_ADMINISTRATION = "administrator"
_NOT_IN_GIDS = re.compile(r"[^a-z0-9._-]+")
_MOST_GID = 48


@dataclass(frozen=True, kw_only=True)
class Membership:
    """What somebody is in a group of the gallery."""

    gid: str
    name: str
    role: str


def gid_of(name: str) -> str:
    """Return how the gallery calls the Hub's group *name* in addresses: no two the same."""
    if is_gid(name):
        return name
    plain = _NOT_IN_GIDS.sub("-", name.lower()).strip("-._")[:_MOST_GID]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{plain or 'group'}-{digest}"


class HubPeople:
    """The users of a Hub in the gallery, by the names that they have there."""

    def __init__(self, database: Database, people: People) -> None:
        self._database, self._people = database, people
        self._kept: dict[int, tuple[frozenset[Membership] | None, bool | None]] = {}

    async def known(
        self,
        name: str,
        *,
        memberships: frozenset[Membership] | None,
        is_administrator: bool | None,
    ) -> int | None:
        """Return whose row *name* is, None where the gallery's administrator has locked it.

        Where the Hub does not say of what groups somebody is, or whether an administrator, that is
        None, and stays as it is.
        """
        user_id = (await self._people.actor(name)).user_id
        if user_id is None or not await self._may_come(user_id):
            return None
        told = (memberships, is_administrator)
        if told != (None, None) and self._kept.get(user_id) != told:
            await self._keep(user_id, memberships, is_administrator)
            self._kept[user_id] = told
        return user_id

    async def _may_come(self, user_id: int) -> bool:
        def look(session: Session) -> bool:
            user = session.get(User, user_id)
            return user is not None and user.may_sign_in

        return await self._database.run(look, read_only=True)

    async def _keep(
        self,
        user_id: int,
        memberships: frozenset[Membership] | None,
        is_administrator: bool | None,
    ) -> None:
        def change(session: Session) -> None:
            hold(session, f"jupyterhub\n{user_id}")
            given = _given(session, user_id)
            if memberships is not None:
                _put(session, user_id, memberships, given)
            if is_administrator is not None:
                _promote(session, user_id, given, is_administrator=is_administrator)

        try:
            await self._database.run(change)
        except IntegrityError:  # the group was made by another server at the same moment
            await self._database.run(change)


def _put(
    session: Session, user_id: int, memberships: Collection[Membership], given: set[str]
) -> None:
    mine = select(GroupsUser).where(GroupsUser.user_id == user_id)
    rows = {row.group.gid: row for row in session.scalars(mine)}
    for each in memberships:
        row, noted = rows.pop(each.gid, None), _membership(each.gid)
        if row is None:
            row = GroupsUser(group=_group(session, each), user_id=user_id, creator=False)
            session.add(row)
            _note(session, user_id, noted)
        elif noted not in given:
            continue  # an administrator's word
        row.owner, row.editor = ROLES[each.role]["owner"], ROLES[each.role]["editor"]
    for gid, row in rows.items():
        if _membership(gid) in given:
            session.delete(row)
            _forget(session, user_id, _membership(gid))


def _promote(session: Session, user_id: int, given: set[str], *, is_administrator: bool) -> None:
    user = session.get_one(User, user_id)
    if is_administrator and not user.admin:
        user.admin = True
        _note(session, user_id, _ADMINISTRATION)
    elif not is_administrator and _ADMINISTRATION in given:
        user.admin = False
        _forget(session, user_id, _ADMINISTRATION)


def _group(session: Session, each: Membership) -> Group:
    group = session.scalars(select(Group).where(Group.gid == each.gid)).first()
    if group is None:
        name = each.name if is_text(each.name) else each.gid  # the Hub's may be anything
        group = Group(gid=each.gid, name=name[:MOST_NAME])
        session.add(group)
        session.flush()
    return group


def _membership(gid: str) -> str:
    return f"group {gid}"


def _given(session: Session, user_id: int) -> set[str]:
    return set(session.scalars(select(UserAttribute.value).where(*_noted(user_id))))


def _note(session: Session, user_id: int, value: str) -> None:
    session.merge(UserAttribute(user_id=user_id, name=GIVEN, value=value))


def _forget(session: Session, user_id: int, value: str) -> None:
    session.execute(delete(UserAttribute).where(*_noted(user_id), UserAttribute.value == value))


def _noted(user_id: int) -> tuple[ColumnElement[bool], ...]:
    return UserAttribute.user_id == user_id, UserAttribute.name == GIVEN
