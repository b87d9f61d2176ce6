"""People: who they are, where they work, what they prefer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    MediumText,
    PlainText,
    Updated,
    index,
    index_of_key,
    loose,
    owned,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .additions import Token
    from .discovery import SuggestedGroup, SuggestedNotebook, SuggestedTag, UserSimilarity
    from .groups import Group, GroupsUser
    from .notebooks import Notebook, Resource, Tag
    from .reviews import RecommendedReviewer, Review, ReviewHistory
    from .usage import Click, Execution, ExecutionHistory, Feedback
    from .versions import ChangeRequest, Revision, Stage


class User(Base):
    """Somebody who can log in."""

    __tablename__ = "users"
    __table_args__ = (
        *index("index_users_on_approved", "approved"),
        *index("index_users_on_confirmation_token", "confirmation_token", unique=True),
        *index("index_users_on_email", "email", unique=True),
        *index("index_users_on_reset_password_token", "reset_password_token", unique=True),
        *index("index_users_on_user_name", "user_name"),
        *index("unique_username", "user_name", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    email: Mapped[str | None]
    password: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    org: Mapped[str | None]
    admin: Mapped[bool | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    encrypted_password: Mapped[str | None] = mapped_column(server_default="")
    reset_password_token: Mapped[str | None]
    reset_password_sent_at: Mapped[datetime | None]
    remember_created_at: Mapped[datetime | None]
    sign_in_count: Mapped[int | None] = mapped_column(server_default="0")
    current_sign_in_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    current_sign_in_ip: Mapped[str | None]
    last_sign_in_ip: Mapped[str | None]
    confirmation_token: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    confirmation_sent_at: Mapped[datetime | None]
    user_name: Mapped[str | None]
    approved: Mapped[bool | None]
    failed_attempts: Mapped[int | None] = mapped_column(server_default="0")
    unlock_token: Mapped[str | None]
    locked_at: Mapped[datetime | None]

    @property
    def may_sign_in(self) -> bool:
        """Whether this is an account: administrators approve and lock them, as nbgallery's do."""
        is_confirmed = self.confirmed_at is not None or not self.confirmation_token
        return bool(self.approved) and self.locked_at is None and is_confirmed

    environments: Mapped[list[Environment]] = those_of(back_populates="user")
    preference: Mapped[Preference | None] = those_of(back_populates="user")
    summary: Mapped[UserSummary | None] = those_of(back_populates="user")
    site_warnings: Mapped[list[SiteWarning]] = those_of(back_populates="user")
    memberships: Mapped[list[GroupsUser]] = those_of(back_populates="user")
    groups: Mapped[list[Group]] = relationship(
        secondary="groups_users", back_populates="users", viewonly=True
    )
    notebooks_owned: Mapped[list[Notebook]] = owned("User.id", "User")
    stars: Mapped[list[Notebook]] = relationship(
        secondary="stars", back_populates="starred_by", passive_deletes=True
    )
    shares: Mapped[list[Notebook]] = relationship(
        secondary="shares", back_populates="shared_with", passive_deletes=True
    )
    notebooks_created: Mapped[list[Notebook]] = those_of(
        back_populates="creator", foreign_keys="Notebook.creator_id"
    )
    notebooks_updated: Mapped[list[Notebook]] = those_of(
        back_populates="updater", foreign_keys="Notebook.updater_id"
    )
    tokens: Mapped[list[Token]] = those_of(back_populates="user")
    tags: Mapped[list[Tag]] = those_of(back_populates="user")
    resources: Mapped[list[Resource]] = those_of(back_populates="user")
    revisions: Mapped[list[Revision]] = those_of(back_populates="user")
    change_requests: Mapped[list[ChangeRequest]] = those_of(back_populates="requestor")
    stages: Mapped[list[Stage]] = those_of(back_populates="user")
    clicks: Mapped[list[Click]] = those_of(back_populates="user")
    executions: Mapped[list[Execution]] = those_of(back_populates="user")
    execution_histories: Mapped[list[ExecutionHistory]] = those_of(back_populates="user")
    feedbacks: Mapped[list[Feedback]] = those_of(back_populates="user")
    reviews: Mapped[list[Review]] = those_of(back_populates="reviewer")
    review_histories: Mapped[list[ReviewHistory]] = those_of(back_populates="user")
    recommended_reviews: Mapped[list[RecommendedReviewer]] = those_of(back_populates="user")
    similarities: Mapped[list[UserSimilarity]] = those_of(
        back_populates="user", foreign_keys="UserSimilarity.user_id"
    )
    suggested_notebooks: Mapped[list[SuggestedNotebook]] = those_of(back_populates="user")
    suggested_groups: Mapped[list[SuggestedGroup]] = those_of(back_populates="user")
    suggested_tags: Mapped[list[SuggestedTag]] = those_of(back_populates="user")
    identities: Mapped[list[Identity]] = loose("Identity.user_id == User.id", back_populates="user")
    user_preference: Mapped[UserPreference | None] = loose(
        "UserPreference.user_id == User.id", back_populates="user"
    )
    subscriptions: Mapped[list[Subscription]] = loose(
        "Subscription.user_id == User.id", back_populates="user"
    )


