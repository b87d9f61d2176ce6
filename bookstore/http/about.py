"""The routes that tell about bookstore itself: what works, and what is not yet archived."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import FileFindHandler
from tornado import web

from .._version import __version__
from ..actions.fields import limit_in
from ..actions.links import offered
from ..actions.status import ENTRIES, MOST_ENTRIES, status
from ..health.features import StoreHealth, archiver_state, features, problems
from .base import BookstoreAPIHandler

SEED_FEATURES = ("bookstore_valid", "archive_valid", "publish_valid")
HEALTH = "bookstore_health"
"""Where the web application's settings keep what asks the store how it is."""


class BookstoreVersionHandler(BookstoreAPIHandler):
    """``GET /api/bookstore``: the release, and which features work."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell what works, from asking the store and not from the settings alone."""
        await self.respond(self._describe())

    async def _describe(self) -> dict[str, Any]:
        bookstore, store = self.bookstore, self.bookstore.store
        check = await cast(StoreHealth, self.settings[HEALTH]).check()
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
            "links": offered(bookstore),
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
        limit = limit_in(self.query_fields(), most=MOST_ENTRIES, default=ENTRIES)
        return await status(self.bookstore, archiver_state(self.contents_manager), limit=limit)


class BookstoreStaticHandler(FileFindHandler):
    """Serves the pages' scripts and styles, so that they need no other server."""

    _static_paths: dict[str, str] = {}  # noqa: RUF012 - else shared with every other extension

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer in a line; Jupyter's page fails where the URL cannot even be decoded."""
        self.set_header("Content-Type", "text/plain")
        self.finish(f"{status_code}: {HTTPStatus(status_code).phrase}\n")


def build_settings_dict(validation: Mapping[str, bool]) -> dict[str, Any]:
    """Return the release and the features that are valid."""
    return {"release": __version__, "features": dict(validation)}
