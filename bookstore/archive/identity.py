"""Who is asking: the user of the request under way, as far as the server knows.

Knows: jupyter_server's call context.  Must not know: handlers, stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jupyter_server import CallContext
from jupyter_server.services.contents.handlers import ContentsHandler

from ..settings.users import server_username

_EDITORS: ContextVar[str] = ContextVar("bookstore_editors", default="")


def current_author() -> str:
    """Return who makes the present save, as history shows it.

    Of a shared document those are its editors.  Else it is the signed-in user of the request under
    way.  Token authentication knows nobody and
    makes up an "Anonymous" user for each browser; then, and outside of requests, it is the user
    whose server this is.
    """
    if editors := _EDITORS.get():
        return editors
    user = _request_user()
    return server_username() if user is None else str(user.username)


@contextmanager
def edited_by(editors: str) -> Iterator[None]:
    """Have the saves within the block be made by *editors*, if it names anybody."""
    token = _EDITORS.set(editors)
    try:
        yield
    finally:
        _EDITORS.reset(token)


def is_of_shared_document() -> bool:
    """Is what is saved a document that its editors share?"""
    return _EDITORS.get() != ""


def is_asked_for_by_request() -> bool:
    """Does the present save belong to a request that brings the content, and so to its user?"""
    return isinstance(CallContext.get(CallContext.JUPYTER_HANDLER), ContentsHandler)


def _request_user() -> Any | None:
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    username = getattr(user, "username", None)
    if not username or str(getattr(user, "name", "")).startswith("Anonymous "):
        return None
    return user
