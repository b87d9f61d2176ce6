"""Tokens with which programs act for somebody: for some things only, and not for ever.

Knows: the tables.  Must not know: HTTP.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from ..catalogue.words import is_text, readable
from ..database.models import Token, now
from ..database.sessions import Database
from ..permissions.standing import digest_of
from .errors import AccountRefused
from .sessions import Known, known_and_noted

SCOPES = {
    "read": "Find and read notebooks",
    "publish": "Publish notebooks, and revisions of them",
    "edit": "Change and delete notebooks, and star them",
    "administer": "Act as an administrator, where you are one",
}
"""What a token may be for.  None of them brings another one with it."""
MARK = "bookstore_"
"""How tokens begin, so that those who look for secrets in files find them."""
OPENS = "open:"
"""How the scope of a ticket begins, which is no token that its owner made; see :mod:`.tickets`."""
MOST_TOKENS = 100
MOST_DAYS = 366
_MOST_NAME = 100
_NOTED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ShownToken:
    """A token as its owner sees it: everything but the token."""

    key: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class Tokens:
    """The tokens of a gallery."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, user_id: int, name: str, scopes: Collection[str], days: int) -> str:
        """Make a token, and return it: this is the only time that it is there to be seen.

        Raises :class:`~.errors.AccountRefused`.
        """
        name = name.strip()
        _check(name, scopes, days)
        token = MARK + secrets.token_urlsafe(32)
        new = Token(
            user_id=user_id,
            name=name,
            sha256=digest_of(token),
            scopes=" ".join(each for each in SCOPES if each in scopes),
            expires_at=now() + timedelta(days=days),
        )

        def add(session: Session) -> None:
            count = select(func.count()).select_from(Token).where(*_alive(user_id))
            if (session.scalar(count) or 0) >= MOST_TOKENS:
                allowed = f"You have {MOST_TOKENS} tokens. Revoke one that is not used any more."
                raise AccountRefused("token", name, allowed)
            session.add(new)

        await self._database.run(add)
        return token

    async def known(self, token: str) -> Known | None:
        """Return who holds *token* and what for, None where it is none, or none any more."""
        if not token.startswith(MARK):
            return None
        wanted = (
            select(Token).where(Token.sha256 == digest_of(token)).options(joinedload(Token.user))
        )
        at = now()

        def look(session: Session) -> tuple[Known, bool] | None:
            row = session.scalars(wanted).first()
            is_over = row is None or (row.expires_at is not None and row.expires_at <= at)
            if row is None or is_over or row.revoked_at is not None or not row.user.may_sign_in:
                return None
            known = Known(
                user_id=row.user_id,
                name=row.user.user_name or row.user.email or "",
                key=row.id,
                scopes=frozenset(row.scopes.split()),
            )
            return known, row.last_used_at is None or at - row.last_used_at > _NOTED_AFTER

        return await known_and_noted(self._database, look, Token, at)

    async def all_of(self, user_id: int) -> Sequence[ShownToken]:
        """Return the tokens of an account that can be used, the newest first."""
        wanted = select(Token).where(*_alive(user_id)).order_by(Token.id.desc())

        def look(session: Session) -> list[ShownToken]:
            return [
                ShownToken(
                    key=row.id,
                    name=row.name,
                    scopes=tuple(row.scopes.split()),
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    last_used_at=row.last_used_at,
                )
                for row in session.scalars(wanted)
            ]

        return await self._database.run(look, read_only=True)

    async def revoke(self, user_id: int, key: int) -> None:
        """End a token of an account; there may be none."""

        def change(session: Session) -> None:
            row = session.get(Token, key)
            if row is not None and row.user_id == user_id and row.revoked_at is None:
                row.revoked_at = now()

        await self._database.run(change)


def _alive(user_id: int) -> tuple[ColumnElement[bool], ...]:
    is_left = (Token.expires_at.is_(None)) | (Token.expires_at > now())
    is_made = Token.scopes.not_like(f"{OPENS}%")
    return Token.user_id == user_id, Token.revoked_at.is_(None), is_left, is_made


def _check(name: str, scopes: Collection[str], days: int) -> None:
    if not name or len(name) > _MOST_NAME or not is_text(name):
        allowed = f"A token has a name, of up to {_MOST_NAME} letters, that says what it is for."
        raise AccountRefused("name", readable(name), allowed)
    if not scopes or not set(scopes) <= SCOPES.keys():
        allowed = f"Choose what it is for: {', '.join(SCOPES)}."
        raise AccountRefused("scopes", readable(", ".join(scopes)), allowed)
    if not 1 <= days <= MOST_DAYS:
        raise AccountRefused("days", str(days), f"A token lasts 1 to {MOST_DAYS} days.")
