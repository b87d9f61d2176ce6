"""The gallery on a server of its own, whose members sign in with accounts of the gallery.

Knows: how everything is put together.  Must not know: what pages say.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join
from traitlets import TraitError

from ...http.routes import Route
from ..faces.handlers import MEMBERS
from ..service import GalleryService
from .application import GalleryApplication
from .members import MemberAuthorizer, MemberIdentity, Members, cookie_name, cookie_options
from .openid_settings import GalleryOpenID
from .pages.routes import ROUTES, SIGN_IN
from .settings import GalleryServer


def application(
    server: GalleryServer, service: GalleryService, openid: GalleryOpenID | None = None
) -> GalleryApplication:
    """Return what answers for the gallery; *openid* says where else members sign in.

    Raises :class:`~bookstore.errors.ExtraMissing` where that takes what is not installed.
    """
    elsewhere = openid if openid is not None and openid.issuer else None
    members = Members(server, service, elsewhere.label if elsewhere else "")
    identity = MemberIdentity(members)
    routes, settings = _openid(server, elsewhere) if elsewhere else ((), {})
    return GalleryApplication(
        server,
        service,
        identity=identity,
        authorizer=MemberAuthorizer(identity_provider=identity),
        routes=[*routes, *ROUTES],
        login_url=url_path_join(server.base_url, SIGN_IN),
        xsrf_cookie_name=cookie_name(server, "bookstore_gallery_form"),
        xsrf_cookie_kwargs=cookie_options(server),
        **{MEMBERS: members, **settings},
    )


def _openid(
    server: GalleryServer, settings: GalleryOpenID
) -> tuple[tuple[Route, ...], dict[str, Any]]:
    from .openid.pages import CALLBACK, PROVIDER, ROUTES
    from .openid.provider import Provider

    if not settings.client_id:
        raise TraitError("GalleryOpenID.client_id is empty: the provider has given one.")
    here = server.public_url or f"http://localhost:{server.port}/"
    return ROUTES, {PROVIDER: Provider(settings, url_path_join(here, CALLBACK))}
