"""Who is asking: the user of the request under way, as far as the server knows.

Knows: jupyter_server's call context.  Must not know: handlers, stores.
"""

from __future__ import annotations

from typing import Any

from jupyter_server import CallContext

from .wiring import server_username


def current_author() -> str:
    """Return who makes the present save, as history shows it.

    That is the signed-in user of the request under way.  Token authentication knows nobody and
    makes up an "Anonymous" user for each browser; then, and outside of requests, it is the user
    whose server this is.
    """
    user = _request_user()
    return server_username() if user is None else str(user.username)


def _request_user() -> Any | None:
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    username = getattr(user, "username", None)
    if not username or str(getattr(user, "name", "")).startswith("Anonymous "):
        return None
    return user
