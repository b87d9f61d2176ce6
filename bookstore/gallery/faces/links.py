"""The links to notebooks that somebody holds: a browser keeps them, as their cookie.

What a link is known by is in a URL once, under a name that logs leave out, and then in the cookie.

Knows: HTTP.  Must not know: what links lead to.
"""

from __future__ import annotations

import re

from jupyter_server.utils import url_path_join
from tornado import web

LINK = "bookstore/gallery/link"
KEY = "key"
"""The field of the query, which neither Jupyter's log nor ours tells."""
COOKIE = "bookstore-gallery-links"
MOST_HELD = 20
_DAYS = 366
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


def held(handler: web.RequestHandler) -> tuple[str, ...]:
    """Return what the links are known by that somebody holds, the last one first."""
    told = handler.get_cookie(COOKIE, "") or ""
    return tuple(token for token in told.split(".")[:MOST_HELD] if _TOKEN.fullmatch(token))


def hold(handler: web.RequestHandler, token: str, base_url: str, *, secure: bool) -> None:
    """Let the browser keep one more; what is no link is not kept.

    *secure*: whether it is sent over https only.
    """
    if not _TOKEN.fullmatch(token):
        return
    others = [each for each in held(handler) if each != token]
    handler.set_cookie(
        COOKIE,
        ".".join([token, *others][:MOST_HELD]),
        expires_days=_DAYS,
        path=base_url,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )


def url_of(token: str, base_url: str) -> str:
    """Return the URL of a link."""
    return f"{url_path_join(base_url, LINK)}?{KEY}={token}"
