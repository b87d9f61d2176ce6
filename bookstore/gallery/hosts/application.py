"""The gallery as a web application of its own: the pages and routes that a Jupyter server has.

Knows: HTTP, the gallery's faces.  Must not know: sockets, the command line.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, cast

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.utils import url_path_join
from sqlalchemy import select
from tornado import httputil, web
from tornado.http1connection import HTTP1Connection
from tornado.routing import PathMatches, Rule

from ...errors import BookstoreError
from ...http.about import BookstoreStaticHandler
from ...http.pages import STATIC_DIR
from ...http.routes import Route
from ..api import routes as api
from ..contract import routes as contract
from ..contract.base import PLACE
from ..faces.files import CloningHandler, NotebookFiles
from ..faces.handlers import AT_HOME, GALLERY, PAGES
from ..service import GalleryService
from ..web import routes as pages
from .logs import log_request
from .members import address_of
from .settings import GalleryServer

HEALTH = "health"
MOST_BODY = 4
"""How many times larger than a notebook a request may be that brings one: outputs are taken out
here."""
MOST_LARGE, MOST_LARGE_OF_ONE = 16, 4
"""How many requests larger than a form are taken at once, of all and from one address."""
MOST_FORM = 1_000_000
"""How many bytes each other request may have."""


class GalleryApplication(web.Application):
    """Answers for the gallery, and for nothing else."""

    def __init__(
        self,
        server: GalleryServer,
        service: GalleryService,
        *,
        identity: IdentityProvider,
        authorizer: Authorizer,
        routes: Iterable[Route] = (),
        **settings: Any,
    ) -> None:
        base_url = server.base_url
        self._hosts = server.hosts
        self._proxies = server.networks
        self._large: weakref.WeakSet[httputil.HTTPServerRequest] = weakref.WeakSet()
        self._answering: weakref.WeakSet[httputil.HTTPServerRequest] = weakref.WeakSet()
        start = PLACE if service.origins else PAGES  # nbgallery's extensions open an upload there
        static = (url_path_join(base_url, "bookstore/static/(.*)"), BookstoreStaticHandler)
        super().__init__(
            [
                (url_path_join(base_url, HEALTH), HealthHandler),
                (f"{base_url}?", web.RedirectHandler, _to(url_path_join(base_url, start))),
                *(_rule(each, base_url) for each in (*routes, *_served())),
                (*static, {"path": str(STATIC_DIR)}),
            ],
            **{
                "base_url": base_url,
                "identity_provider": identity,
                "authorizer": authorizer,
                "allow_remote_access": True,  # whose name a request may give is looked at below
                "allow_origin": server.origin,  # a proxy may give the server another name
                "log_function": self._ended,
                "xsrf_cookies": True,
                "default_handler_class": NothingHandler,
                GALLERY: service,
                AT_HOME: server.origin,
                **settings,
            },
        )

    def find_handler(
        self, request: httputil.HTTPServerRequest, **kwargs: Any
    ) -> web._HandlerDelegate:
        """Return what answers *request*: nothing does where it names the server wrongly."""
        self._answering.add(request)
        is_ours = self._hosts is None or request.host_name in self._hosts
        if not is_ours and request.path != url_path_join(self.settings["base_url"], HEALTH):
            answers = self.get_handler_delegate(request, MisdirectedHandler)
        else:
            answers = super().find_handler(request, **kwargs)
        is_large = _is_large(request) and issubclass(answers.handler_class, NotebookFiles)
        if is_large and self._is_too_much(request):
            is_large, answers = False, self.get_handler_delegate(request, BusyHandler)
        if is_large:
            self._large.add(request)
        else:  # what is no notebook is small, and is not read before somebody may send it
            cast(HTTP1Connection, request.connection).set_max_body_size(MOST_FORM)
        return answers

    def _is_too_much(self, request: httputil.HTTPServerRequest) -> bool:
        """Say whether no room is left for another large request, which is in memory as a whole."""
        of_all = [address_of(each, self._proxies) for each in self._large]
        mine = of_all.count(address_of(request, self._proxies))
        return len(of_all) >= MOST_LARGE or mine >= MOST_LARGE_OF_ONE

    async def idle(self) -> None:
        """Return once nothing is being answered."""
        while self._answering:  # noqa: ASYNC110 - of what its client gave up, nothing tells
            await asyncio.sleep(0.05)

    def _ended(self, handler: web.RequestHandler) -> None:
        self._answering.discard(handler.request)
        self._large.discard(handler.request)
        log_request(handler)


def _is_large(request: httputil.HTTPServerRequest) -> bool:
    """Say whether a request is larger than a form; of who shows nothing, none is taken."""
    headers = request.headers
    shows_something = "Cookie" in headers or "Authorization" in headers
    length = headers.get("Content-Length", "0")
    is_more = length.isdigit() and int(length) > MOST_FORM
    return shows_something and (is_more or "Transfer-Encoding" in headers)


def _served() -> Iterator[Route]:
    """Yield what is served of the gallery's faces: no copies for files that nobody has here."""
    for route in (*contract.ROUTES, *api.ROUTES, api.NOWHERE, *pages.ROUTES, *contract.AT_ROOT):
        if not issubclass(route.handler, CloningHandler):
            yield route


def _rule(route: Route, base_url: str) -> Rule:
    return Rule(PathMatches(route.pattern(base_url)), route.handler, route.arguments)


def _to(url: str) -> dict[str, Any]:
    return {"url": url, "permanent": False}


class PlainHandler(web.RequestHandler):
    """Base of what answers in a line, to whoever asks, and changes nothing."""

    def set_default_headers(self) -> None:
        """Say what browsers are to leave alone."""
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    def check_xsrf_cookie(self) -> None:
        """Let it pass: nothing is changed here."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer in a line."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"{status_code}: {self._reason}\n")


class HealthHandler(PlainHandler):
    """``/health``: whether this server can answer, for proxies and those who keep it running."""

    async def get(self) -> None:
        """Ask the database; nobody is told what is wrong with it but by the log."""
        service: GalleryService = self.settings[GALLERY]
        try:
            database = (await service.opened()).database
            await database.run(lambda session: session.scalar(select(1)), read_only=True)
        except BookstoreError:
            self.set_status(503)
            self.finish({"status": "unavailable"})
        else:
            self.finish({"status": "ok"})


class NothingHandler(PlainHandler):
    """Whatever is not the gallery's."""

    def prepare(self) -> None:
        """Say that there is no such page."""
        raise web.HTTPError(404)


@web.stream_request_body
class BusyHandler(PlainHandler):
    """For who sends a large notebook while many others are on their way; it is not read."""

    def set_default_headers(self) -> None:
        """Say when to try again, too."""
        super().set_default_headers()
        self.set_header("Retry-After", "10")

    def prepare(self) -> None:
        """Say so."""
        self.send_error(503, reason="Too many large notebooks at once: try again soon.")

    def data_received(self, chunk: bytes) -> None:
        """Take no note of it."""


class MisdirectedHandler(PlainHandler):
    """For who names another server than this."""

    def prepare(self) -> None:
        """Say so; nothing is looked at before."""
        raise web.HTTPError(421)
