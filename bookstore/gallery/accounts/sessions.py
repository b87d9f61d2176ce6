"""Who is signed in: a random word in a cookie, of which the database has a digest.

Knows: the tables.  Must not know: cookies, passwords.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from ..database.models import SignedIn, Token, User, now
from ..database.sessions import Database
from ..permissions.standing import digest_of

MOST_SESSIONS = 50
"""Of one account; the oldest ends when there is one more."""
_MOST_BROWSER = 255
_NOTED_AFTER = timedelta(minutes=1)
"""That somebody is there is not written down with every request."""


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long somebody stays signed in."""

    unused: timedelta = timedelta(hours=12)
    at_most: timedelta = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a request is from."""

    address: str
    browser: str = ""


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who a session, or a token, is of."""

    user_id: int
    name: str
    key: int
    """Of the session, or the token."""
    scopes: frozenset[str] | None = None
    """Of a token."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A session as its owner sees it."""

    key: int
    created_at: datetime
    last_used_at: datetime
    address: str
    browser: str


class Sessions:
    """The sessions of a gallery."""

    def __init__(self, database: Database, lifetime: Lifetime | None = None) -> None:
        self._database, self._lifetime = database, lifetime or Lifetime()

    def begin(self, session: Session, user: User, place: Place) -> str:
        """Begin a session, and return what the cookie is to hold; nothing else has it."""
        token, at = secrets.token_urlsafe(32), now()
        session.execute(delete(SignedIn).where(SignedIn.expires_at < at))
        there = session.scalars(
            select(SignedIn.id)
            .where(SignedIn.user_id == user.id)
            .order_by(SignedIn.last_used_at.desc())
            .offset(MOST_SESSIONS - 1)
        ).all()
        session.execute(delete(SignedIn).where(SignedIn.id.in_(there)))
        session.add(
            SignedIn(
                user_id=user.id,
                sha256=digest_of(token),
                last_used_at=at,
                expires_at=at + self._lifetime.at_most,
                address=place.address[:64],
                browser=_printable(place.browser)[:_MOST_BROWSER],
            )
        )
        user.sign_in_count = (user.sign_in_count or 0) + 1
        user.last_sign_in_at, user.last_sign_in_ip = (
            user.current_sign_in_at,
            user.current_sign_in_ip,
        )
        user.current_sign_in_at, user.current_sign_in_ip = at, place.address[:64]
        return token

    async def known(self, token: str) -> Known | None:
        """Return who holds *token*, None where it is no session, or none any more."""
        mine = select(SignedIn).where(SignedIn.sha256 == digest_of(token))
        wanted, at = mine.options(joinedload(SignedIn.user)), now()

        def look(session: Session) -> tuple[Known, bool] | None:
            row = session.scalars(wanted).first()
            if row is None or not self._is_alive(row, at) or not row.user.may_sign_in:
                return None
            known = Known(
                user_id=row.user_id, name=row.user.user_name or row.user.email or "", key=row.id
            )
            return known, at - row.last_used_at > _NOTED_AFTER

        return await known_and_noted(self._database, look, SignedIn, at)

    async def all_of(self, user_id: int) -> Sequence[Shown]:
        """Return the sessions of an account, the one used last first."""

        def look(session: Session) -> list[Shown]:
            rows = session.scalars(
                select(SignedIn)
                .where(SignedIn.user_id == user_id)
                .order_by(SignedIn.last_used_at.desc())
            )
            return [
                Shown(
                    key=row.id,
                    created_at=row.created_at,
                    last_used_at=row.last_used_at,
                    address=row.address,
                    browser=row.browser,
                )
                for row in rows
                if self._is_alive(row, now())
            ]

        return await self._database.run(look, read_only=True)

    async def end(self, user_id: int, key: int) -> None:
        """End a session of an account; there may be none."""
        mine = delete(SignedIn).where(SignedIn.user_id == user_id, SignedIn.id == key)
        await self._database.run(lambda session: session.execute(mine))

    async def end_all(self, user_id: int, *, but: int | None = None) -> None:
        """End all sessions of an account, *but* one."""
        await self._database.run(lambda session: end_sessions(session, user_id, but=but))

    def _is_alive(self, row: SignedIn, at: datetime) -> bool:
        return at < row.expires_at and at < row.last_used_at + self._lifetime.unused


def end_sessions(session: Session, user_id: int, *, but: int | None = None) -> None:
    """End all sessions of an account, *but* one."""
    ends = delete(SignedIn).where(SignedIn.user_id == user_id)
    session.execute(ends if but is None else ends.where(SignedIn.id != but))


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


async def known_and_noted(
    database: Database,
    look: Callable[[Session], tuple[Known, bool] | None],
    table: type[SignedIn | Token],
    at: datetime,
) -> Known | None:
    """Return whom *look* finds; where it says that this is due, note that they were there *at*."""

    def note(session: Session, key: int) -> None:
        session.execute(update(table).where(table.id == key).values(last_used_at=at))

    found = await database.run(look, read_only=True)
    if found is None:
        return None
    known, is_to_be_noted = found
    if is_to_be_noted:
        await database.run(lambda session: note(session, known.key))
    return known
