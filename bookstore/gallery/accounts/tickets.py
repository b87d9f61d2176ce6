"""Tickets with which a reader's Jupyter server fetches one notebook, in the reader's stead.

A ticket is a token that is for reading one notebook only, and for some minutes.

Knows: the tables.  Must not know: HTTP.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..database.models import Notebook, ShareLink, Token, now
from ..database.sessions import Database
from ..permissions import Actor
from ..permissions.standing import digest_of
from .tokens import MARK, OPENS, Tokens

LASTS = timedelta(minutes=15)
"""A server that sleeps has to be started first, and its user to sign in."""
MOST_TICKETS = 50
"""Of one reader's at a time: the oldest make room."""
NAME = "Open in Jupyter"
_BY_LINK = "link:"


class Tickets:
    """The tickets of a gallery."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, actor: Actor, uuid: str) -> str:
        """Return a new ticket for what *actor*, who signed in, may read of the notebook *uuid*.

        A link that leads there is part of it.
        """
        ticket, user_id = MARK + secrets.token_urlsafe(32), actor.user_id
        leads_there = (
            select(ShareLink.sha256)
            .join(Notebook, Notebook.id == ShareLink.notebook_id)
            .where(Notebook.uuid == uuid, ShareLink.sha256.in_(actor.links))
            .order_by(ShareLink.expires_at.desc())
            .limit(1)
        )

        def add(session: Session) -> None:
            mine = (Token.user_id == user_id, Token.scopes.startswith(OPENS, autoescape=True))
            kept = select(Token.id).where(*mine, Token.expires_at > now())
            newest = kept.order_by(Token.id.desc()).limit(MOST_TICKETS - 1)
            stay = [*session.scalars(newest)]
            session.execute(delete(Token).where(*mine, Token.id.not_in(stay)))
            links = session.scalars(leads_there).all() if actor.links else []
            session.add(
                Token(
                    user_id=user_id,
                    name=NAME,
                    sha256=digest_of(ticket),
                    scopes=" ".join((f"{OPENS}{uuid}", *map(_BY_LINK.__add__, links))),
                    expires_at=now() + LASTS,
                )
            )

        await self._database.run(add)
        return ticket

    async def reader(self, ticket: str, uuid: str) -> Actor | None:
        """Return whose *ticket* for the notebook *uuid* it is; None where it is none, or over."""
        known = await Tokens(self._database).known(ticket)
        if known is None or known.scopes is None or f"{OPENS}{uuid}" not in known.scopes:
            return None
        links = (each.removeprefix(_BY_LINK) for each in known.scopes if each.startswith(_BY_LINK))
        return Actor(user_id=known.user_id, links=tuple(links))
