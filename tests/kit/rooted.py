"""Somebody's folders, in which servers are started, one after the other or beside each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from notebooks import model
from traitlets.config import Config

from bookstore.actions import versions
from bookstore.actions.versions import VersionAddress, version_facts
from bookstore.archive.manager import BookstoreContentsArchiver
from bookstore.files.noted_roots import remember_root

Facts = dict[str, Any]


class RootedServer:
    """A server's contents manager and what it knows, without its HTTP."""

    def __init__(self, root: Path, config: Config) -> None:
        self.manager = BookstoreContentsArchiver(root_dir=str(root), config=config)
        self.bookstore = self.manager.bookstore

    async def save(self, path: str, *sources: str) -> None:
        """Save what a notebook says, one version after the other."""
        for source in sources:
            await self.manager.save(model(source), path)
            await self.bookstore.uploader.drain(deadline_s=20)

    async def rename(self, old: str, new: str) -> None:
        """Rename a notebook."""
        await self.manager.rename(old, new)
        await self.bookstore.uploader.drain(deadline_s=20)

    async def history(self, path: str, *, limit: int = 50) -> list[Facts]:
        """The whole history of a notebook as it is told, asked for page by page."""
        told: list[Facts] = []
        before = ""
        while True:
            found = await versions.versions(self.bookstore, path, limit=limit, before=before)
            told += [
                version_facts(self.bookstore, entry, folder=found.folders.get(entry.key, ""))
                for entry in found.page.entries
            ]
            if not (before := found.page.next):
                return told

    def address(self, version: Facts) -> VersionAddress:
        """The address of a version that was told."""
        return VersionAddress.of(
            {"version_id": version["version_id"], "version_path": version["path"]}, ""
        )

    async def body(self, version: Facts) -> str:
        """What a version that was told holds."""
        return (await versions.read(self.bookstore, self.address(version))).body.decode()


class Home:
    """A user's folders, and the settings of the servers that are started there."""

    def __init__(self, folder: Path, **settings: str) -> None:
        kept = {"local_store_dir": str(folder / "store"), "outbox_dir": str(folder / "outbox")}
        self.folder = folder
        self.config = Config(BookstoreSettings={**kept, **settings})

    @asynccontextmanager
    async def server(self, root: str) -> AsyncIterator[RootedServer]:
        """A server that is started in a folder."""
        folder = self.folder / root
        folder.mkdir(parents=True, exist_ok=True)
        remember_root(str(folder))
        server = RootedServer(folder, self.config)
        try:
            yield server
        finally:
            await server.bookstore.close(deadline_s=10)
