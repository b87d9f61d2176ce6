"""Look for text, an author or a kind in all versions of a notebook, or of all notebooks.

What is looked through is the ledger of what versions say; it is brought up to date beside that.

Knows: the cell index, stores' listings.  Must not know: who asks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from ..concurrency.path_locks import PathLocks
from ..errors import BookstoreError
from ..keys.workspace import Workspace
from ..records import ObjectVersion
from ..store.base import ObjectStore
from .cell_index import Body, CellIndex, Known, Ledger, Wanted
from .changes import MOST_BYTES, Read
from .entries import Entry
from .metadata_cache import Facts

MOST_VERSIONS = 20_000
"""The newest versions of one notebook that are looked through."""
LOOKED_AT_AGAIN_S = 600.0
"""What this server saves is known at once; what others save to the same store, after this time."""
MOST_NAMES = 10
"""So many earlier names of a notebook are followed."""
_TOGETHER = 50
_END = 10
"""Deletions may be among the newest versions."""
_KEPT = ("version_id", "save_id", "size_bytes", "sha256", "author", "kind", "source", "run")
_SUFFIX = ".ipynb"


class Found(NamedTuple):
    """A notebook with versions that are wanted."""

    key: str
    excerpt: str
    """The line in which the text stood last."""
    first: Entry
    """The first version that is wanted, and the last."""
    last: Entry
    gone: Entry | None
    """The version after the last: since when it is there no longer; None where it still is."""


class InHistory(NamedTuple):
    """What was found in the history of one notebook."""

    found: Found | None
    versions: tuple[Entry, ...]
    """Newest first; not all, where there are very many."""
    before: Mapping[str, Entry]
    """The version before each of them, by its ID; only where that is known and has content."""


class Searching:
    """Searches the versions of notebooks.

    *read* returns the body of a version.  Versions that wait in the outbox are not found.
    """

    def __init__(
        self, directory: Path, *, store: ObjectStore, facts: Facts, cells: CellIndex, read: Read
    ) -> None:
        self._ledger = Ledger(directory)
        self._store = store
        self._facts = facts
        self._cells = cells
        self._read = read
        self._locks = PathLocks()
        self._learned_at: dict[str, float] = {}

    # -- learning ------------------------------------------------------------------------------

    async def learn(self, key: str) -> None:
        """Have the ledger know all versions of *key*; raises what the store raises."""
        async with self._locks.hold(key):
            listed = await self._listed(key)
            known = await asyncio.to_thread(self._ledger.version_ids, key)
            kept, there = _in_common([version.version_id for version in listed], known)
            new = listed[there:]
            if not new and kept < len(known):
                await asyncio.to_thread(self._ledger.add, key, kept, (), {})
            for start in range(0, len(new), _TOGETHER):
                some = await self._facts.describe(new[start : start + _TOGETHER])
                kept += await self._add(key, kept, [Entry.of_version(each) for each in some])

    async def append(self, entries: Sequence[Entry]) -> None:
        """Put new versions of one notebook, the oldest first, behind those that are known.

        No store is asked, and where the cells of one are not known, it is left out with those after
        it.  :meth:`learn` puts right what was left out, and what others saved meanwhile.
        """
        key = entries[0].key
        async with self._locks.hold(key):
            append = partial(self._cells.together, partial(self._append, key, entries))
            await asyncio.to_thread(self._ledger.together, append)

    def _append(self, key: str, entries: Sequence[Entry]) -> None:
        end = self._ledger.end(key, _END + len(entries))
        there = {facts["version_id"] for _, facts in end}
        new = [entry for entry in entries if entry.version_id not in there]
        bodies = [entry.sha256 for entry in new if _is_told(entry)]
        before = [facts["sha256"] for _, facts in end if facts["kind"] != "delete"]
        self._cells.note_changes([*(before[-1:] or [""]), *bodies])
        cells = self._cells.known_cells(bodies)
        sources = {
            entry.version_id: frozenset(cell.source_sha256 for cell in cells.get(entry.sha256, ()))
            for entry in new
        }
        unknown = self._ledger.unknown(frozenset().union(*sources.values()))
        texts = self._cells.known_texts(unknown)

        def is_known(entry: Entry) -> bool:
            has_cells = entry.sha256 in cells or not _is_told(entry)
            return has_cells and texts.keys() >= sources[entry.version_id] & unknown

        versions = [_known(each, sources[each.version_id]) for each in takewhile(is_known, new)]
        if versions:
            place = end[-1][0] + 1 if end else 0
            self._ledger.add(key, place, versions, texts)

    async def learn_all(self, workspace: Workspace) -> None:
        """Have the ledger know all notebooks of *workspace*, deleted ones too, unless it does."""
        async with self._locks.hold(workspace.beginning):
            if not self.knows_all(workspace):
                await self._learn_all(workspace)
                self._learned_at[workspace.beginning] = time.monotonic()

    def knows_all(self, workspace: Workspace) -> bool:
        """Say whether all notebooks of *workspace* were looked at lately."""
        learned_at = self._learned_at.get(workspace.beginning)
        return learned_at is not None and time.monotonic() - learned_at < LOOKED_AT_AGAIN_S

    async def _learn_all(self, workspace: Workspace) -> None:
        keys = [version.key async for version in self._store.list(workspace.beginning)]
        keys += [gone.key async for gone in self._store.deleted(workspace.beginning)]
        for key in keys:
            if key.endswith(_SUFFIX) and workspace.holds(key):
                await self.learn(key)

    async def _listed(self, key: str) -> list[ObjectVersion]:
        """Return the versions of *key*, the oldest first."""
        listed: list[ObjectVersion] = []
        async for version in self._store.versions(key):
            listed.append(version)
            if len(listed) == MOST_VERSIONS:
                break
        return listed[::-1]

    async def _add(self, key: str, kept: int, entries: Sequence[Entry]) -> int:
        versions: list[Known] = []
        texts: dict[str, str] = {}
        for entry in entries:
            sources, new = await self._sources(entry, texts)
            versions.append(_known(entry, sources))
            texts |= new
        await asyncio.to_thread(self._ledger.add, key, kept, versions, texts)
        return len(versions)

    async def _sources(
        self, entry: Entry, known: dict[str, str]
    ) -> tuple[frozenset[str], dict[str, str]]:
        """Return the hashes of what *entry* says, and the texts that are not known yet."""
        if not _is_told(entry):
            return frozenset(), {}
        body = Body(entry.sha256, partial(self._read, entry))
        try:
            cells = await self._cells.cells(*body)
            sources = frozenset(cell.source_sha256 for cell in cells)
            new = await asyncio.to_thread(self._ledger.unknown, sources - known.keys())
            return sources, await self._cells.texts(new, body) if new else {}
        except BookstoreError:  # it is gone, or damaged
            return frozenset(), {}

    async def learn_history(self, key: str) -> None:
        """Have the ledger know all versions of *key*, and of the names it had."""
        async for name, _ in self._names(key):
            await self.learn(name)

    # -- finding -------------------------------------------------------------------------------

    async def everywhere(self, workspace: Workspace, wanted: Wanted, *, limit: int) -> list[Found]:
        """Return notebooks of *workspace* that have *wanted* versions, as far as they are known;
        those that had them last first."""
        return await self._found(wanted, workspace.beginning, limit)

    async def in_history(self, key: str, wanted: Wanted, *, limit: int) -> InHistory:
        """Return the *wanted* versions of *key*, and of the names it had, as far as they are
        known."""
        versions: list[Entry] = []
        before: dict[str, Entry] = {}
        finds: list[Found] = []
        async for name, until in self._names(key):
            places = await asyncio.to_thread(self._ledger.places, name, wanted, limit=limit)
            entries = await self._entries(name, [*places, *(place - 1 for place in places)])
            there = {place: entries[place] for place in places if place in entries}
            for place, entry in sorted(there.items(), reverse=True):
                if until is None or entry.saved_at < until:
                    versions.append(entry)
                    earlier = entries.get(place - 1)
                    if earlier is not None and earlier.kind != "delete":
                        before[entry.version_id] = earlier
            found = await self._found(wanted, name, 1)
            finds += [each for each in found if until is None or each.last.saved_at <= until]
        whole = finds[0]._replace(key=key, first=finds[-1].first) if finds else None
        return InHistory(whole, tuple(versions[:limit]), before)

    async def _found(self, wanted: Wanted, keys: str, limit: int) -> list[Found]:
        ask = partial(self._ledger.search, wanted, keys=[keys] if keys else [], limit=limit)
        found = []
        for find in await asyncio.to_thread(ask):
            entries = await self._entries(find.key, [find.first, find.last, find.last + 1])
            if find.first in entries and find.last in entries:
                ends = (entries[find.first], entries[find.last], entries.get(find.last + 1))
                found.append(Found(find.key, find.excerpt, *ends))
        return found

    async def _entries(self, key: str, places: Sequence[int]) -> dict[int, Entry]:
        facts = await asyncio.to_thread(self._ledger.versions, key, places)
        return {place: _entry(key, known) for place, known in facts.items()}

    async def _names(self, key: str) -> AsyncIterator[tuple[str, datetime | None]]:
        """Yield *key* and the names it had before, each with when it was given up."""
        until, seen = None, set[str]()
        while key and key not in seen and len(seen) < MOST_NAMES:
            yield key, until
            seen.add(key)
            facts = await asyncio.to_thread(self._ledger.origin, key)
            origin = _entry(key, facts) if facts else None
            key, until = (origin.followed_key, origin.saved_at) if origin else ("", None)


def _in_common(listed: Sequence[str], known: Sequence[str]) -> tuple[int, int]:
    """Return how many of the oldest *known* versions stay, and how many of *listed* they have.

    Of very many, the oldest are not listed.
    """
    is_cut_off = len(listed) == MOST_VERSIONS and listed[0] in known
    start = known.index(listed[0]) if is_cut_off else 0
    pairs = zip(listed, known[start:], strict=False)
    count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return start + count if count else 0, count


def _is_told(entry: Entry) -> bool:
    """Say whether it is told what is written in *entry*."""
    return entry.kind != "delete" and entry.size_bytes <= MOST_BYTES


def _known(entry: Entry, sources: frozenset[str]) -> Known:
    facts = {name: getattr(entry, name) for name in _KEPT}
    saved_at = entry.saved_at.isoformat()
    return Known(
        entry.version_id,
        saved_at,
        entry.author,
        entry.kind,
        {**facts, "saved_at": saved_at},
        sources,
    )


def _entry(key: str, facts: Mapping[str, Any]) -> Entry:
    saved_at = datetime.fromisoformat(facts["saved_at"])
    return Entry(key=key, **{**facts, "saved_at": saved_at})
