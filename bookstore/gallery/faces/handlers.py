"""Who asks, and of which gallery.

Knows: HTTP, the gallery's service.  Must not know: what is answered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, cast

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from tornado import web

from ...archive.identity import current_author
from ...http.base import BookstoreHandler
from ..permissions import Actor
from ..service import Gallery, GalleryService

GALLERY = "bookstore_gallery"
"""Where the web application's settings keep the server's :class:`~..service.GalleryService`."""
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

    async def actor(self) -> Actor:
        """Return who asks, as the gallery knows them: Jupyter's user, or nobody."""
        if self.current_user is None:
            return Actor()
        people = (await self.gallery()).people
        acts = self.get_argument("use_admin", "") == "true"
        return await people.actor(current_author(), as_administrator=acts)

    @property
    def reader(self) -> str:
        """The name of who asks, "" for nobody."""
        return "" if self.current_user is None else current_author()


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
