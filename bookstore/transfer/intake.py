"""Take versions from elsewhere into the store, in order, each once.

Knows: the store, history.  Must not know: where versions come from, terminals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..history import History
from ..notebooks.models import content_type_of
from ..records import Kind, Provenance
from ..store.base import ObjectStore

_PAGE = 200

Fate = Literal["imported", "there already", "has a history"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A version that is not in the store yet."""

    source: str
    """Where it comes from; the same place always gives the same version."""
    saved_at: datetime
    read: Callable[[], Awaitable[bytes]]
    author: str = ""
    kind: Kind = "save"

    @property
    def save_id(self) -> str:
        """Its identity, by which a second import knows it."""
        text = f"{self.source} {self.saved_at.isoformat()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one notebook's versions."""

    path: str
    fate: Fate
    versions: int = 0
    """How many were imported."""


class Intake:
    """Puts foreign versions under keys that have no history of their own."""

    def __init__(self, store: ObjectStore, history: History) -> None:
        self._store = store
        self._history = history

    async def take(
        self, path: str, key: str, versions: Sequence[Foreign], *, is_deleted: bool = False
    ) -> Taken:
        """Put *versions*, oldest first, under *key*, and a delete marker where *is_deleted*.

        What an import that was interrupted has put is left as it is.  A key that has versions
        from elsewhere is left alone: older ones cannot be put below them.
        """
        known, ends_deleted = await self._known(key)
        planned = _plan(path, versions, known)
        if planned.fate == "has a history":
            return planned
        new = [version for version in versions if version.save_id not in known]
        for version in new:
            await self._put(key, version)
        if is_deleted and not (ends_deleted and not new):
            await self._store.delete(key)
        return planned

    async def look(self, path: str, key: str, versions: Sequence[Foreign]) -> Taken:
        """Return what would become of *versions*; put nothing."""
        known, _ = await self._known(key)
        return _plan(path, versions, known)

    async def _known(self, key: str) -> tuple[set[str], bool]:
        """Return the saves that *key* has, and whether it ends with a delete marker."""
        known: set[str] = set()
        ends_deleted, before = False, ""
        while True:
            page = await self._history.page(key, limit=_PAGE, before=before)
            if not before and page.entries:
                ends_deleted = page.entries[0].kind == "delete"
            known |= {entry.ref for entry in page.entries if entry.kind != "delete"}
            if not (before := page.next):
                return known, ends_deleted

    async def _put(self, key: str, version: Foreign) -> None:
        body = await version.read()
        provenance = Provenance(
            save_id=version.save_id,
            sha256=hashlib.sha256(body).hexdigest(),
            saved_at=version.saved_at,
            author=version.author,
            kind=version.kind,
            source=version.source,
        )
        await self._store.put(
            key, body, metadata=provenance.to_metadata(), content_type=content_type_of(key)
        )


def _plan(path: str, versions: Sequence[Foreign], known: set[str]) -> Taken:
    ours = {version.save_id for version in versions}
    if not known <= ours:
        return Taken(path=path, fate="has a history")
    new = len(ours - known)
    return Taken(path=path, fate="imported" if new else "there already", versions=new)
