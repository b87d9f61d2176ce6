"""Groups of people, who own notebooks together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    LongText,
    Updated,
    index,
    index_of_key,
    owned,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .discovery import SuggestedGroup
    from .notebooks import Notebook
    from .people import User


class Group(Base):
    """People who own notebooks together."""

    __tablename__ = "groups"
    __table_args__ = (
        *index("index_groups_on_gid", "gid", unique=True),
        *index_of_key("fk_rails_f35b091940", "landing_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    gid: Mapped[str]
    name: Mapped[str]
    description: Mapped[LongText | None]
    url: Mapped[str | None]
    landing_id: Mapped[int | None] = to("notebooks", "SET NULL")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    landing: Mapped[Notebook | None] = relationship(back_populates="landing_of")
    users: Mapped[list[User]] = relationship(
        secondary="groups_users", back_populates="groups", viewonly=True
    )
    notebooks: Mapped[list[Notebook]] = owned("Group.id", "Group")
    memberships: Mapped[list[GroupsUser]] = those_of(back_populates="group")
    suggestions: Mapped[list[SuggestedGroup]] = those_of(back_populates="group")


class GroupsUser(Base):
    """A member of a group; one without flags only looks."""

    __tablename__ = "groups_users"
    __table_args__ = (
        *index("index_groups_users_on_group_id_and_user_id", "group_id", "user_id", unique=True),
        *index_of_key("fk_rails_8546c71994", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    group_id: Mapped[int] = to("groups", "CASCADE")
    creator: Mapped[bool | None]
    owner: Mapped[bool | None]
    editor: Mapped[bool | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    group: Mapped[Group] = relationship(back_populates="memberships")
