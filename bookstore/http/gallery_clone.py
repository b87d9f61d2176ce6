"""The routes that clone from a gallery on another server, and the page of its "Open in Jupyter"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.gallery_clone import find, gallery_clone
from ..notebooks.preview import MAX_BYTES
from .base import BookstoreAPIHandler
from .landing import CopyingHandler, LandingHandler, Offer


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

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what would be cloned."""
        await self.show_offer(await self.outcome(self._offer()))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Clone, and go to the copy: the form without a script."""
        self.go_to(await self.outcome(self.clone_form()))

    async def _offer(self) -> Offer:
        await self.may_use_contents("read")
        found = await find(self.bookstore, self.contents_manager, self.query_fields())
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
                "ticket_code": request.ticket,
            },
            target_path=found.target_path,
        )
