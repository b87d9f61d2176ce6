"""The route table, and the routes that tell about bookstore itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from ._version import __version__
from .bookstore_config import validate_bookstore
from .errors import OutboxUnavailable
from .files.contents_managers import root_of
from .health.features import StoreHealth, archiver_state, features, problems
from .http.base import WIRING, BookstoreAPIHandler, limit_in
from .http.clone import BookstoreCloneAPIHandler, BookstoreClonedHandler, BookstoreCloneHandler
from .http.compare import BookstoreDiffHandler
from .http.fs_clone import BookstoreFSCloneAPIHandler, BookstoreFSCloneHandler
from .http.pages import STATIC_DIR
from .http.publish import BookstorePublishAPIHandler, BookstorePublishedAPIHandler
from .http.restore import BookstoreRestoreHandler
from .http.versions import BookstoreDeletedHandler, BookstoreVersionsHandler
from .outbox import Outbox
from .records import OutboxEntry, OutboxTotals
from .wiring import bookstore_for

SEED_FEATURES = ("bookstore_valid", "archive_valid", "publish_valid")
ENTRIES = 100
MOST_ENTRIES = 1000
OUTBOX_PATIENCE_S = 2.0
"""So long the status waits for the outbox's disk, to say at least that it does not answer."""
_HEALTH = "bookstore_health"


class BookstoreVersionHandler(BookstoreAPIHandler):
    """``GET /api/bookstore``: the release, and which features work."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell what works, from asking the store and not from the settings alone."""
        await self.respond(self._describe())

    async def _describe(self) -> dict[str, Any]:
        bookstore, store = self.bookstore, self.bookstore.store
        check = await cast(StoreHealth, self.settings[_HEALTH]).check()
        archiver = archiver_state(self.contents_manager)
        archives = bool(archiver["active"])
        works = await asyncio.to_thread(features, bookstore, check, archives=archives)
        more = await asyncio.to_thread(problems, bookstore, archiver)
        return {
            **build_settings_dict(works),
            "validation_checks": {name: works[name] for name in SEED_FEATURES},
            "store": {
                "kind": store.kind,
                "bucket": store.bucket,
                "display": store.display,
                "versioned": check.versioned,
            },
            "problems": [*check.problems, *more],
            "archiver": archiver,
        }


class BookstoreStatusHandler(BookstoreAPIHandler):
    """``GET /api/bookstore/status``: what is not yet archived, and why."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell from what is known already: this answers at once, whatever the store does."""
        await self.respond(self._status())

    async def _status(self) -> dict[str, Any]:
        bookstore = self.bookstore
        limit = limit_in(self.query_fields(), most=MOST_ENTRIES, default=ENTRIES)
        condition = bookstore.uploader.condition  # first: what it tells of, the outbox has by now
        waiting, unknown = await _waiting(bookstore.outbox, limit=limit)
        archiver = archiver_state(self.contents_manager)
        found = await asyncio.to_thread(problems, bookstore, archiver)
        if unknown and not any(unknown in problem for problem in found):
            found.append(unknown)
        return {
            "store": {
                "kind": bookstore.store.kind,
                "display": bookstore.store.display,
                "reachable": condition.reachable,
                "since": condition.since,
                "last_error": condition.last_error,
                "last_success_at": condition.last_success_at,
            },
            "outbox": {**waiting, "held": bookstore.recorder.held},
            "problems": [*filter(None, [condition.last_error]), *found],
            "archiver": archiver,
        }


class BookstoreStaticHandler(FileFindHandler):
    """Serves the pages' scripts and styles, so that they need no other server."""

    _static_paths: dict[str, str] = {}  # noqa: RUF012 - else shared with every other extension

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer in a line; Jupyter's page fails where the URL cannot even be decoded."""
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}: {HTTPStatus(status_code).phrase}\n")


class Route(NamedTuple):
    """One route as the OpenAPI document names it, and what answers it."""

    path: str
    handler: type[web.RequestHandler]

    def pattern(self, base_url: str) -> str:
        """Return the regular expression of the route below *base_url*."""
        if self.path.endswith("/{path}"):
            return url_path_join(base_url, self.path.removesuffix("/{path}")) + "((?:/.*)?)"
        return f"{url_path_join(base_url, self.path)}/?"


