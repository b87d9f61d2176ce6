"""Notebooks and what belongs to them: tags, links, stars, shares, numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    LongText,
    MediumText,
    Updated,
    index,
    index_of_key,
    loose,
    newer,
    owned,
    pairs_of,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .additions import StoredNotebook
    from .comments import CommontatorThread
    from .discovery import NotebookSimilarity, SuggestedNotebook, UsersAlsoView
    from .groups import Group
    from .people import User
    from .reviews import Review
    from .usage import Click, CodeCell, ExecutionHistory, Feedback
    from .versions import ChangeRequest, NotebookFile, Revision


stars = pairs_of(
    "stars",
    {"user_id": "users", "notebook_id": "notebooks"},
    *index("index_stars_on_notebook_id_and_user_id", "notebook_id", "user_id", unique=True),
    *index_of_key("fk_rails_510b95ed0a", "user_id"),
)
"""Who likes what."""

shares = pairs_of(
    "shares",
    {"notebook_id": "notebooks", "user_id": "users"},
    *index_of_key("fk_rails_0020a7326d", "notebook_id"),
    *index("index_shares_on_user_id_and_notebook_id", "user_id", "notebook_id", unique=True),
)
"""Who may edit a notebook without owning it."""


class Notebook(Base):
    """A notebook that was published; its cells are kept elsewhere."""

    __tablename__ = "notebooks"
    __table_args__ = (
        *index_of_key("fk_rails_3af8e2efd7", "creator_id"),
        *index("index_notebooks_on_deprecated", "deprecated"),
        *index("index_notebooks_on_lang", "lang"),
        *index("index_notebooks_on_owner_type_and_owner_id", "owner_type", "owner_id"),
        *index("index_notebooks_on_parent_uuid", "parent_uuid"),
        *index("index_notebooks_on_title", "title"),
        *index_of_key("fk_rails_baf035bcbf", "updater_id"),
        *index("index_notebooks_on_uuid", "uuid"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    uuid: Mapped[str]
    title: Mapped[str]
    description: Mapped[LongText]
    public: Mapped[bool]
    lang: Mapped[str | None]
    lang_version: Mapped[str | None]
    commit_id: Mapped[str | None]
    content_updated_at: Mapped[datetime | None]
    owner_id: Mapped[int | None]
    owner_type: Mapped[str | None]
    creator_id: Mapped[int | None] = to("users", "SET NULL")
    updater_id: Mapped[int | None] = to("users", "SET NULL")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    deprecated: Mapped[bool | None] = mapped_column(server_default=false())
    parent_uuid: Mapped[str | None] = newer()
    verified: Mapped[bool | None] = newer(false())
    unapproved: Mapped[bool | None] = newer(false())

    creator: Mapped[User | None] = relationship(
        back_populates="notebooks_created", foreign_keys=creator_id
    )
    updater: Mapped[User | None] = relationship(
        back_populates="notebooks_updated", foreign_keys=updater_id
    )
    owner_user: Mapped[User | None] = owned("User.id", "User")
    owner_group: Mapped[Group | None] = owned("Group.id", "Group")
    starred_by: Mapped[list[User]] = relationship(
        secondary=stars, back_populates="stars", passive_deletes=True
    )
    shared_with: Mapped[list[User]] = relationship(
        secondary=shares, back_populates="shares", passive_deletes=True
    )
    thread: Mapped[CommontatorThread | None] = relationship(
        primaryjoin="and_(foreign(CommontatorThread.commontable_id) == Notebook.id,"
        " CommontatorThread.commontable_type == 'Notebook')",
        viewonly=True,
    )
    stored: Mapped[StoredNotebook | None] = those_of(back_populates="notebook")
    landing_of: Mapped[list[Group]] = those_of(back_populates="landing")
    summary: Mapped[NotebookSummary | None] = those_of(back_populates="notebook")
    dailies: Mapped[list[NotebookDaily]] = those_of(back_populates="notebook")
    tags: Mapped[list[Tag]] = those_of(back_populates="notebook")
    resources: Mapped[list[Resource]] = those_of(back_populates="notebook")
    revisions: Mapped[list[Revision]] = those_of(back_populates="notebook")
    change_requests: Mapped[list[ChangeRequest]] = those_of(back_populates="notebook")
    files: Mapped[list[NotebookFile]] = those_of(back_populates="notebook")
    clicks: Mapped[list[Click]] = those_of(back_populates="notebook")
    code_cells: Mapped[list[CodeCell]] = those_of(back_populates="notebook")
    execution_histories: Mapped[list[ExecutionHistory]] = those_of(back_populates="notebook")
    feedbacks: Mapped[list[Feedback]] = those_of(back_populates="notebook")
    reviews: Mapped[list[Review]] = those_of(back_populates="notebook")
    similarities: Mapped[list[NotebookSimilarity]] = those_of(
        back_populates="notebook", foreign_keys="NotebookSimilarity.notebook_id"
    )
    also_viewed: Mapped[list[UsersAlsoView]] = those_of(
        back_populates="notebook", foreign_keys="UsersAlsoView.notebook_id"
    )
    suggestions: Mapped[list[SuggestedNotebook]] = those_of(back_populates="notebook")
    deprecation: Mapped[DeprecatedNotebook | None] = loose(
        "DeprecatedNotebook.notebook_id == Notebook.id", back_populates="notebook"
    )

    @property
    def owner(self) -> User | Group | None:
        """The user or the group that owns the notebook."""
        return self.owner_group if self.owner_type == "Group" else self.owner_user


class NotebookSummary(Base):
    """The numbers of a notebook, counted every night."""

    __tablename__ = "notebook_summaries"
    __table_args__ = (
        *index("index_notebook_summaries_on_health", "health"),
        *index("index_notebook_summaries_on_notebook_id", "notebook_id", unique=True),
        *index("index_notebook_summaries_on_review", "review"),
        *index("index_notebook_summaries_on_trendiness", "trendiness"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    views: Mapped[int | None] = mapped_column(server_default="0")
    unique_views: Mapped[int | None] = mapped_column(server_default="0")
    downloads: Mapped[int | None] = mapped_column(server_default="0")
    unique_downloads: Mapped[int | None] = mapped_column(server_default="0")
    runs: Mapped[int | None] = mapped_column(server_default="0")
    unique_runs: Mapped[int | None] = mapped_column(server_default="0")
    stars: Mapped[int | None] = mapped_column(server_default="0")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    health: Mapped[float | None]
    trendiness: Mapped[float | None]
    previous_health: Mapped[float | None]
    health_description: Mapped[str | None]
    review: Mapped[float | None]
    review_description: Mapped[str | None]

    notebook: Mapped[Notebook] = relationship(back_populates="summary")


class NotebookDaily(Base):
    """How much a notebook was used on one day."""

    __tablename__ = "notebook_dailies"
    __table_args__ = (
        *index("index_notebook_dailies_on_day", "day"),
        *index("index_notebook_dailies_on_notebook_id", "notebook_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    day: Mapped[date | None]
    unique_users: Mapped[int | None] = mapped_column(server_default="0")
    unique_executors: Mapped[int | None] = mapped_column(server_default="0")
    daily_score: Mapped[float | None] = mapped_column(server_default="0")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook] = relationship(back_populates="dailies")


class DeprecatedNotebook(Base):
    """Why a notebook is deprecated, and what to use instead."""

    __tablename__ = "deprecated_notebooks"

    id: Mapped[Key]
    notebook_id: Mapped[int | None]
    deprecater_user_id: Mapped[int | None]
    disable_usage: Mapped[bool | None]
    reasoning: Mapped[MediumText | None]
    alternate_notebook_ids: Mapped[MediumText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook | None] = loose(
        "DeprecatedNotebook.notebook_id == Notebook.id", back_populates="deprecation"
    )
    deprecater: Mapped[User | None] = loose("DeprecatedNotebook.deprecater_user_id == User.id")


class Tag(Base):
    """A word on a notebook."""

    __tablename__ = "tags"
    __table_args__ = (
        *index_of_key("fk_rails_670ed3316c", "notebook_id"),
        *index("index_tags_on_tag", "tag"),
        *index_of_key("fk_rails_e689f6d0cc", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to("users", "CASCADE")
    tag: Mapped[str]
    notebook_id: Mapped[int] = to("notebooks", "CASCADE")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User | None] = relationship(back_populates="tags")
    notebook: Mapped[Notebook] = relationship(back_populates="tags")


class Resource(Base):
    """A link from a notebook to somewhere else."""

    __tablename__ = "resources"
    __table_args__ = (
        *index("index_resources_on_notebook_id", "notebook_id"),
        *index("index_resources_on_user_id", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    href: Mapped[str | None]
    title: Mapped[str | None]
    notebook_id: Mapped[int | None] = to("notebooks", "RESTRICT")
    user_id: Mapped[int | None] = to("users", "RESTRICT")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    notebook: Mapped[Notebook | None] = relationship(back_populates="resources")
    user: Mapped[User | None] = relationship(back_populates="resources")
