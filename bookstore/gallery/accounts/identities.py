"""Accounts of those who sign in elsewhere: found again, linked or made.

Knows: the tables.  Must not know: how a provider is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count as numbers

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ...errors import Forbidden
from ..catalogue.words import is_text
from ..database.models import Identity, User, now
from ..database.sessions import Database
from .finding import account_with_email
from .names import MOST_NAME
from .sessions import Place, Sessions
from .throttle import Counted, count, forget, hold, network_of

_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")
_MOST_TEXT = 255
_MOST_TIMES = 50
"""So often somebody may come back at once who is not signed in then."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as a provider of identity knows them."""

    provider: str
    uid: str
    """What the provider never gives to anybody else."""
    name: str
    """What they are called there, which may change, and be anybody's choice."""
    email: str | None
    """Their address, where the provider has verified it."""


class NoAccount(Forbidden):
    """Somebody is who they are, and has no account here."""

    def __init__(self) -> None:
        super().__init__(
            "You have no account in this gallery.", hint="Ask its administrator for one."
        )


class Identities:
    """Signs people in whom a provider has told us about."""

    def __init__(
        self, database: Database, sessions: Sessions, *, make: bool, link_by_email: bool
    ) -> None:
        self._database, self._sessions = database, sessions
        self._makes, self._links = make, link_by_email

    async def come_back(self, place: Place) -> None:
        """Count that somebody comes back from a provider, which is asked who it is after this.

        Raises :class:`~.errors.TooManyAttempts`.
        """
        await self._database.run(lambda session: count(session, _counted(place)))

    async def sign_in(self, person: Person, place: Place) -> str:
        """Return what the cookie is to hold of the session that begins; raises NoAccount."""
        if not all(0 < len(each) <= _MOST_TEXT and is_text(each) for each in _texts(person)):
            raise NoAccount

        def begin(session: Session) -> str:
            hold(session, f"identity\n{person.provider}\n{person.uid}")
            user = _known(session, person) or self._linked(session, person)
            if user is None and self._makes:
                user = _made(session, person)
            if user is None or not user.may_sign_in:
                raise NoAccount
            forget(session, _counted(place))
            return self._sessions.begin(session, user, place)

        return await self._database.run(begin)

    def _linked(self, session: Session, person: Person) -> User | None:
        """Return the account whose address this is, which is theirs from now on."""
        if not self._links or not person.email:
            return None
        user = account_with_email(session, person.email)
        if user is None or not user.may_sign_in:
            return None
        _add(session, person, user)
        return user


def _counted(place: Place) -> list[Counted]:
    return [Counted(f"provider\n{network_of(place.address)}", _MOST_TIMES)]


def _texts(person: Person) -> list[str]:
    return [person.provider, person.uid, *([person.email] if person.email else [])]


def _known(session: Session, person: Person) -> User | None:
    mine = select(User, Identity).join(Identity, Identity.user_id == User.id)
    is_it = (Identity.provider == person.provider) & (Identity.uid == person.uid)
    for user, identity in session.execute(mine.where(is_it).order_by(User.id)):
        # MySQL takes letters for alike that a provider gives to different people.
        if (identity.provider, identity.uid) == (person.provider, person.uid):
            return user
    return None


def _made(session: Session, person: Person) -> User:
    email = person.email.lower() if person.email else None
    if email and session.scalar(select(exists().where(func.lower(User.email) == email))):
        email = None  # somebody else's account has it, and keeps it
    user = User(
        user_name=_free_name(session, person), email=email, approved=True, confirmed_at=now()
    )
    session.add(user)
    session.flush()
    _add(session, person, user)
    return user


def _add(session: Session, person: Person, user: User) -> None:
    session.add(Identity(provider=person.provider, uid=person.uid, user_id=user.id))


def _free_name(session: Session, person: Person) -> str:
    """Return what somebody is called here: as there, in letters that names have, and nobody yet."""
    plain = _NOT_IN_NAMES.sub("-", person.name.lower()).lstrip("._-")[: MOST_NAME - 8]
    plain = plain or "member"
    for number in numbers(1):
        name = plain if number == 1 else f"{plain}-{number}"
        if not session.scalar(select(exists().where(func.lower(User.user_name) == name))):
            return name
    raise AssertionError("numbers do not end")
