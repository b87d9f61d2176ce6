"""What is like what, and what is suggested to whom; made again every night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, relationship

from .base import TABLE_OPTIONS, Base, Created, Key, MediumText, Updated, index, index_of_key, to

if TYPE_CHECKING:
    from .groups import Group
    from .notebooks import Notebook
    from .people import User


class NotebookSimilarity(Base):
    """A notebook whose text is like that of another."""

    __tablename__ = "notebook_similarities"
    __table_args__ = (
        *index(
            "index_notebook_similarities_on_notebook_id_and_other_notebook_id",
            "notebook_id",
            "other_notebook_id",
            unique=True,
        ),
        *index_of_key("fk_rails_6440fa59c2", "other_notebook_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    other_notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    score: Mapped[float | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook] = relationship(
        back_populates="similarities", foreign_keys=notebook_id
    )
    other_notebook: Mapped[Notebook] = relationship(foreign_keys=other_notebook_id)


class UsersAlsoView(Base):
    """A notebook that those who looked at another looked at, too."""

    __tablename__ = "users_also_views"
    __table_args__ = (
        *index(
            "index_users_also_views_on_notebook_id_and_other_notebook_id",
            "notebook_id",
            "other_notebook_id",
            unique=True,
        ),
        *index_of_key("fk_rails_e8f6d21371", "other_notebook_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    other_notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    score: Mapped[float | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook] = relationship(
        back_populates="also_viewed", foreign_keys=notebook_id
    )
    other_notebook: Mapped[Notebook] = relationship(foreign_keys=other_notebook_id)


class UserSimilarity(Base):
    """A user who works with the same notebooks as another."""

    __tablename__ = "user_similarities"
    __table_args__ = (
        *index_of_key("fk_rails_b390993b6f", "other_user_id"),
        *index(
            "index_user_similarities_on_user_id_and_other_user_id",
            "user_id",
            "other_user_id",
            unique=True,
        ),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    other_user_id: Mapped[int] = to("users", "CASCADE")
    score: Mapped[float | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="similarities", foreign_keys=user_id)
    other_user: Mapped[User] = relationship(foreign_keys=other_user_id)


class SuggestedNotebook(Base):
    """A notebook suggested to a user, for one reason."""

    __tablename__ = "suggested_notebooks"
    __table_args__ = (
        *index_of_key("fk_rails_84bb081639", "notebook_id"),
        *index("index_suggested_notebooks_on_reason", "reason"),
        *index(
            "index_suggested_notebooks_on_source_type_and_source_id", "source_type", "source_id"
        ),
        *index_of_key("fk_rails_a3a86893f2", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    reason: Mapped[MediumText | None]
    score: Mapped[float | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    source_id: Mapped[int | None]
    source_type: Mapped[str | None]

    user: Mapped[User] = relationship(back_populates="suggested_notebooks")
    notebook: Mapped[Notebook] = relationship(back_populates="suggestions")


class SuggestedGroup(Base):
    """A group suggested to a user."""

    __tablename__ = "suggested_groups"
    __table_args__ = (
        *index_of_key("fk_rails_a330b06365", "group_id"),
        *index_of_key("fk_rails_35ca5b5b63", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    group_id: Mapped[int] = to("groups", "CASCADE")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="suggested_groups")
    group: Mapped[Group] = relationship(back_populates="suggestions")


class SuggestedTag(Base):
    """A tag suggested to a user."""

    __tablename__ = "suggested_tags"
    __table_args__ = (
        *index_of_key("fk_rails_8b4f9af37c", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    tag: Mapped[str | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="suggested_tags")
