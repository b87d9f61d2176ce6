"""The accounts of a gallery: making them, signing in with a password, and changing it.

Knows: the tables, passwords, sessions.  Must not know: HTTP.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import exists, false, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..catalogue.words import is_text
from ..database.models import Invitation, Token, User, now
from ..database.sessions import Database
from ..permissions.standing import digest_of
from . import passwords
from .errors import AccountRefused, InvitationRefused, NameTaken, NotSignedIn
from .finding import account_named, account_of
from .names import checked_email, checked_name
from .sessions import Known, Place, Sessions, end_sessions
from .throttle import Counted, count, counted, forget, network_of

T = TypeVar("T")

MOST_SIGN_UPS = 20
"""Accounts that one address may try to make at once."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account as an administrator sees it."""

    name: str
    email: str
    is_administrator: bool
    may_sign_in: bool
    has_password: bool
    last_seen: datetime | None


class Accounts:
    """Makes accounts, and signs people in."""

    def __init__(
        self, database: Database, sessions: Sessions | None = None, *, renew: bool = True
    ) -> None:
        self._database = database
        self._sessions = sessions or Sessions(database)
        self._renew = renew

    # -- signing in ----------------------------------------------------------------------------

    async def sign_in(self, name: str, password: str, place: Place) -> str:
        """Return what the cookie is to hold of the session that begins.

        Raises :class:`~.errors.NotSignedIn`, whatever is wrong, and
        :class:`~.errors.TooManyAttempts`.
        """
        user_id, is_old = await self._checked(name, password, place)
        renewed = await _hash(password) if is_old and self._renew else None

        def begin(session: Session) -> str:
            user = session.get(User, user_id, with_for_update=True)
            if user is None or not user.may_sign_in:
                raise NotSignedIn
            if renewed is not None:
                user.encrypted_password = renewed
            forget(session, counted(name, place.address))
            return self._sessions.begin(session, user, place)

        return await self._database.run(begin)

    async def change_password(self, known: Known, present: str, new: str, place: Place) -> None:
        """Change somebody's password, and end what else is signed in; tokens stay.

        Raises :class:`~.errors.NotSignedIn` where the present one is wrong.
        """
        passwords.check_new(new, known.name)
        user_id, _ = await self._checked(known.name, present, place)
        if user_id != known.user_id:
            raise NotSignedIn
        kept = await _hash(new)

        def change(session: Session) -> None:
            session.get_one(User, user_id, with_for_update=True).encrypted_password = kept
            forget(session, counted(known.name, place.address))
            end_sessions(session, user_id, but=known.key)

        await self._database.run(change)

    async def has_password(self, user_id: int) -> bool:
        """Whether somebody signs in with a password."""

        def look(session: Session) -> bool:
            return bool(session.get_one(User, user_id).encrypted_password)

        return await self._database.run(look, read_only=True)

    async def _checked(self, name: str, password: str, place: Place) -> tuple[int, bool]:
        """Return whose name and password these are, and whether what is kept is old.

        It takes as long for a name that nobody has as for a wrong password.
        """

        def look(session: Session) -> tuple[int | None, str | None, bool]:
            count(session, counted(name, place.address))
            user = account_named(session, name)
            known = user is not None and user.may_sign_in
            old = session.scalar(select(exists().where(User.encrypted_password.like("$2%"))))
            kept = (user.encrypted_password or None) if known and user is not None else None
            return (user.id if user is not None else None), kept, bool(old)

        user_id, kept, with_bcrypt = await self._database.run(look)
        check = partial(passwords.checked, password, kept, with_bcrypt=with_bcrypt)
        found = await asyncio.get_running_loop().run_in_executor(passwords.hashing, check)
        if not found.is_right or user_id is None:
            raise NotSignedIn
        return user_id, found.is_old

    # -- making accounts -----------------------------------------------------------------------

    async def sign_up(
        self, name: str, password: str, place: Place, *, invitation: str | None = None
    ) -> str:
        """Make an account, and return what the cookie is to hold of the session that begins.

        *invitation* is used up; without one, everybody may.  Raises
        :class:`~.errors.AccountRefused` and :class:`~.errors.InvitationRefused`.
        """
        counter = [Counted(f"sign up\n{network_of(place.address)}", MOST_SIGN_UPS)]
        await self._database.run(lambda session: count(session, counter))
        if invitation is not None:
            await self._database.run(partial(_use, token=invitation, user_id=None), read_only=True)
        name = checked_name(name)
        passwords.check_new(password, name)
        kept = await _hash(password)

        def make(session: Session) -> str:
            user = _new(session, name, None, kept)
            if invitation is not None:
                _use(session, token=invitation, user_id=user.id)
            return self._sessions.begin(session, user, place)

        return await self._made(make, name)

    async def add(
        self, name: str, password: str | None, *, email: str = "", administrator: bool = False
    ) -> str:
        """Make an account as an administrator does, and return its name as it is kept.

        Raises :class:`~.errors.AccountRefused`.
        """
        name, address = checked_name(name), checked_email(email)
        kept = ""
        if password is not None:
            passwords.check_new(password, name)
            kept = await _hash(password)

        def make(session: Session) -> None:
            user = _new(session, name, address, kept)
            user.admin = administrator

        await self._made(make, name)
        return name

    async def _made(self, make: Callable[[Session], T], name: str) -> T:
        try:
            return await self._database.run(make)
        except IntegrityError:  # somebody else was faster
            raise NameTaken("name", name, _TAKEN) from None

    # -- what administrators do ----------------------------------------------------------------

    async def set_password(self, name: str, password: str) -> None:
        """Give an account a new password, and sign it out everywhere."""

        def find(session: Session) -> str:
            return account_of(session, name).user_name or ""

        passwords.check_new(password, await self._database.run(find, read_only=True))
        kept = await _hash(password)

        def change(session: Session) -> None:
            user = account_of(session, name)
            user.encrypted_password = kept
            end_sessions(session, user.id)

        await self._database.run(change)

    async def disable(self, name: str) -> None:
        """Let an account do nothing more: it is signed out, and its tokens end."""

        def change(session: Session) -> None:
            user, at = account_of(session, name), now()
            user.locked_at = at
            end_sessions(session, user.id)
            ends = update(Token).where(Token.user_id == user.id, Token.revoked_at.is_(None))
            session.execute(ends.values(revoked_at=at))

        await self._database.run(change)

    async def enable(self, name: str) -> None:
        """Let an account sign in, again or for the first time."""

        def change(session: Session) -> None:
            user = account_of(session, name)
            user.locked_at, user.approved = None, True

        await self._database.run(change)

    async def set_administrator(self, name: str, *, is_one: bool) -> None:
        """Make somebody an administrator, or no longer."""

        def change(session: Session) -> None:
            account_of(session, name).admin = is_one

        await self._database.run(change)

    async def is_administrator(self, user_id: int) -> bool:
        """Whether somebody is one."""

        def look(session: Session) -> bool:
            return bool(session.get_one(User, user_id).admin)

        return await self._database.run(look, read_only=True)

    async def all(self, containing: str = "", *, limit: int | None = None) -> Sequence[Account]:
        """Return the accounts whose name or address is *containing* that, by name."""
        wanted = select(User).order_by(func.lower(User.user_name), User.id).limit(limit)
        if containing := containing.strip().lower():
            names = (func.lower(User.user_name), func.lower(User.email))
            has_it = (name.contains(containing, autoescape=True) for name in names)
            wanted = wanted.where(or_(*has_it) if is_text(containing) else false())

        def look(session: Session) -> list[Account]:
            users = session.scalars(wanted)
            return [
                Account(
                    name=user.user_name or "",
                    email=user.email or "",
                    is_administrator=bool(user.admin),
                    may_sign_in=user.may_sign_in,
                    has_password=bool(user.encrypted_password),
                    last_seen=user.current_sign_in_at,
                )
                for user in users
            ]

        return await self._database.run(look, read_only=True)

    async def invite(self, lasts: timedelta) -> str:
        """Return the word of an invitation, which nothing else has."""
        token = secrets.token_urlsafe(24)
        invitation = Invitation(sha256=digest_of(token), expires_at=now() + lasts)
        await self._database.run(lambda session: session.add(invitation))
        return token


_TAKEN = "Somebody has this name. Choose another one."


async def _hash(password: str) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(passwords.hashing, passwords.hashed, password)


def _new(session: Session, name: str, email: str | None, kept: str) -> User:
    same = exists().where(func.lower(User.user_name) == name)
    if session.scalar(select(same)):
        raise NameTaken("name", name, _TAKEN)
    if email and session.scalar(select(exists().where(func.lower(User.email) == email))):
        raise AccountRefused("email", email, "Somebody has this e-mail address.")
    at = now()
    user = User(
        user_name=name, email=email, encrypted_password=kept, approved=True, confirmed_at=at
    )
    session.add(user)
    session.flush()
    return user


def _use(session: Session, *, token: str, user_id: int | None) -> None:
    """Use an invitation up; with no user, look only whether that could be done."""
    wanted = select(Invitation).where(Invitation.sha256 == digest_of(token))
    found = session.scalars(wanted if user_id is None else wanted.with_for_update()).first()
    if found is None or found.used_at is not None or found.expires_at <= now():
        raise InvitationRefused
    if user_id is not None:
        found.used_at, found.user_id = now(), user_id
