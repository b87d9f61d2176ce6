"""The door of the gallery: its rooms are opened when somebody comes to it first.

They are an extra, and large; a server that nobody asks for the gallery starts without them.  The
first requests wait while they are imported in a thread.  Where they are not installed, or
publishing is switched off, each is told so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import httputil, web
from tornado.routing import PathMatches, Router, Rule, RuleRouter
from traitlets import TraitError

from .actions.publish import may_publish
from .errors import BookstoreError, ExtraMissing, Forbidden
from .extras import GALLERY, has
from .http.base import BookstorePageHandler
from .wiring import Bookstore

if TYPE_CHECKING:
    from .gallery.service import GalleryService

PAGES, API, CONTRACT = "/bookstore/gallery", "/api/bookstore/gallery", "/bookstore/nbgallery"
PLACES = (PAGES, API, CONTRACT)
PAGE_OPTION = "bookstoreGallery"
"""Where a front end's page says whether there is a gallery."""


class GalleryDoor(Router):
    """Everything below the gallery's addresses."""

    SUPPORTED_METHODS = ()
    """Jupyter looks here whether each verb asks who somebody is; the handlers inside do."""

    def __init__(self, server: ServerApp, bookstore: Bookstore) -> None:
        self._server, self._bookstore = server, bookstore
        self._opening = asyncio.Lock()
        self._rooms: Router | None = None
        self._service: GalleryService | None = None

    def rules(self, base_url: str) -> list[tuple[str, Router]]:
        """Return what the server's application is to send here."""
        return [(f"{url_path_join(base_url, place)}(?:/.*)?", self) for place in PLACES]

    def find_handler(
        self, request: httputil.HTTPServerRequest, **_: Any
    ) -> httputil.HTTPMessageDelegate:
        """Return what answers *request* once the rooms are open."""
        return _Waiting(self, request)

    @property
    def leads_somewhere(self) -> bool:
        """Whether there is a gallery to be opened; looking opens nothing."""
        try:
            may_publish(self._bookstore)
        except Forbidden:
            return False
        return has(*GALLERY)

    async def rooms(self) -> Router:
        """Return the router of the gallery's own handlers."""
        if self._rooms is None:
            async with self._opening:
                if self._rooms is None:
                    self._rooms = await self._open()
        return self._rooms

    async def close(self) -> None:
        """Let go of what was opened."""
        if self._service is not None:
            await self._service.close()

    async def _open(self) -> Router:
        try:
            may_publish(self._bookstore)
            await asyncio.to_thread(_import)
            return self._opened()
        except (ExtraMissing, Forbidden, WrongGallerySettings) as error:
            return self._closed(error)

    def _opened(self) -> Router:
        from .gallery.api import routes as api_routes
        from .gallery.contract import routes as contract_routes
        from .gallery.faces.handlers import GALLERY
        from .gallery.service import GalleryService
        from .gallery.settings import GallerySettings
        from .gallery.web import routes as page_routes

        try:
            settings = GallerySettings(parent=self._server)
        except TraitError as error:
            raise WrongGallerySettings(str(error)) from error
        prefix = f"{self._bookstore.published_key('')}/"
        self._service = GalleryService(settings, self._bookstore.store, prefix)
        self._server.web_app.settings[GALLERY] = self._service
        routes = (
            *contract_routes.ROUTES,
            *api_routes.ROUTES,
            api_routes.NOWHERE,
            *page_routes.ROUTES,
        )
        base_url = self._server.web_app.settings["base_url"]
        rules = [
            Rule(PathMatches(route.pattern(base_url)), route.handler, route.arguments)
            for route in routes
        ]
        return _Rooms(self._server.web_app, rules)

    def _closed(self, error: BookstoreError) -> Router:
        why = {"error": error}
        api = url_path_join(self._server.web_app.settings["base_url"], API)
        rules = [
            Rule(PathMatches(f"{api}.*"), GalleryClosedAPIHandler, why),
            Rule(PathMatches(".*"), GalleryClosedHandler, why),
        ]
        return _Rooms(self._server.web_app, rules)


class WrongGallerySettings(BookstoreError):
    """A setting of the gallery cannot be right; the message names it and its value."""

    hint = "The administrator can correct it in the server's configuration, and start it again."


def _import() -> None:
    from .gallery.api import routes as _api  # noqa: F401
    from .gallery.contract import routes as _contract  # noqa: F401
    from .gallery.web import routes as _web  # noqa: F401


class _Rooms(RuleRouter):
    """Sends requests to handlers of the server's application."""

    def __init__(self, application: web.Application, rules: list[Rule]) -> None:
        self._application = application
        super().__init__(rules)

    def get_target_delegate(
        self, target: Any, request: httputil.HTTPServerRequest, **params: Any
    ) -> httputil.HTTPMessageDelegate | None:
        return self._application.get_handler_delegate(request, target, **params)


class _Waiting(httputil.HTTPMessageDelegate):
    """A request that stands before the door: its body is read when somebody can take it."""

    def __init__(self, door: GalleryDoor, request: httputil.HTTPServerRequest) -> None:
        self._door, self._request = door, request
        self._inside: httputil.HTTPMessageDelegate | None = None

    async def headers_received(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
    ) -> None:
        rooms = await self._door.rooms()
        self._inside = rooms.find_handler(self._request)
        assert self._inside is not None  # noqa: S101  # the last rule takes everything
        received = self._inside.headers_received(start_line, headers)
        if received is not None:
            await received

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._inside.data_received(chunk) if self._inside else None

    def finish(self) -> None:
        if self._inside:
            self._inside.finish()

    def on_connection_close(self) -> None:
        if self._inside:
            self._inside.on_connection_close()


class GalleryClosedHandler(BookstorePageHandler):
    """Says why there is no gallery."""

    def initialize(self, error: BookstoreError) -> None:
        """Answer everything with *error*."""
        self._error = error

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with a page."""
        await self.outcome(self._tell())

    post = put = patch = delete = get

    async def _tell(self) -> None:
        raise self._error


class GalleryClosedAPIHandler(GalleryClosedHandler):
    """Says it to programs."""

    answers_json = True
