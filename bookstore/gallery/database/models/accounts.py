"""How people sign in where the gallery itself has their accounts.  Of secrets there are digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .additions import Digest
from .base import TABLE_OPTIONS, Base, Created, LongKey, index, to
from .people import User

ADDRESS_LENGTH = 64


class SignedIn(Base):
    """Somebody signed in with one browser, until it expires or is ended."""

    __tablename__ = "bookstore_sessions"
    __table_args__ = (
        *index("bookstore_index_sessions_on_sha256", "sha256", unique=True),
        *index("bookstore_index_sessions_on_user_id", "user_id"),
        *index("bookstore_index_sessions_on_expires_at", "expires_at"),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    user_id: Mapped[int] = to("users", "CASCADE")
    sha256: Mapped[Digest]
    """Of what the cookie holds."""
    created_at: Mapped[Created]
    last_used_at: Mapped[Created]
    expires_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    browser: Mapped[str]
    """What it says of itself."""

    user: Mapped[User] = relationship()


class SignInAttempts(Base):
    """How often somebody was not let in: by an account's name, an address, or both together."""

    __tablename__ = "bookstore_sign_in_attempts"
    __table_args__ = (
        *index("bookstore_index_sign_in_attempts_on_last_at", "last_at"),
        TABLE_OPTIONS,
    )

    sha256: Mapped[Digest] = mapped_column(primary_key=True)
    """Of what is counted; whether there is such an account makes no difference."""
    count: Mapped[int]
    last_at: Mapped[datetime]
    waits_until: Mapped[datetime]
    """Until then nothing is looked at."""


class Invitation(Base):
    """A link with which somebody makes an account, once."""

    __tablename__ = "bookstore_invitations"
    __table_args__ = (
        *index("bookstore_index_invitations_on_sha256", "sha256", unique=True),
        TABLE_OPTIONS,
    )

    id: Mapped[LongKey]
    sha256: Mapped[Digest]
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = to("users", "SET NULL")
    """Who used it."""
