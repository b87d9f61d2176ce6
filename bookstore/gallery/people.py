"""Who somebody is in the gallery: a row of nbgallery's ``users``, made when they come first.

Knows: the tables.  Must not know: how somebody signs in.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..errors import BadRequest
from ..words import shown
from .catalogue.words import is_text
from .database.models import Identity, User
from .database.sessions import Database
from .permissions import Actor

MOST_NAME = 255
_HINT = "let it be one with: jupyter bookstore gallery user admin"
_log = logging.getLogger("bookstore.gallery")


class People:
    """Those who sign in elsewhere, by the names that they have there."""

    def __init__(self, database: Database, administrators: Collection[str] = ()) -> None:
        self._database = database
        self._administrators = frozenset(administrators)
        self._known: dict[str, int] = {}

    async def actor(self, name: str, *, as_administrator: bool = False) -> Actor:
        """Return who *name* is; somebody new gets a row.

        Raises :class:`~bookstore.errors.BadRequest` for a name that no database keeps.
        """
        if name not in self._known:
            self._known[name] = await self._user_id(name)
        return Actor(user_id=self._known[name], as_administrator=as_administrator)

    async def _user_id(self, name: str) -> int:
        if not name or len(name) > MOST_NAME or not is_text(name):
            raise BadRequest(f"The gallery can keep no user with the name {shown(name)}.")
        try:
            return await self._database.run(lambda session: self._found(session, name))
        except IntegrityError:  # another server was faster
            return await self._database.run(lambda session: self._found(session, name))

    def _found(self, session: Session, name: str) -> int:
        # In MySQL names are alike in upper and lower case.
        row = session.scalars(select(User).where(User.user_name == name)).first()
        if row is None:
            row = User(user_name=name, approved=True)
            session.add(row)
        if name in self._administrators and not row.admin:
            if _is_account(session, row):  # which somebody may have made to have this name
                _log.warning("%r has an account that is no administrator's: %s", name, _HINT)
            else:
                row.admin = True
        session.flush()
        return row.id


def _is_account(session: Session, user: User) -> bool:
    """Say whether somebody signs in to a gallery of its own as this user."""
    by_provider = select(exists().where(Identity.user_id == user.id))
    return bool(user.encrypted_password) or bool(user.id and session.scalar(by_provider))
