"""Who asks: a member who signed in on the pages, or a program with a token of theirs.

Knows: HTTP, accounts.  Must not know: what is asked.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado import httputil, web

from ..accounts.accounts import Accounts
from ..accounts.sessions import Known, Lifetime, Place, Sessions
from ..accounts.tokens import Tokens
from ..faces.handlers import GalleryHandler
from ..faces.members import Member
from ..service import GalleryService
from .settings import GalleryServer, Network

_BEARER = re.compile(r"(?:token|bearer) +(\S+) *", re.IGNORECASE)


class Members:
    """How members of a gallery sign in: what its pages and its routes share about them."""

    def __init__(self, server: GalleryServer, service: GalleryService, elsewhere: str = "") -> None:
        self.server = server
        self.elsewhere = elsewhere
        """What it is called where else they sign in."""
        self._service = service
        self._lifetime = Lifetime(unused=server.unused, at_most=server.at_most)

    async def sessions(self) -> Sessions:
        """Return who is signed in."""
        return Sessions((await self._service.opened()).database, self._lifetime)

    async def accounts(self) -> Accounts:
        """Return who may sign in."""
        database, sessions = (await self._service.opened()).database, await self.sessions()
        return Accounts(database, sessions, renew=self.server.renew_passwords)

    async def tokens(self) -> Tokens:
        """Return the tokens of programs."""
        return Tokens((await self._service.opened()).database)

    def place(self, request: httputil.HTTPServerRequest) -> Place:
        """Return where a request is from."""
        address = address_of(request, self.server.networks)
        return Place(address=address, browser=request.headers.get("User-Agent", ""))

    # -- cookies -------------------------------------------------------------------------------

    @property
    def cookie(self) -> str:
        """The name of the cookie of sessions."""
        return cookie_name(self.server, "bookstore_gallery")

    def remember(self, handler: web.RequestHandler, token: str) -> None:
        """Give the browser the cookie of a new session; forms get a new mark as well."""
        handler.set_cookie(self.cookie, token, **cookie_options(self.server))
        handler.clear_cookie(handler.settings["xsrf_cookie_name"], **cookie_options(self.server))

    def forget(self, handler: web.RequestHandler) -> None:
        """Let the browser forget who was signed in."""
        for name in (self.cookie, handler.settings["xsrf_cookie_name"]):
            handler.clear_cookie(name, **cookie_options(self.server))


def cookie_name(server: GalleryServer, name: str) -> str:
    """Return the name of a cookie: one by https that only this host can have set."""
    return f"__Host-{name}" if server.is_https else name


def cookie_options(server: GalleryServer) -> dict[str, Any]:
    """Return what is said of each cookie: no script reads it, no other site sends it along."""
    return {
        # What begins with __Host- is for the whole host; other names of it may be others'.
        "path": "/" if server.is_https else server.base_url,
        "secure": server.is_https,
        "httponly": True,
        "samesite": "Lax",
    }


def address_of(request: httputil.HTTPServerRequest, proxies: tuple[Network, ...]) -> str:
    """Return who asks: the last one in line whom no proxy of ours stands for."""
    asks = request.remote_ip or ""
    line = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    while line and line[-1] and _is_in(asks, proxies):
        asks = line.pop()
    return asks


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in networks)


class MemberIdentity(IdentityProvider):
    """Says who a request is of, in Jupyter's way: its handlers ask nobody else."""

    token = ""
    login_available = True

    def __init__(self, members: Members) -> None:
        super().__init__()
        self._members = members

    async def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return the member who asks; None for nobody.  Styles and scripts are for everybody."""
        if not isinstance(handler, GalleryHandler):
            return None
        handler.current_user = None  # what goes wrong here is told to nobody in particular
        return await handler.outcome(self._member(handler))

    async def _member(self, handler: GalleryHandler) -> Member | None:
        """Return who says it with a token, or has a cookie.

        Programs say it with each request, and no browser adds that by itself; pages take no tokens.
        """
        said = handler.request.headers.get("Authorization", "")
        if handler.answers_json and (found := _BEARER.fullmatch(said)):
            known = await (await self._members.tokens()).known(found[1])
            if known is None:
                raise web.HTTPError(401, "This token is none, or has expired or was revoked.")
            handler.by_token = True  # type: ignore[attr-defined]
            return _member(known)
        if not (cookie := handler.get_cookie(self._members.cookie)):
            return None
        known = await (await self._members.sessions()).known(cookie)
        if known is None:
            return None
        handler.signed_in = known  # type: ignore[attr-defined]
        return _member(known)

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Whether a token says who asks: then no form was sent, and none could be forged."""
        return bool(getattr(handler, "by_token", False))

    def should_check_origin(self, handler: web.RequestHandler) -> bool:
        """Whether the page that sent a request matters."""
        return not self.is_token_authenticated(handler)


class MemberAuthorizer(Authorizer):
    """What a member may do at all: what their token is for, and nothing beside the gallery."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Whether the request may go on; what of each notebook, the catalogue says."""
        if not isinstance(user, Member) or resource != GalleryHandler.auth_resource:
            return False
        return user.may("read" if action == "read" else handler.scope)


def _member(known: Known) -> Member:
    return Member(username=known.name, user_id=known.user_id, scopes=known.scopes)
