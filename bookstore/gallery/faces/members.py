"""Those whom the gallery itself knows, where no Jupyter server says who somebody is.

Knows: Jupyter's users.  Must not know: how somebody signs in.
"""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_server.auth.identity import User


@dataclass
class Member(User):
    """Who asks: a row of the gallery's users, and what this request may do."""

    user_id: int = 0
    scopes: frozenset[str] | None = None
    """What a token is for; None for who signed in on the pages, who may do whatever they may."""

    def may(self, scope: str) -> bool:
        """Whether the request may do what *scope* names."""
        return self.scopes is None or scope in self.scopes
