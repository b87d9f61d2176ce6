"""``jupyter bookstore gallery serve``: the gallery on a server of its own, and what it shares.

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
from .serving import MakeApplication, serving, store_of, told_to_stop
from .settings import GalleryServer


class ServeCommand(BookstoreCommand):
    """What serves the gallery, whoever its members are."""

    classes = [BookstoreSettings, GallerySettings, GalleryServer]  # noqa: RUF012
    aliases = {  # noqa: RUF012
        "address": "GalleryServer.address",
        "port": "GalleryServer.port",
        "url": "GalleryServer.public_url",
        "root": "BookstoreCommand.root",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {  # noqa: RUF012
        "debug": ({"Application": {"log_level": 10}}, "Log everything."),
    }

    def _log_level_default(self) -> int:
        return logging.INFO

    def server(self) -> GalleryServer:
        """Return the settings of the server."""
        return GalleryServer(parent=self)

    def make(self) -> MakeApplication:
        """Return what makes the application."""
        raise NotImplementedError

    def work(self) -> int:
        """Serve it."""
        log_as(self.log)
        asyncio.run(self._serve())
        return DONE

    async def _serve(self) -> None:
        server, settings = self.server(), GallerySettings(parent=self)
        bookstore = BookstoreSettings(parent=self)
        store = store_of(bookstore, str(self.root_for()))
        async with serving(server, settings, bookstore, store, self.make()) as port:
            self.log.info("The gallery of %s is at %s", store.display, server.place(port))
            await told_to_stop()
            self.log.info("The gallery stops.")


class GalleryServeCommand(ServeCommand):
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
    classes = [*ServeCommand.classes, GalleryOpenID]  # noqa: RUF012
    aliases = {  # noqa: RUF012
        **ServeCommand.aliases,
        "sign-up": "GalleryServer.sign_up",
        "certificate": "GalleryServer.certificate_file",
        "key": "GalleryServer.key_file",
    }

    def make(self) -> MakeApplication:
        """Return what makes the application."""
        return partial(application, openid=GalleryOpenID(parent=self))
