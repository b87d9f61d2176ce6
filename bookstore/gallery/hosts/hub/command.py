"""``jupyter bookstore gallery hub``: the gallery as a service of a JupyterHub.

Knows: the command line.  Must not know: HTTP.
"""

from __future__ import annotations

import logging
from functools import partial

from tornado.log import app_log

from ..command import ServeCommand
from ..hub_settings import GalleryHub
from ..serving import MakeApplication
from .service import HubServer, application


class GalleryHubCommand(ServeCommand):
    """``jupyter bookstore gallery hub``."""

    name = "gallery hub"
    description = (
        "Serve the gallery as a service of a JupyterHub, which starts it: members are the Hub's "
        "users, with the Hub's groups, and notebooks open in their servers."
    )
    examples = """
        c.JupyterHub.services = [{"name": "gallery", "url": "http://127.0.0.1:8890",
            "command": ["jupyter", "bookstore", "gallery", "hub"], ...}]
    """
    classes = [*ServeCommand.classes, GalleryHub]  # noqa: RUF012

    def server(self) -> HubServer:
        """Return what the Hub says of where this is."""
        return HubServer(parent=self)

    def make(self) -> MakeApplication:
        """Return what makes the application."""
        app_log.setLevel(logging.WARNING)  # the Hub's library says who came with which cookie
        return partial(application, settings=GalleryHub(parent=self))
