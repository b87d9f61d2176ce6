"""People who work on one server, each under a name that the server knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jupyter_server.auth import IdentityProvider, User
from notebooks import notebook


class Colleagues(IdentityProvider):
    """Knows everybody by a token of their own: ``ada-only`` is ada's."""

    async def get_user_token(self, handler: Any) -> User | None:
        name, _, rest = (self.get_token(handler) or "").partition("-")
        return User(username=name, name=name.title()) if rest == "only" else None


@dataclass(frozen=True)
class Colleague:
    """One of them, at an editor."""

    name: str
    fetch: Any

    async def ask(self, method: str, *route: str, body: Any = None, **query: str) -> Any:
        """Return the JSON that the server answers."""
        answer = await self.fetch(
            *("api", *route),
            method=method,
            params=query,
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"token {self.name}-only"},
            allow_nonstandard_methods=True,
        )
        return json.loads(answer.body) if answer.body else None

    async def save(self, path: str, *sources: str) -> None:
        """Save a notebook with a cell for each of *sources*."""
        await self.save_content(path, notebook(*sources))

    async def save_content(self, path: str, content: Any) -> None:
        """Save the notebook *content*, as an editor does."""
        model = {"type": "notebook", "format": "json", "content": content}
        await self.ask("PUT", "contents", path, body=model)

    async def versions(self, path: str) -> list[dict[str, Any]]:
        """Return the history of *path*, newest first."""
        found: list[dict[str, Any]] = (await self.ask("GET", "bookstore", "versions", path))[
            "versions"
        ]
        return found

    async def restore_in_editor(self, path: str, version: dict[str, Any]) -> Any:
        """Begin to restore *version* into an open editor; return what is to be put into it."""
        body = {"version_id": version["version_id"], "in_editor": True}
        return (await self.ask("POST", "bookstore", "restore", path, body=body))["content"]
