"""Which files of a contents manager are archived, under which keys, and where they lie.

Knows: a contents manager's files, settings, the outbox.  Must not know: HTTP, what is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.manager import AsyncContentsManager

from ..errors import OutboxUnavailable
from ..keys.api_paths import normal_path
from ..keys.workspace import is_reserved
from ..wiring import Bookstore, bookstore_for


class ArchivedFiles(AsyncContentsManager):
    """The part of an archiving contents manager that knows which files are meant."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        server = self.parent if self.parent is not None else self
        self.bookstore: Bookstore = bookstore_for(server, root_dir=self.root_dir)
        self._known_keys: set[str] = set()

    async def is_archived(self, path: str) -> bool:
        """Is the file at API path *path* one of those that are archived?"""
        return bool(await self.archived_among([normal_path(path)]))

    async def archived_among(self, paths: Iterable[str]) -> set[str]:
        """Return those of *paths* that are archived: for their name, or because they were before.

        So what was saved as a notebook once, and be it text, stays archived whoever changes it.
        While the outbox cannot be asked, what it said last counts.
        """
        names = [path for path in paths if not is_reserved("", path)]
        named = {name for name in names if self._is_named(name)}
        keys = {self._key(name): name for name in names if name not in named}
        try:
            known = await self.bookstore.outbox.heads.known([*keys])
            self._known_keys = self._known_keys.difference(keys) | known
        except OutboxUnavailable as error:
            self.log.debug("Which other files are archived is not known: %s", error)
            known = self._known_keys.intersection(keys)
        return named | {keys[key] for key in known}

    def os_path_of(self, path: str) -> Path | None:
        """The file of *path*; None for a manager that keeps none."""
        find = getattr(self, "_get_os_path", None)
        return Path(find(path)) if find else None

    def _is_named(self, path: str) -> bool:
        return self.bookstore.settings.archives(path) and not is_reserved("", path)

    def _key(self, path: str) -> str:
        return self.bookstore.workspace.key(path)
