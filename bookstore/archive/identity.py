"""Who is asking: the user of the request under way, as far as the server knows.

Knows: jupyter_server's call context.  Must not know: handlers, stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_server import CallContext
from tornado.web import RequestHandler

from ..authors import actor
from ..editors.reasons import Reason, edited_by, reason_said
from ..editors.shared_documents import Edits, SharedDocuments
from ..settings.users import server_username
from .agents import agent_of


def current_reason() -> Reason:
    """Return why the present save is made, and by whom.

    A shared document is saved by its editors, anything else by the signed-in user of the request
    under way.  Token authentication knows nobody and makes up an "Anonymous" user for each
    browser; then, and outside of requests, it is the user whose server this is.  A program that
    asks for somebody is named behind them.
    """
    said = reason_said()
    return said if said.author else said._replace(author=_asking())


def current_author() -> str:
    """Return who makes the present save, as history shows it."""
    return current_reason().author


def current_person() -> str:
    """Return the user of the request under way, whichever program asks for them."""
    return _person(CallContext.get(CallContext.JUPYTER_HANDLER))


def is_asked_for_by_request() -> bool:
    """Does the present save belong to a request that brings the content, and so to its user?"""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    if handler is None:
        return False
    # With the library that talks to kernels, which no command without a server needs.
    from jupyter_server.services.contents.handlers import ContentsHandler

    return isinstance(handler, ContentsHandler)


@contextmanager
def by_editors(shared: SharedDocuments, path: str) -> Iterator[Edits]:
    """Have the version of a shared document be that of all who edited it since it was saved."""
    if is_asked_for_by_request() or current_reason().kind != "save":
        yield Edits()
        return
    with shared.saving(path) as edits, edited_by(edits.authors):
        yield edits


def _asking() -> str:
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    known = handler if isinstance(handler, RequestHandler) else None
    return actor(_person(handler), agent_of(known))


def _person(handler: object) -> str:
    user = getattr(handler, "current_user", None)
    username = getattr(user, "username", None)
    if not username or str(getattr(user, "name", "")).startswith("Anonymous "):
        return server_username()
    return str(username)
