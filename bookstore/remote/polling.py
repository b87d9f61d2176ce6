"""What becomes of open documents, for whoever asks every second: several cost one question.

Knows: the tree, what it remembers.  Must not know: Jupyter, stores.
"""

from __future__ import annotations

import asyncio

from ..records import ObjectVersion
from .tree import Tree

_MOST_LISTED = 1000
"""A page of most stores: of files further down in a large folder the store is asked one by one."""


class Polling:
    """Answers from what the store said a moment ago, and has a folder listed for all of its files.

    A listing tells which of those that are asked for again and again did not change.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._listing = asyncio.Lock()

    async def file(self, path: str) -> ObjectVersion | None:
        """Return the facts of the file at *path* as of late; None where there is none."""
        cache = self._tree.cache
        if cache.is_outdated_among_others(path):
            async with self._listing:
                if cache.facts(path) is None:
                    await self._confirm_beside(path)
        return cache.facts(path) or await self._tree.file(path)

    async def _confirm_beside(self, path: str) -> None:
        cache = self._tree.cache
        changes, folder = cache.changes, path.rpartition("/")[0]
        for listed in await self._tree.listed(folder, most=_MOST_LISTED):
            cache.confirm(self._tree.path(listed.key), listed, changes=changes)
