"""The route table, and how it gets into a server."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from .actions.links import offered
from .actions.starting import StartedRuns
from .archive.agents import AGENTS, Agents
from .bookstore_config import validate_bookstore
from .files.contents_managers import root_of
from .gallery_door import PAGE_OPTION, GalleryDoor
from .health.features import StoreHealth
from .http.about import (
    HEALTH,
    BookstoreStaticHandler,
    BookstoreStatusHandler,
    BookstoreVersionHandler,
    build_settings_dict,
)
from .http.base import WIRING
from .http.cells import BookstoreCellsHandler
from .http.clone import BookstoreCloneAPIHandler, BookstoreClonedHandler, BookstoreCloneHandler
from .http.compare import BookstoreDiffHandler
from .http.elsewhere import BookstoreJoinHandler
from .http.fs_clone import BookstoreFSCloneAPIHandler, BookstoreFSCloneHandler
from .http.gallery_clone import (
    BookstoreGalleryCloneAPIHandler,
    BookstoreGalleryCloneHandler,
)
from .http.links import LINKS_OPTION, BookstoreLinksHandler
from .http.pages import STATIC_DIR
from .http.publish import BookstorePublishAPIHandler, BookstorePublishedAPIHandler
from .http.restore import BookstoreRestoreHandler
from .http.routes import Route
from .http.runs import STARTED_RUNS, BookstoreRunHandler, BookstoreRunsHandler
from .http.searching import BookstoreSearchHandler
from .http.undoing import BookstoreCheckpointHandler, BookstoreUndoHandler
from .http.versions import (
    BookstoreDeletedHandler,
    BookstoreResolveHandler,
    BookstoreVersionsHandler,
)
from .wiring import bookstore_for

__all__ = [
    "ROUTES",
    "BookstoreVersionHandler",
    "Route",
    "build_settings_dict",
    "collect_handlers",
    "load_jupyter_server_extension",
]


ROUTES = (
    Route("/api/bookstore", BookstoreVersionHandler),
    Route("/api/bookstore/status", BookstoreStatusHandler),
    Route("/api/bookstore/published", BookstorePublishedAPIHandler),
    Route("/api/bookstore/published/{path}", BookstorePublishAPIHandler),
    Route("/api/bookstore/publish/{path}", BookstorePublishAPIHandler),
    Route("/api/bookstore/versions/{path}", BookstoreVersionsHandler),
    Route("/api/bookstore/resolve", BookstoreResolveHandler),
    Route("/api/bookstore/cells/{path}", BookstoreCellsHandler),
    Route("/api/bookstore/search", BookstoreSearchHandler),
    Route("/api/bookstore/runs", BookstoreRunsHandler),
    Route("/api/bookstore/runs/{run_id}", BookstoreRunHandler),
    Route("/api/bookstore/diff/{path}", BookstoreDiffHandler),
    Route("/api/bookstore/restore/{path}", BookstoreRestoreHandler),
    Route("/api/bookstore/checkpoint", BookstoreCheckpointHandler),
    Route("/api/bookstore/undo/{path}", BookstoreUndoHandler),
    Route("/api/bookstore/join/{path}", BookstoreJoinHandler),
    Route("/api/bookstore/deleted", BookstoreDeletedHandler),
    Route("/api/bookstore/links/{path}", BookstoreLinksHandler),
    Route("/api/bookstore/cloned", BookstoreClonedHandler),
    Route("/api/bookstore/clone", BookstoreCloneAPIHandler),
    Route("/bookstore/clone", BookstoreCloneHandler),
    Route("/api/bookstore/fs-clone", BookstoreFSCloneAPIHandler),
    Route("/bookstore/fs-clone", BookstoreFSCloneHandler),
    Route("/api/bookstore/gallery-clone", BookstoreGalleryCloneAPIHandler),
    Route("/bookstore/gallery-clone", BookstoreGalleryCloneHandler),
)
"""Every route, the first that matches answers."""


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
    settings[AGENTS] = Agents(bookstore.settings.agent, bookstore.settings.agent_tokens)
    settings[HEALTH] = StoreHealth(bookstore.store)
    settings[STARTED_RUNS] = started = StartedRuns(bookstore, root=root_dir)
    bookstore.guests.append(started.close)
    validation = validate_bookstore(bookstore.settings)
    door = GalleryDoor(nb_app, bookstore)
    bookstore.guests.append(door.close)
    # Front ends read these with their page: the gallery's panel is there where it is.
    page_config = settings.setdefault("page_config_data", {})
    page_config.setdefault(PAGE_OPTION, door.leads_somewhere)
    page_config.setdefault(LINKS_OPTION, offered(bookstore))
    nb_app.web_app.add_handlers(
        ".*$",
        [
            *collect_handlers(nb_app.log, settings["base_url"], validation),
            *door.rules(settings["base_url"]),
        ],
    )