ROUTES = (
    Route("/api/bookstore", BookstoreVersionHandler),
    Route("/api/bookstore/status", BookstoreStatusHandler),
    Route("/api/bookstore/published", BookstorePublishedAPIHandler),
    Route("/api/bookstore/published/{path}", BookstorePublishAPIHandler),
    Route("/api/bookstore/publish/{path}", BookstorePublishAPIHandler),
    Route("/api/bookstore/versions/{path}", BookstoreVersionsHandler),
    Route("/api/bookstore/diff/{path}", BookstoreDiffHandler),
    Route("/api/bookstore/restore/{path}", BookstoreRestoreHandler),
    Route("/api/bookstore/deleted", BookstoreDeletedHandler),
    Route("/api/bookstore/cloned", BookstoreClonedHandler),
    Route("/api/bookstore/clone", BookstoreCloneAPIHandler),
    Route("/bookstore/clone", BookstoreCloneHandler),
    Route("/api/bookstore/fs-clone", BookstoreFSCloneAPIHandler),
    Route("/bookstore/fs-clone", BookstoreFSCloneHandler),
)
"""Every route, the first that matches answers."""


def build_settings_dict(validation: Mapping[str, bool]) -> dict[str, Any]:
    """Return the release and the features that are valid."""
    return {"release": __version__, "features": dict(validation)}


def collect_handlers(
    log: logging.Logger, base_url: str, validation: Mapping[str, bool]
) -> list[tuple[Any, ...]]:
    """Return tornado's handlers for every route below *base_url*.

    What *validation* says is off has its routes too: they say in words which setting it needs.
    """
    off = [name.removesuffix("_valid") for name, valid in validation.items() if not valid]
    if off:
        log.info("bookstore: switched off by the settings: %s", ", ".join(off))
    static = url_path_join(base_url, "/bookstore/static/(.*)")
    routes = [(route.pattern(base_url), route.handler) for route in ROUTES]
    return [*routes, (static, BookstoreStaticHandler, {"path": str(STATIC_DIR)})]


def load_jupyter_server_extension(nb_app: ServerApp) -> None:
    """Add bookstore's routes to a server; doing it twice changes nothing."""
    settings = nb_app.web_app.settings
    if WIRING in settings:
        return
    root_dir = root_of(nb_app.contents_manager) or nb_app.root_dir
    bookstore = bookstore_for(nb_app, root_dir=root_dir)
    settings[WIRING] = bookstore
    settings[_HEALTH] = StoreHealth(bookstore.store)
    validation = validate_bookstore(bookstore.settings)
    nb_app.web_app.add_handlers(
        ".*$", collect_handlers(nb_app.log, settings["base_url"], validation)
    )


async def _waiting(outbox: Outbox, *, limit: int) -> tuple[dict[str, Any], str]:
    """Return what waits in *outbox*, and why that is not known; "" where it is."""
    totals: OutboxTotals | None = None
    entries: list[OutboxEntry] = []
    reason = ""
    try:
        totals, entries = await asyncio.wait_for(
            asyncio.gather(outbox.totals(), outbox.entries(limit=limit)), OUTBOX_PATIENCE_S
        )
    except OutboxUnavailable as error:
        reason = f"{error.message} {error.hint}"
    except asyncio.TimeoutError:
        reason = "The outbox cannot be used: its disk takes too long."
    return {
        "depth": totals.depth if totals else None,
        "bytes": totals.size_bytes if totals else None,
        "oldest_queued_at": totals.oldest_queued_at if totals else None,
        "entries": [_entry(entry) for entry in entries],
    }, reason


def _entry(entry: OutboxEntry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "key": entry.key,
        "operation": entry.operation,
        "save_id": entry.save_id,
        "queued_at": entry.queued_at,
        "size_bytes": entry.size_bytes,
        "attempts": entry.attempts,
        "due_at": entry.due_at,
        "last_error": entry.last_error,
        "refused": entry.refused,
    }
