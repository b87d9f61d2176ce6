"""Who asks, and of which gallery.

Knows: HTTP, the gallery's service.  Must not know: what is answered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from tornado import web

from ...archive.identity import current_person
from ...errors import Forbidden
from ...http.base import BookstoreHandler
from ..permissions import Actor
from ..permissions.standing import digest_of
from ..service import Gallery, GalleryService
from .links import held, url_of
from .members import Member

GALLERY = "bookstore_gallery"
"""Where the web application's settings keep the server's :class:`~..service.GalleryService`."""
MEMBERS = "bookstore_gallery_members"
"""Where they keep who signs members in, where the gallery itself does."""
AT_HOME = "bookstore_gallery_at_home"
"""Where they keep the origin that the gallery has in public, where it is told."""
PAGES = "bookstore/gallery"
Verb = Callable[..., Awaitable[None]]


class GalleryHandler(BookstoreHandler):
    """Base of everything that answers for the gallery."""

    @property
    def service(self) -> GalleryService:
        """The server's gallery."""
        return cast(GalleryService, self.settings[GALLERY])

    async def gallery(self) -> Gallery:
        """Return the gallery, opened."""
        return await self.service.opened()

    scope = "edit"
    """What a token has to be for where something is changed; see :class:`.members.Member`."""

    async def actor(self) -> Actor:
        """Return who asks, as the gallery knows them: its member, Jupyter's user, or nobody."""
        return replace(await self._somebody(), links=tuple(map(digest_of, held(self))))

    async def _somebody(self) -> Actor:
        asks = self.current_user
        if asks is None:
            return Actor()
        acts = self.get_argument("use_admin", "") == "true"
        if not isinstance(asks, Member):
            people = (await self.gallery()).people
            return await people.actor(current_person(), as_administrator=acts)
        if acts and not asks.may("administer"):
            raise Forbidden("This token is not for acting as an administrator.")
        return Actor(user_id=asks.user_id, as_administrator=acts)

    @property
    def origin(self) -> str:
        """Where this server is in public: a proxy before it may have another scheme and name."""
        told = self.settings.get(AT_HOME)
        return str(told) if told else f"{self.request.protocol}://{self.request.host}"

    def link_url(self, token: str) -> str:
        """Return where whoever holds a link goes, on this server."""
        return url_of(token, self.base_url)

    @property
    def reader(self) -> str:
        """The name of who asks, "" for nobody."""
        asks = self.current_user
        if isinstance(asks, Member):
            return asks.username
        return "" if asks is None else current_person()

    @property
    def has_files(self) -> bool:
        """Whether there are files of the user's beside the gallery, as on a Jupyter server."""
        return "contents_manager" in self.settings


def reading(verb: Verb) -> Verb:
    """Let *verb* be asked for by those who signed in, and by others where that is allowed."""
    signed_in = web.authenticated(authorized(verb))

    @allow_unauthenticated
    @wraps(verb)
    async def asked(self: GalleryHandler, *args: Any, **kwargs: Any) -> None:
        is_open = self.current_user is None and self.service.anonymous_may_read
        answer = verb if is_open else signed_in
        waiting = answer(self, *args, **kwargs)
        if waiting is not None:  # as it is for who is sent to sign in
            await waiting

    return asked
