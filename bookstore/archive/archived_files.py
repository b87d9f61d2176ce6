"""Which files of a contents manager are archived, and where they lie.

Knows: a contents manager's files, settings, the outbox.  Must not know: HTTP, what is recorded.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from ..errors import OutboxUnavailable
from ..files.contents_managers import allows_hidden
from ..files.folders import FolderFiles, files_at
from ..keys.api_paths import has_hidden_name, normal_path
from ..keys.workspace import is_reserved
from ..wiring import Bookstore

Model: TypeAlias = "dict[str, Any]"


class ContentsFiles(Protocol):
    """All that is known here of a contents manager."""

    @property
    def root_dir(self) -> str:
        """The folder that the API path "" is."""

    def os_path_of(self, path: str) -> Path | None:
        """Return the file of *path*; None for a manager that keeps none."""

    async def get(self, path: str, content: bool = True) -> Model:
        """Return the contents model of what is at *path*."""


class ArchivedFiles:
    """Knows which of a contents manager's files are meant."""

    def __init__(self, manager: ContentsFiles, bookstore: Bookstore, log: logging.Logger) -> None:
        self._manager = manager
        self._bookstore = bookstore
        self._log = log
        self._known_keys: set[str] = set()

    async def is_archived(self, path: str) -> bool:
        """Is the file at API path *path* one of those that are archived?"""
        name = normal_path(path)
        return self.is_named(name) or bool(await self.archived_among([name]))

    async def archived_among(self, paths: Iterable[str]) -> set[str]:
        """Return those of *paths* that are archived: for their name, or because they were before.

        So what was saved as a notebook once, and be it text, stays archived whoever changes it.
        While the outbox cannot be asked, what it said last counts.
        """
        names = [path for path in paths if not is_reserved("", path)]
        named = {name for name in names if self.is_named(name)}
        if named.issuperset(names):  # the outbox need not be asked
            return named
        workspace = self._bookstore.workspace
        keys = {workspace.key(name): name for name in names if name not in named}
        try:
            known = await self._bookstore.outbox.heads.known([*keys])
            self._known_keys = self._known_keys.difference(keys) | known
        except OutboxUnavailable as error:
            self._log.debug("Which other files are archived is not known: %s", error)
            known = self._known_keys.intersection(keys)
        return named | {keys[key] for key in known}

    def is_hidden(self, path: str) -> bool:
        """Is the file at *path* one that the manager's users may not see, for its name?"""
        return has_hidden_name(path) and not allows_hidden(self._manager)

    def is_named(self, path: str) -> bool:
        """Is what is at *path* archived for its name?"""
        return self._bookstore.settings.archives(path) and not is_reserved("", path)

    def file_of(self, path: str) -> Path | None:
        """Return the file of *path*; None for a manager that keeps none."""
        return self._manager.os_path_of(path)

    def path_of(self, os_path: str) -> str | None:
        """Return the API path of the file at *os_path*, None for one that is not below the root."""
        file, root = Path(os_path), Path(os.path.abspath(self._manager.root_dir))  # noqa: PTH100
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else None

    async def below(self, path: str) -> FolderFiles:
        """The API path of the file at *path*, or of every file in the folder there."""
        os_path = self._manager.os_path_of(path)
        if os_path is None:
            return FolderFiles([path], [])
        found = await asyncio.to_thread(files_at, os_path)
        return FolderFiles(*([normal_path(f"{path}/{file}") for file in part] for part in found))

    async def below_or_told(self, path: str) -> list[str]:
        """As above; tell of folders that cannot be read, where nothing is lost by that."""
        below = await self.below(path)
        for unread in below.unread:
            self._log.warning("%s cannot be read, so what is in it is not archived", unread)
        return list(below.files)
