"""Programs that log people in with the gallery, as the gem Doorkeeper keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import (
    TABLE_OPTIONS,
    Base,
    Created,
    Key,
    MediumText,
    Updated,
    index,
    index_of_key,
    loose,
    those_of,
    to,
)

if TYPE_CHECKING:
    from .people import User


class OauthApplication(Base):
    """A program that logs people in with the gallery."""

    __tablename__ = "oauth_applications"
    __table_args__ = (
        *index("index_oauth_applications_on_uid", "uid", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    name: Mapped[str]
    uid: Mapped[str]
    secret: Mapped[str]
    redirect_uri: Mapped[MediumText]
    scopes: Mapped[str] = mapped_column(server_default="")
    confidential: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[Created]
    updated_at: Mapped[Updated]

    grants: Mapped[list[OauthAccessGrant]] = those_of(back_populates="application")
    tokens: Mapped[list[OauthAccessToken]] = those_of(back_populates="application")


class OauthAccessGrant(Base):
    """A code that a program can change for a token."""

    __tablename__ = "oauth_access_grants"
    __table_args__ = (
        *index_of_key("fk_rails_b4b53e07b8", "application_id"),
        *index("index_oauth_access_grants_on_token", "token", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    resource_owner_id: Mapped[int]
    application_id: Mapped[int] = to("oauth_applications", "RESTRICT")
    token: Mapped[str]
    expires_in: Mapped[int]
    redirect_uri: Mapped[MediumText]
    created_at: Mapped[Created]
    revoked_at: Mapped[datetime | None]
    scopes: Mapped[str | None]

    resource_owner: Mapped[User] = loose("OauthAccessGrant.resource_owner_id == User.id")
    application: Mapped[OauthApplication] = relationship(back_populates="grants")


class OauthAccessToken(Base):
    """What a program shows in the name of a user."""

    __tablename__ = "oauth_access_tokens"
    __table_args__ = (
        *index_of_key("fk_rails_732cb83ab7", "application_id"),
        *index("index_oauth_access_tokens_on_refresh_token", "refresh_token", unique=True),
        *index("index_oauth_access_tokens_on_resource_owner_id", "resource_owner_id"),
        *index("index_oauth_access_tokens_on_token", "token", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[Key]
    resource_owner_id: Mapped[int | None]
    application_id: Mapped[int | None] = to("oauth_applications", "RESTRICT")
    token: Mapped[str]
    refresh_token: Mapped[str | None]
    expires_in: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    scopes: Mapped[str | None]
    previous_refresh_token: Mapped[str] = mapped_column(server_default="")

    resource_owner: Mapped[User | None] = loose("OauthAccessToken.resource_owner_id == User.id")
    application: Mapped[OauthApplication | None] = relationship(back_populates="tokens")
