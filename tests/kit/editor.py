"""What JupyterLab sends while somebody works on a notebook, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from notebooks import model, notebook, on_disk

from bookstore.wiring import Bookstore


class Editor:
    """Asks the server as JupyterLab and Notebook do."""

    def __init__(
        self, fetch: Callable[..., Awaitable[Any]], bookstore: Bookstore, root: Path
    ) -> None:
        self._fetch = fetch
        self.bookstore = bookstore
        self.root = root

    async def ask(self, verb: str, path: str, *more: str, body: object = None, **query: str) -> Any:
        """Return the JSON of the answer, None where there is none."""
        answer = await self._fetch(
            "api", "contents", path, *more,
            method=verb, params=query, allow_nonstandard_methods=True,
            body=None if body is None else json.dumps(body),
        )  # fmt: skip
        return json.loads(answer.body) if answer.body else None

    async def autosave(self, path: str, source: str) -> None:
        """Save as the editor does every two minutes."""
        await self.ask("PUT", path, body=model(source))

    async def save(self, path: str, source: str) -> dict[str, Any]:
        """Save as the editor does when somebody presses Save; return the checkpoint."""
        await self.autosave(path, source)
        return await self.checkpoint(path)

    async def checkpoint(self, path: str) -> dict[str, Any]:
        made: dict[str, Any] = await self.ask("POST", path, "checkpoints")
        return made

    async def checkpoints(self, path: str) -> list[dict[str, Any]]:
        """What the menu shows: JupyterLab turns the server's list around."""
        listed: list[dict[str, Any]] = await self.ask("GET", path, "checkpoints")
        return listed[::-1]

    async def revert(self, path: str, checkpoint: dict[str, Any]) -> None:
        await self.ask("POST", path, "checkpoints", checkpoint["id"])

    async def open(self, path: str) -> dict[str, Any]:
        """Open the notebook, and let what the server does about it end."""
        model: dict[str, Any] = await self.ask("GET", path, content="1", type="notebook")
        await self.settled()
        return model

    async def settled(self) -> None:
        """Return when nothing goes on beside the requests any more."""
        await self.bookstore.background.finish(timeout_s=60)

    def write_outside(self, path: str, source: str) -> None:
        """Write a notebook as ``git pull`` would, or a script."""
        (self.root / path).write_bytes(on_disk(notebook(source)))

    def on_disk(self, path: str) -> str:
        """The source of the notebook's cell on disk."""
        return source_in((self.root / path).read_bytes())

    def on_disk_bytes(self, path: str) -> bytes:
        """What the file holds."""
        return (self.root / path).read_bytes()

    async def told(self, path: str) -> list[tuple[str, str]]:
        """The kind and the source of each version that the store has, oldest first."""
        await self.settled()
        assert await self.bookstore.uploader.drain(deadline_s=30) == 0
        store, key = self.bookstore.store, f"workspace/{path}"
        told = []
        async for version in store.versions(key):
            if version.is_delete_marker:
                told.append(("delete", ""))
            else:
                stored = await store.get(key, version_id=version.version_id)
                metadata = stored.version.metadata or {}
                told.append((metadata["kind"], source_in(stored.body)))
        return told[::-1]


def source_in(body: bytes) -> str:
    """The source of a notebook's cells."""
    return "".join("".join(cell["source"]) for cell in json.loads(body)["cells"])
