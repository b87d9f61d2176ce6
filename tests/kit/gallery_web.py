"""What the tests of the gallery's pages and routes send, and who sends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User

API = "/api/bookstore/gallery/notebooks"
Publish = Callable[..., Awaitable[str]]


class NamedByHeader(IdentityProvider):
    """Everybody is who they say they are."""

    async def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-Name", "ada")
        handler._token_authenticated = True  # so no form needs a cookie's mark
        return User(username=name, name=name) if name else None


def by(name: str) -> dict[str, str]:
    """The headers of somebody's request."""
    return {"X-Name": name}


def ipynb(*sources: str) -> dict[str, Any]:
    """A notebook: what begins with ``#`` is Markdown, all else is code."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": source}
        if source.startswith("#")
        else {
            "cell_type": "code",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for source in sources
    ]
    about = {"language_info": {"name": "python", "version": "3.11"}}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": about, "cells": cells}
