"""An archive in a test's hands: saves that are delivered at once, or wait."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from bookstore.history import Entry, History
from bookstore.keys.workspace import Workspace, Workspaces
from bookstore.outbox import Outbox
from bookstore.records import Kind, ObjectVersion, Provenance, Save
from bookstore.store.base import ObjectStore

WORKSPACE = Workspace("workspace")
START = datetime(2026, 11, 20, 10, 0, tzinfo=timezone.utc)


class Archive:
    """Makes versions, one a minute, and asks for their history."""

    def __init__(self, store: ObjectStore, outbox: Outbox) -> None:
        self.store = store
        self.outbox = outbox
        self.now = START
        self.history = self.another_server()

    def another_server(self) -> History:
        """Return the history that another server on the same store tells."""
        workspaces = Workspaces.of_setting("workspace")
        return History(store=self.store, outbox=self.outbox, workspaces=workspaces)

    def make(
        self,
        path: str,
        body: str = "",
        *,
        kind: Kind = "save",
        came_from: str = "",
        author: str = "ana",
    ) -> Save:
        """Return a save of *path*, a minute after the one before."""
        self.now += timedelta(minutes=1)
        content = (body or f"{path} at {self.now}").encode()
        source = WORKSPACE.key(came_from) if came_from else ""
        provenance = Provenance.of(content, author=author, kind=kind, source=source)
        return Save(
            path=path,
            key=WORKSPACE.key(path),
            operation="put",
            provenance=replace(provenance, saved_at=self.now),
            body=content,
        )

    async def put(self, save: Save) -> ObjectVersion:
        """Put *save* into the store."""
        return await self.store.put(
            save.key,
            save.body,
            metadata=save.provenance.to_metadata(),
            content_type=save.content_type,
        )

    async def deliver(self, save: Save) -> str:
        """Put *save* into the store; return its version ID."""
        return (await self.put(save)).version_id

    async def save(self, path: str, body: str = "", **facts: object) -> str:
        """Save and deliver; return the version ID."""
        return await self.deliver(self.make(path, body, **facts))  # type: ignore[arg-type]

    async def wait(
        self, path: str, body: str = "", *, only_if_changed: bool = False, **facts: object
    ) -> Save:
        """Save, and leave it in the outbox."""
        save = self.make(path, body, **facts)  # type: ignore[arg-type]
        save = replace(save, only_if_changed=only_if_changed)
        await self.outbox.add([save])
        return save

    async def rename(self, old: str, new: str, *, document: bool = True) -> str:
        """Rename as the archiver does: content at the new key, a marker at the old one."""
        version_id = await self.save(new, kind="rename", came_from=old)
        await self.store.delete(WORKSPACE.key(old))
        if document:
            move = {"moved_to": new, "at": self.now.isoformat()}
            await self.store.put(
                WORKSPACE.reserved_key("moves", old),
                json.dumps(move).encode(),
                metadata={},
                content_type="application/json",
            )
        return version_id

    async def all(self, path: str, *, limit: int = 50) -> list[Entry]:
        """Return the whole history of *path*, asked for page by page."""
        entries: list[Entry] = []
        before = ""
        while True:
            page = await self.history.page(WORKSPACE.key(path), limit=limit, before=before)
            entries += page.entries
            if not page.next:
                return entries
            before = page.next
