"""The way to a provider of identity, and back."""

from __future__ import annotations

import secrets
from typing import cast
from urllib.parse import quote, unquote

from jupyter_server.auth.decorator import allow_unauthenticated

from ....errors import BadRequest, Forbidden
from ....http.routes import Route
from ...accounts.identities import Identities
from ..members import cookie_name, cookie_options
from ..pages.base import MemberPageHandler
from .provider import Attempt, NotBelieved, Provider

BEGIN = "/bookstore/gallery/sign-in/openid"
CALLBACK = f"{BEGIN}/callback"
PROVIDER = "bookstore_gallery_openid"
_MINUTES = 15
_MOST_NEXT = 1000


class OpenIDHandler(MemberPageHandler):
    """Base of both ends."""

    @property
    def provider(self) -> Provider:
        """Where people sign in."""
        return cast(Provider, self.settings[PROVIDER])

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds what began."""
        return cookie_name(self.members.server, "bookstore_gallery_openid")


class BeginHandler(OpenIDHandler):
    """``/bookstore/gallery/sign-in/openid``."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Send the browser to where one signs in."""
        after = self.back_to(self.query_fields().get("next", ""))[:_MOST_NEXT]
        attempt = Attempt(secrets.token_urlsafe(32))
        url = await self.outcome(self.provider.url_to_sign_in(attempt))
        options = cookie_options(self.members.server)
        value = f"{attempt.secret}:{quote(after, safe='')}"
        self.set_cookie(self.cookie, value, max_age=60 * _MINUTES, **options)
        self.set_header("Cache-Control", "no-store")
        self.redirect(url)


class CallbackHandler(OpenIDHandler):
    """``/bookstore/gallery/sign-in/openid/callback``."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Believe what comes back to the browser that began, once; and sign in."""
        secret, _, after = (self.get_cookie(self.cookie) or "").partition(":")
        self.clear_cookie(self.cookie, **cookie_options(self.members.server))
        token = await self.outcome(self._signed_in(secret))
        self.members.remember(self, token)
        self.set_header("Cache-Control", "no-store")
        self.redirect(self.back_to(unquote(after)))

    async def _signed_in(self, secret: str) -> str:
        told, attempt = self.query_fields(), Attempt(secret)
        if not secret or not attempt.began(told.get("state", "")):
            raise BadRequest(
                "This sign-in did not begin in this browser, or too long ago.",
                hint="Begin to sign in again.",
            )
        if told.get("iss", self.provider.settings.issuer) != self.provider.settings.issuer:
            raise NotBelieved
        if "error" in told or not told.get("code"):
            raise Forbidden("You were not signed in.", hint="Begin to sign in again.")
        settings = self.provider.settings
        gallery, sessions = await self.gallery(), await self.members.sessions()
        identities = Identities(
            gallery.database,
            sessions,
            make=settings.make_accounts,
            link_by_email=settings.link_by_email,
        )
        await identities.come_back(self.where())
        person = await self.provider.person(attempt, told["code"])
        token = await identities.sign_in(person, self.where())
        if self.signed_in is not None:  # as whoever it was before
            await sessions.end(self.signed_in.user_id, self.signed_in.key)
        return token


ROUTES = (Route(CALLBACK, CallbackHandler), Route(BEGIN, BeginHandler))
