"""The gallery as a service of a JupyterHub: where it is, and what answers there.

Knows: how everything is put together, a Hub's environment.  Must not know: what pages say.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.utils import url_path_join
from traitlets import default

from ...faces.handlers import MEMBERS
from ...service import GalleryService
from ..application import GalleryApplication
from ..hub_settings import GalleryHub
from ..members import MemberAuthorizer
from ..pages.routes import SIGN_IN
from ..settings import GalleryServer
from .identity import Hub, HubIdentity
from .pages import ROUTES


class HubServer(GalleryServer):
    """The settings of a server that the Hub's environment says; GalleryServer's are as well."""

    @default("address")
    def _address(self) -> str:
        return _listens().hostname or "127.0.0.1"

    @default("port")
    def _port(self) -> int:
        return _listens().port or 0

    @default("public_url")
    def _public_url(self) -> str:
        return os.environ.get("JUPYTERHUB_PUBLIC_URL", "")

    @property
    def base_url(self) -> str:
        """The path below which the Hub sends requests here, with a slash at either end."""
        return url_path_join("/", os.environ.get("JUPYTERHUB_SERVICE_PREFIX", ""), "/")

    def place(self, port: int) -> str:
        """Return where people find the gallery: not at *port*, which is for the Hub's proxy."""
        return self.public_url or f"{self.base_url} of the Hub"

    @property
    def hosts(self) -> frozenset[str] | None:
        """The names that requests may give the server: any where nobody has said the Hub's."""
        return super().hosts if self.public_url else None


def application(
    server: GalleryServer, service: GalleryService, settings: GalleryHub
) -> GalleryApplication:
    """Return what answers for the gallery; raises BookstoreError where no Hub has started this."""
    hub = Hub(settings, service)
    identity = HubIdentity(hub)
    service.jupyter_url = service.jupyter_url or f"{hub.url('user-redirect')}/"
    return GalleryApplication(
        server,
        service,
        identity=identity,
        authorizer=MemberAuthorizer(identity_provider=identity),
        routes=ROUTES,
        login_url=url_path_join(server.base_url, SIGN_IN),
        cookie_secret=hub.cookie_secret,
        xsrf_cookies=False,  # Jupyter's handlers ask, once it is known who sent the form
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Lax", **_secure(server)},
        **{MEMBERS: hub},
    )


def _secure(server: GalleryServer) -> dict[str, Any]:
    return {"secure": True} if server.is_https else {}


def _listens() -> Any:
    return urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
