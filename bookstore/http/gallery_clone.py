"""The routes that clone from a gallery on another server, and the page of its "Open in Jupyter"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from tornado import web

from ..actions.gallery_clone import find, gallery_clone
from ..notebooks.preview import MAX_BYTES
from .base import BookstoreAPIHandler
from .landing import CopyingHandler, LandingHandler, Offer

TICKET = "ticket_code"
"""The field of what shows the gallery that its reader sent this browser."""
_COOKIE = "bookstore-gallery-ticket"
_MINUTES = 15
"""As long as tickets last."""


class GalleryCopyingHandler(CopyingHandler):
    """Base of what clones from a gallery."""

    async def clone(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Clone what *body* asks for; return its contents model and where it opens."""
        await self.may_use_contents("write")
        return self.opening(await gallery_clone(self.bookstore, self.contents_manager, body))


class BookstoreGalleryCloneAPIHandler(GalleryCopyingHandler, BookstoreAPIHandler):
    """``POST /api/bookstore/gallery-clone``."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone a notebook; answer with the contents model of the copy."""
        await self.respond(self.clone_json())


class BookstoreGalleryCloneHandler(GalleryCopyingHandler, LandingHandler):
    """``/bookstore/gallery-clone``: the landing page, and its form."""

    api_route = "api/bookstore/gallery-clone"
    form_route = "bookstore/gallery-clone"

    @allow_unauthenticated
    async def get(self) -> None:
        """Keep the ticket, before anybody signs in: where they are sent for that it is no part of,
        and of no log."""
        query = self.query_fields()
        if ticket := query.pop(TICKET, ""):
            self._keep(f"{query.get('notebook', '')} {ticket}")
            self.redirect(f"{self.request.path}?{urlencode(query)}")
        elif (showing := self._show()) is not None:  # None: sent to where one signs in
            await showing

    @web.authenticated
    @authorized
    async def _show(self) -> None:
        """Show what would be cloned."""
        await self.show_offer(await self.outcome(self._offer()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone, and go to the copy: the form without a script."""
        self.go_to(await self.outcome(self.clone_form()))

    def _keep(self, ticket: str) -> None:
        self.set_cookie(
            _COOKIE,
            quote(ticket),
            max_age=60 * _MINUTES,
            path=self.request.path,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )

    async def _offer(self) -> Offer:
        await self.may_use_contents("read")
        query = self.query_fields()
        notebook, _, ticket = unquote(self.get_cookie(_COOKIE, "") or "").partition(" ")
        if notebook == query.get("notebook"):
            query[TICKET] = ticket
        found = await find(self.bookstore, self.contents_manager, query)
        request, copy = found.request, found.copy
        return Offer(
            name=copy.title,
            origin=f"the gallery at {urlsplit(request.gallery).netloc}",
            facts={
                "Owner": copy.owner,
                "Changed": copy.updated_at[:10],
                "Size": len(found.body),
                "Revision": copy.revision,
            },
            size_bytes=len(found.body),
            body=found.body if len(found.body) <= MAX_BYTES else None,
            fields={
                "gallery": request.gallery,
                "notebook": request.notebook,
                "revision": request.revision,
                TICKET: request.ticket,
            },
            target_path=found.target_path,
        )
