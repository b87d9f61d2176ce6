"""``jupyter bookstore gallery serve``: the gallery on a server of its own.

Knows: the command line.  Must not know: HTTP.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from ...bookstore_config import BookstoreSettings
from ...cli.app import DONE, BookstoreCommand
from ..settings import GallerySettings
from .logs import log_as
from .openid_settings import GalleryOpenID
from .own import application
from .serving import serving, store_of, told_to_stop
from .settings import GalleryServer


class GalleryServeCommand(BookstoreCommand):
    """``jupyter bookstore gallery serve``."""

    name = "gallery serve"
    description = (
        "Serve the gallery by itself, for a team: the pages and routes that a Jupyter server has, "
        "with accounts of the gallery's own (jupyter bookstore gallery user). Ctrl+C or SIGTERM "
        "ends it, and lets finish what is under way."
    )
    examples = """
        jupyter bookstore gallery serve
        jupyter bookstore gallery serve --port 8000 --url https://gallery.example.org/
        jupyter bookstore gallery serve --sign-up invitation --root /srv/notebooks
    """
    classes = [BookstoreSettings, GallerySettings, GalleryServer, GalleryOpenID]  # noqa: RUF012
    aliases = {  # noqa: RUF012
        "address": "GalleryServer.address",
        "port": "GalleryServer.port",
        "url": "GalleryServer.public_url",
        "sign-up": "GalleryServer.sign_up",
        "certificate": "GalleryServer.certificate_file",
        "key": "GalleryServer.key_file",
        "root": "BookstoreCommand.root",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {  # noqa: RUF012
        "debug": ({"Application": {"log_level": 10}}, "Log everything."),
    }

    def _log_level_default(self) -> int:
        return logging.INFO

    def work(self) -> int:
        """Serve it."""
        log_as(self.log)
        asyncio.run(self._serve())
        return DONE

    async def _serve(self) -> None:
        server, settings = GalleryServer(parent=self), GallerySettings(parent=self)
        bookstore = BookstoreSettings(parent=self)
        store = store_of(bookstore, str(self.root_for()))
        make = partial(application, openid=GalleryOpenID(parent=self))
        async with serving(server, settings, bookstore, store, make) as port:
            shown = server.public_url or f"http://localhost:{port}/"
            self.log.info("The gallery of %s is at %s", store.display, shown)
            await told_to_stop()
            self.log.info("The gallery stops.")