class Identity(Base):
    """An account elsewhere that logs a user in."""

    __tablename__ = "identities"
    __table_args__ = (
        *index("index_identities_on_user_id", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    uid: Mapped[str | None]
    provider: Mapped[str | None]
    user_id: Mapped[int | None]

    user: Mapped[User | None] = loose("Identity.user_id == User.id", back_populates="identities")


class Environment(Base):
    """A user's own Jupyter server."""

    __tablename__ = "environments"
    __table_args__ = (
        *index_of_key("fk_rails_37f7c42db2", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to("users", "CASCADE")
    name: Mapped[str | None]
    url: Mapped[str | None]
    default: Mapped[bool | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    user_interface: Mapped[str | None]

    user: Mapped[User | None] = relationship(back_populates="environments")


class Preference(Base):
    """How a user likes Jupyter."""

    __tablename__ = "preferences"
    __table_args__ = (
        *index_of_key("fk_rails_87f1c9c7bd", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to("users", "CASCADE")
    smart_indent: Mapped[bool | None]
    auto_close_brackets: Mapped[bool | None]
    easy_buttons: Mapped[bool | None]
    indent_unit: Mapped[int | None]
    tab_size: Mapped[int | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    lab_preferences: Mapped[PlainText | None]

    user: Mapped[User | None] = relationship(back_populates="preference")


class UserPreference(Base):
    """How a user likes the pages of the gallery."""

    __tablename__ = "user_preferences"

    id: Mapped[Key]
    user_id: Mapped[int | None]
    theme: Mapped[str | None]
    timezone: Mapped[str | None]
    high_contrast: Mapped[bool | None]
    larger_text: Mapped[bool | None]
    ultimate_accessibility_mode: Mapped[bool | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]
    full_cells: Mapped[bool | None]
    row_numbers: Mapped[bool | None] = mapped_column(server_default=true())
    disable_row_numbers: Mapped[bool | None] = mapped_column(server_default=false())

    user: Mapped[User | None] = loose(
        "UserPreference.user_id == User.id", back_populates="user_preference"
    )


class UserSummary(Base):
    """The reputation of a user, counted every night."""

    __tablename__ = "user_summaries"
    __table_args__ = (
        *index("index_user_summaries_on_user_id", "user_id", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int] = to("users", "CASCADE")
    user_rep_raw: Mapped[float | None] = mapped_column(server_default="0")
    user_rep_pct: Mapped[float | None] = mapped_column(server_default="0")
    author_rep_raw: Mapped[float | None] = mapped_column(server_default="0")
    author_rep_pct: Mapped[float | None] = mapped_column(server_default="0")
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = relationship(back_populates="summary")


class Subscription(Base):
    """What a user hears of daily: a notebook, user, group or tag."""

    __tablename__ = "subscriptions"

    id: Mapped[Key]
    user_id: Mapped[int]
    sub_type: Mapped[str]
    sub_id: Mapped[int]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User] = loose("Subscription.user_id == User.id", back_populates="subscriptions")


class SiteWarning(Base):
    """A banner above every page."""

    __tablename__ = "site_warnings"
    __table_args__ = (
        *index_of_key("fk_rails_bec75fa2b8", "user_id"),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    user_id: Mapped[int | None] = to(
        "users",
        "SET NULL",
        name="fk_rails_bec75fa2b8",  # from when the table had another name
    )
    level: Mapped[str]
    message: Mapped[MediumText]
    expires: Mapped[datetime | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    user: Mapped[User | None] = relationship(back_populates="site_warnings")
