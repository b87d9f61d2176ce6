"""Who asks: whom the Hub has signed in, or whose token of the Hub a program has.

JupyterHub's own library does all of it: the way to the Hub and back, cookies, and the marks of
forms, which it signs, since pages of other users' servers may be on the same host.

Knows: HTTP, JupyterHub.  Must not know: what is asked.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.identity import User
from jupyter_server.utils import url_path_join
from jupyterhub.services.auth import HubOAuth
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
from tornado import web

from ....errors import BookstoreError, Forbidden
from ...accounts.hub_people import HubPeople, Membership
from ...accounts.tokens import SCOPES
from ...faces.handlers import GalleryHandler
from ...faces.members import Member
from ...service import GalleryService
from ..hub_settings import GalleryHub

_NEEDED = ("JUPYTERHUB_API_TOKEN", "JUPYTERHUB_CLIENT_ID", "JUPYTERHUB_SERVICE_PREFIX")


class HubUnavailable(BookstoreError):
    """The Hub did not answer, or not as Hubs do; what it said is for the log."""

    status = 503
    hint = "Try again later; the log of the gallery says more."

    def __init__(self) -> None:
        super().__init__("The Hub, which knows who you are, did not answer.")


class Hub:
    """The Hub whose service this is: what the identity of members and their pages share."""

    def __init__(self, settings: GalleryHub, service: GalleryService) -> None:
        if missing := [name for name in _NEEDED if not os.environ.get(name)]:
            raise BookstoreError(
                f"This is no service of a JupyterHub: {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not set.",
                hint="Let the Hub start it: it is an entry of c.JupyterHub.services.",
            )
        self.auth = HubOAuth(parent=settings)
        self.auth.cookie_options = {"samesite": "Lax", **self.auth.cookie_options}
        self.settings = settings
        self._service = service
        self._people: HubPeople | None = None

    @property
    def cookie_secret(self) -> bytes:
        """What signs cookies, the same after a restart: nobody but the Hub knows the token."""
        return hmac.digest(self.auth.api_token.encode(), b"cookies of the gallery", "sha256")

    def url(self, *parts: str) -> str:
        """Return the URL of a page of the Hub."""
        return f"{self.auth.hub_host}{url_path_join(self.auth.hub_prefix, *parts)}"

    async def people(self) -> HubPeople:
        """Return whom the gallery knows of the Hub's users."""
        if self._people is None:
            gallery = await self._service.opened()
            self._people = HubPeople(gallery.database, gallery.people)
        return self._people

    async def member(self, told: Mapping[str, Any], *, by_token: bool) -> Member:
        """Return who somebody is in the gallery; raises Forbidden for whom it does not want.

        *told* is the Hub's word on them.
        """
        name = str(told["name"])
        if told.get("kind", "user") != "user":
            raise Forbidden(f"{name} is a service of the Hub, and the gallery is for its users.")
        scopes = frozenset(each for each in SCOPES if self._may(each, told))
        people = await self.people()
        user_id = await people.known(
            name,
            memberships=self._memberships(told),
            # Of a token that is for less than its owner, nothing follows for the owner.
            is_administrator="administer" in scopes or (None if by_token else False),
        )
        if user_id is None:
            raise Forbidden(
                "Your account in this gallery is locked.", hint="Ask its administrator."
            )
        if not by_token:
            scopes |= {"administer"}  # whoever is one here by what an administrator has said
        return Member(username=name, user_id=user_id, scopes=scopes)

    def _may(self, what: str, told: Mapping[str, Any]) -> bool:
        scope = self.settings.scopes.get(what)
        return scope is None or bool(self.auth.check_scopes({scope}, told))

    def _memberships(self, told: Mapping[str, Any]) -> frozenset[Membership] | None:
        groups = told.get("groups")
        return None if groups is None else self.settings.memberships([*map(str, groups)])


class HubIdentity(JupyterHubIdentityProvider):  # type: ignore[misc]  # has no annotations
    """Says who a request is of, in Jupyter's way: its handlers ask nobody else."""

    login_available = True

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub_auth=hub.auth)
        self._hub = hub

    async def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return the member who asks; None for nobody.  Styles and scripts are for everybody."""
        if not isinstance(handler, GalleryHandler):
            return None
        handler.current_user = None  # what goes wrong here is told to nobody in particular
        user = await handler.outcome(self._told(handler))
        if user is None:
            return None
        by_token = self.is_token_authenticated(handler)
        return await handler.outcome(self._hub.member(user.hub_user, by_token=by_token))

    async def _told(self, handler: web.RequestHandler) -> Any:
        try:
            return await super().get_user(handler)
        except web.HTTPError as error:
            if error.status_code < 500:
                raise
            raise HubUnavailable from error

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Whether a token says who asks: then no form was sent, and none could be forged."""
        return bool(getattr(handler, "_token_authenticated", False))
