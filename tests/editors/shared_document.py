"""A notebook that several people edit at the same time, as the contents manager meets it."""

from __future__ import annotations

from typing import Any

from jupyter_server.serverapp import ServerApp
from notebooks import model

ROOM = "json:notebook:1"


class Shared:
    """A document that people edit together, and that the server saves by itself."""

    def __init__(self, server: ServerApp) -> None:
        self.manager = server.contents_manager
        self.documents = self.manager.bookstore.shared
        self.path = "plan.ipynb"
        self.documents.open(ROOM, lambda: self.path)

    def edited_by(self, *names: str, of_metadata: bool = False) -> None:
        """Note edits of these people."""
        for name in names:
            self.documents.note_edit(ROOM, name, of_metadata=of_metadata)

    async def save(self, *sources: str, **metadata: Any) -> None:
        """Save it without a request, as real-time collaboration does."""
        await self.manager.save(model(*sources, **metadata), self.path)
