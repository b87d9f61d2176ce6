"""Which program acts for the user who is asking: an agent, a script, a service.

A program says its name in a header, or its token or the server has one.  It never takes the place
of the user's name: ``ada/claude`` is a program that acts for ada.

Knows: handlers' requests.  Must not know: what is done.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from tornado.web import RequestHandler

HEADER = "Bookstore-Agent"
AGENTS = "bookstore_agents"
"""Where the web application's settings keep the server's :class:`Agents`."""
MOST_CHARACTERS = 60
_TOKEN_SCHEMES = ("token", "bearer")


@dataclass(frozen=True, slots=True)
class Agents:
    """What a server knows of programs."""

    usual: str = ""
    """The one that acts where nothing else says which."""
    by_token: Mapping[str, str] = field(default_factory=dict)
    """Names by the SHA-256 of a token, in hexadecimal digits."""

    def of(self, handler: RequestHandler) -> str:
        """Return the name of the program that sent the request of *handler*, "" for none."""
        headers = handler.request.headers
        by_token = self.by_token.get(_digest(headers.get("Authorization", "")), "")
        said = unquote(headers.get(HEADER, ""))
        return agent_name(by_token or said or self.usual)


def agent_of(handler: RequestHandler | None) -> str:
    """Return the name of the program that acts for the user of *handler*, "" for none.

    Without a request, as in a command of the shell, it is what the environment says.
    """
    if handler is None:
        return agent_name(os.environ.get("BOOKSTORE_AGENT", ""))
    known = handler.settings.get(AGENTS)
    return (known if isinstance(known, Agents) else Agents()).of(handler)


def agent_name(text: str) -> str:
    """Return *text* as a name: without what would end it, or the user's, in an actor."""
    told = "".join(letter for letter in text if letter.isprintable() and letter not in "/,")
    return " ".join(told.split())[:MOST_CHARACTERS].strip()


def _digest(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() not in _TOKEN_SCHEMES:
        return ""
    return hashlib.sha256(token.strip().encode(errors="surrogateescape")).hexdigest()
