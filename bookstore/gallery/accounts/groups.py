"""Groups of people who own notebooks together, as an administrator makes them.

Knows: the tables.  Must not know: what groups own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from ..catalogue.words import is_text, readable
from ..database.models import Group, GroupsUser, User
from ..database.sessions import Database
from .errors import AccountRefused, NoSuchAccount
from .finding import account_of

ROLES: Mapping[str, Mapping[str, bool]] = {
    "reader": {"owner": False, "editor": False},
    "editor": {"owner": False, "editor": True},
    "owner": {"owner": True, "editor": True},
}
"""What members may do with the notebooks of a group: read them, edit them, and whatever an owner
may."""
_GID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MOST_NAME = 255


@dataclass(frozen=True, kw_only=True)
class ShownGroup:
    """A group as an administrator sees it."""

    gid: str
    name: str
    members: Mapping[str, str]
    """The names of its members, and what each is there."""


def is_gid(text: str) -> bool:
    """Whether a group may be called so in addresses."""
    return _GID.fullmatch(text) is not None


class Groups:
    """Makes groups, and says who is in them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, gid: str, name: str = "") -> None:
        """Make a group, called *gid* in addresses and *name* on pages."""
        gid = gid.lower()
        if not is_gid(gid):
            allowed = (
                "A group is called by up to 64 letters a to z, digits, dots, hyphens and so on."
            )
            raise AccountRefused("group", readable(gid), allowed)
        if len(name) > _MOST_NAME or not is_text(name):
            raise AccountRefused("name", readable(name), f"A name has up to {_MOST_NAME} letters.")

        def make(session: Session) -> None:
            if session.scalar(select(exists().where(Group.gid == gid))):
                raise AccountRefused("group", gid, f"There is a group {gid}.")
            session.add(Group(gid=gid, name=name or gid))

        await self._database.run(make)

    async def put(self, gid: str, member: str, role: str) -> None:
        """Let somebody be a member, or another kind of one."""
        if role not in ROLES:
            raise AccountRefused("role", readable(role), f"A role is one of {', '.join(ROLES)}.")

        def change(session: Session) -> None:
            group, user = _group(session, gid), account_of(session, member)
            row = _membership(session, group, user)
            if row is None:
                row = GroupsUser(group_id=group.id, user_id=user.id, creator=False)
                session.add(row)
            row.owner, row.editor = ROLES[role]["owner"], ROLES[role]["editor"]

        await self._database.run(change)

    async def remove(self, gid: str, member: str) -> None:
        """Let somebody be no member."""

        def change(session: Session) -> None:
            group, user = _group(session, gid), account_of(session, member)
            if _membership(session, group, user) is None:
                raise NoSuchAccount(f"{member} is no member of {gid}.")
            mine = (GroupsUser.group_id == group.id) & (GroupsUser.user_id == user.id)
            session.execute(delete(GroupsUser).where(mine))

        await self._database.run(change)

    async def all(self) -> Sequence[ShownGroup]:
        """Return every group, with its members."""

        def look(session: Session) -> list[ShownGroup]:
            return [
                ShownGroup(
                    gid=group.gid,
                    name=group.name,
                    members={
                        row.user.user_name or "": role_of(row)
                        for row in sorted(group.memberships, key=lambda row: row.id)
                    },
                )
                for group in session.scalars(select(Group).order_by(Group.gid))
            ]

        return await self._database.run(look, read_only=True)


def role_of(row: GroupsUser) -> str:
    """Return what a member is in a group."""
    if row.creator or row.owner:
        return "owner"
    return "editor" if row.editor else "reader"


def _group(session: Session, gid: str) -> Group:
    group = session.scalars(select(Group).where(Group.gid == gid.lower())).first()
    if group is None:
        raise NoSuchAccount(f"There is no group {gid!r}.")
    return group


def _membership(session: Session, group: Group, user: User) -> GroupsUser | None:
    mine = (GroupsUser.group_id == group.id) & (GroupsUser.user_id == user.id)
    return session.scalars(select(GroupsUser).where(mine)).first()
