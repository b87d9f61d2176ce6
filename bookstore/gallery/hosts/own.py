"""The gallery on a server of its own, whose members sign in with accounts of the gallery.

Knows: how everything is put together.  Must not know: what pages say.
"""

from __future__ import annotations

from jupyter_server.utils import url_path_join

from ..faces.handlers import MEMBERS
from ..service import GalleryService
from .application import GalleryApplication
from .members import MemberAuthorizer, MemberIdentity, Members, cookie_name, cookie_options
from .pages.routes import ROUTES, SIGN_IN
from .settings import GalleryServer


def application(server: GalleryServer, service: GalleryService) -> GalleryApplication:
    """Return what answers for the gallery."""
    members = Members(server, service)
    identity = MemberIdentity(members)
    return GalleryApplication(
        server,
        service,
        identity=identity,
        authorizer=MemberAuthorizer(identity_provider=identity),
        routes=ROUTES,
        login_url=url_path_join(server.base_url, SIGN_IN),
        xsrf_cookie_name=cookie_name(server, "bookstore_gallery_form"),
        xsrf_cookie_kwargs=cookie_options(server),
        **{MEMBERS: members},
    )
