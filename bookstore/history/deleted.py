"""Notebooks that are gone from their path, by deletion or by moving, and their last versions.

Knows: the store, the outbox, the documents that renames leave.  Must not know: HTTP.
"""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timezone

from ..errors import BadRequest, ObjectNotFound
from ..keys.workspace import Workspace
from ..outbox import Outbox
from ..records import DeletedObject, OutboxEntry
from ..store.base import ObjectStore
from ..words import shown
from .entries import DeletedNotebook, DeletedPage, Entry, Page
from .metadata_cache import Facts

_MOST_WAITING = 1000
_AT_ONCE = 16


class DeletedNotebooks:
    """Lists what was deleted or moved away from one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        store: ObjectStore,
        outbox: Outbox,
        facts: Facts,
        versions: Callable[[str], Awaitable[Page]],
    ) -> None:
        self._workspace = workspace
        self._store = store
        self._outbox = outbox
        self._facts = facts
        self._versions = versions
        self._moves = Moves(workspace, store)

    async def page(self, *, limit: int, after: str) -> DeletedPage:
        """Return what is gone: first what the store does not know yet, then in order of keys.

        *after*: the path that the page before ended with.
        """
        waiting = await self._waiting()
        first = [] if after else await self._not_delivered(waiting)
        found, more = await self._stored(limit, after, known=waiting)
        return DeletedPage(
            notebooks=await self._with_moves([*first, *found]),
            next=self._workspace.path(found[-1].key) if more else "",
        )

    async def newest(self, *, limit: int, text: str = "", before: str = "") -> DeletedPage:
        """Return what is gone whose path has *text* in it, what was deleted last first.

        *before*: the ``next`` of the page before.  All that is gone is listed for each page.
        """
        last = _place_of(before) if before else None
        waiting = await self._waiting()
        gone: list[DeletedObject | DeletedNotebook] = [*await self._not_delivered(waiting)]
        gone += [each async for each in self._listed("", waiting)]
        meant = (each for each in gone if self._has(each.key, text))
        older = (each for each in meant if last is None or _place(each) < last)
        chosen = heapq.nlargest(limit + 1, older, key=_place)
        stored = [each for each in chosen if isinstance(each, DeletedObject)]
        described = {each.key: each for each in await self._described(stored[:limit])}
        page = [described.get(each.key, each) for each in chosen[:limit]]
        return DeletedPage(
            notebooks=await self._with_moves(
                each for each in page if isinstance(each, DeletedNotebook)
            ),
            next=" ".join(_place(chosen[limit - 1])) if len(chosen) > limit else "",
        )

    def _has(self, key: str, text: str) -> bool:
        return text.casefold() in self._workspace.path(key).casefold()

    async def _with_moves(
        self, notebooks: Iterable[DeletedNotebook]
    ) -> tuple[DeletedNotebook, ...]:
        notebooks = list(notebooks)
        moved_to = await asyncio.gather(*map(self._moves.of, notebooks))
        return tuple(
            replace(notebook, moved_to=to) for notebook, to in zip(notebooks, moved_to, strict=True)
        )

    async def _waiting(self) -> dict[str, OutboxEntry]:
        """Return the newest entry of each key that waits in the outbox."""
        entries = await self._outbox.entries(limit=_MOST_WAITING)
        return {entry.key: entry for entry in entries if self._workspace.holds(entry.key)}

    async def _not_delivered(self, waiting: dict[str, OutboxEntry]) -> list[DeletedNotebook]:
        gone = []
        for entry in waiting.values():
            if entry.operation == "delete":
                past = await self._versions(entry.key)
                last = next((each for each in past.entries if each.kind != "delete"), None)
                if last is not None:
                    marker = Entry.of_pending(entry)
                    gone.append(_deleted(entry.key, marker.saved_at, last))
        return gone

    async def _stored(
        self, limit: int, after: str, *, known: dict[str, OutboxEntry]
    ) -> tuple[list[DeletedNotebook], bool]:
        found: list[DeletedObject] = []
        more = False
        async for gone in self._listed(after, known):
            if more := len(found) == limit:
                break
            found.append(gone)
        return await self._described(found), more

    async def _listed(
        self, after: str, known: dict[str, OutboxEntry]
    ) -> AsyncIterator[DeletedObject]:
        """Yield what the store says is gone, but for what is *known* to wait."""
        after_key = self._workspace.key(after) if after else ""
        async for gone in self._store.deleted(self._workspace.beginning, after=after_key):
            if gone.key not in known and self._workspace.holds(gone.key):
                yield gone

    async def _described(self, found: list[DeletedObject]) -> list[DeletedNotebook]:
        described = await self._facts.describe([gone.last for gone in found])
        last = {version.key: Entry.of_version(version) for version in described}
        return [
            _deleted(gone.key, gone.deleted_at, last[gone.key])
            for gone in found
            if gone.key in last
        ]


class Moves:
    """Says where a notebook went that is not where it was."""

    def __init__(self, workspace: Workspace, store: ObjectStore) -> None:
        self._workspace = workspace
        self._store = store
        self._asked: dict[str, asyncio.Task[tuple[str, datetime] | None]] = {}
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def of(self, notebook: DeletedNotebook) -> str:
        """Return the API path that *notebook* was renamed to, itself or with a folder; else ""."""
        path = self._workspace.path(notebook.key)
        below = ""
        while path:
            move = await self._move(path)
            # An older one is of another notebook, which was at this path before.
            if move is not None and move[1] >= notebook.last.saved_at:
                return f"{move[0]}{below}"
            folder, slash, name = path.rpartition("/")
            path, below = folder, f"{slash}{name}{below}"
        return ""

    async def _move(self, path: str) -> tuple[str, datetime] | None:
        if path not in self._asked:
            self._asked[path] = asyncio.get_running_loop().create_task(self._ask(path))
        return await self._asked[path]

    async def _ask(self, path: str) -> tuple[str, datetime] | None:
        try:
            async with self._free:
                stored = await self._store.get(self._workspace.reserved_key("moves", path))
            move = json.loads(stored.body)
            moved_at = datetime.fromisoformat(move["at"])
            if moved_at.tzinfo is None:
                return None
            return str(move["moved_to"]), moved_at
        except (ObjectNotFound, ValueError, TypeError, KeyError, RecursionError):
            return None


def _deleted(key: str, deleted_at: datetime, last: Entry) -> DeletedNotebook:
    return DeletedNotebook(key=key, deleted_at=deleted_at, last=last)


def _place(gone: DeletedObject | DeletedNotebook) -> tuple[str, str]:
    """Return what *gone* is sorted by: when it was deleted, in one form, and its key."""
    return gone.deleted_at.astimezone(timezone.utc).isoformat(timespec="microseconds"), gone.key


def _place_of(cursor: str) -> tuple[str, str]:
    moment, _, key = cursor.partition(" ")
    try:
        datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadRequest(
            f"after must be the next of a page before, not {shown(cursor)}."
        ) from error
    return moment, key
