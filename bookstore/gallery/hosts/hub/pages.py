"""What members of a Hub do at the gallery itself: come, and see as whom they are here."""

from __future__ import annotations

from typing import cast

from jupyter_server.auth.decorator import authorized
from jupyterhub.services.auth import HubOAuthCallbackHandler
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from tornado import web

from ....http.routes import Route
from ...accounts.groups import role_of
from ...database.models import GroupsUser
from ...faces.handlers import MEMBERS
from ...faces.members import Member
from ...web.base import GalleryPageHandler
from ..application import PlainHandler
from .identity import Hub

CALLBACK = "oauth_callback"


class HubPageHandler(GalleryPageHandler):
    """Base of the pages of a Hub's members."""

    @property
    def hub(self) -> Hub:
        """The Hub that they are members of."""
        return cast(Hub, self.settings[MEMBERS])


class SignInHandler(HubPageHandler):
    """``/bookstore/gallery/sign-in``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Go home, by way of the Hub for those who have not signed in."""
        self.go()


class AccountHandler(HubPageHandler):
    """``/bookstore/gallery/account``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show as whom somebody is here, and where the Hub has their tokens."""
        groups = await self.outcome(self._groups())
        self.finish_page("hub-account.html", groups=groups, hub=self.hub.url)

    async def _groups(self) -> list[tuple[str, str, str]]:
        user_id = cast(Member, self.current_user).user_id
        mine = select(GroupsUser).where(GroupsUser.user_id == user_id)

        def look(session: Session) -> list[tuple[str, str, str]]:
            rows = session.scalars(mine.options(joinedload(GroupsUser.group)))
            return sorted((row.group.name, row.group.gid, role_of(row)) for row in rows)

        return await (await self.gallery()).database.run(look, read_only=True)


class CallbackHandler(PlainHandler, HubOAuthCallbackHandler):  # type: ignore[misc]
    """``/oauth_callback``: where the Hub sends browsers back to."""

    def initialize(self) -> None:
        """Ask the Hub as everything else does."""
        self.hub_auth = cast(Hub, self.settings[MEMBERS]).auth


ROUTES = (
    Route(f"/{CALLBACK}", CallbackHandler),
    Route("/bookstore/gallery/sign-in", SignInHandler),
    Route("/bookstore/gallery/account", AccountHandler),
)
"""The routes of the pages; they come before the gallery's own."""
