"""Files and folders that go elsewhere in a store, so that nothing can be lost on the way.

Knows: the tree, what moves are noted as.  Must not know: Jupyter, contents models.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from ..archive.saves import move_of
from ..editors.reasons import Reason
from ..errors import Conflict, NotFound, ObjectNotFound, StoreUnavailable
from ..keys.api_paths import rebased
from ..notebooks.models import content_type_of
from ..records import Kind, ObjectVersion, Provenance
from .tree import Tree


class Moves:
    """Copies and moves of one tree; the store itself copies what is in the files."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    async def copy(self, old: str, new: str, reason: Reason) -> None:
        """Copy the file, or the folder and all that is in it; each copy knows where it is from."""
        tree = self._tree

        async def one(key: str) -> None:
            if key.endswith("/"):
                await tree.make_folder(rebased(tree.path(key), old, new))
            elif facts := await tree.file(tree.path(key)):
                target = rebased(tree.path(key), old, new)
                await self._copied(facts, target, reason, "copy")

        await tree.each(await tree.keys_at(old), one)

    async def move(self, old: str, new: str, reason: Reason) -> None:
        """Move the file, or the folder and all that is in it, and its history with it.

        Nothing is marked deleted at *old* before all of it is at *new*, which is looked at; what
        somebody else saves there meanwhile stays there.  A move that was interrupted goes on when
        it is asked for again; anything else at *new* is a :class:`~bookstore.errors.Conflict`.
        """
        tree = self._tree
        keys = await tree.keys_at(old)
        there = await tree.keys_at(new)
        is_under_way = await self._is_under_way(old, new) if there or not keys else False
        if not keys and not (is_under_way and there):
            raise NotFound(f"There is no file or folder {old!r}.")
        if there and not is_under_way:
            raise Conflict(f"There is a file or folder {new!r} already.")
        if keys:
            await self._begin(old, new)
            carried = await self._carry(keys, old, new, reason)
            await self._must_have_arrived(carried, old, new)
            await tree.keep_parent(old)
            await tree.each(carried, lambda key: self._let_go(key, carried[key]))
        await tree.put(move_of(tree.workspace, old, new))

    # -- there -------------------------------------------------------------------------------------

    async def _carry(
        self, keys: Iterable[str], old: str, new: str, reason: Reason
    ) -> dict[str, str]:
        """Bring *keys* to *new*; return the version of each that was brought, "" of a folder."""
        tree, carried = self._tree, dict[str, str]()

        async def one(key: str) -> None:
            path = tree.path(key)
            target = rebased(path, old, new)
            if key.endswith("/"):
                await tree.make_folder(target)
                carried[key] = ""
            elif facts := await tree.file(path):  # else it was deleted meanwhile
                await self._bring(facts, target, reason)
                carried[key] = facts.version_id

        await tree.each(keys, one)
        return carried

    async def _bring(self, facts: ObjectVersion, target: str, reason: Reason) -> None:
        there = await self._tree.file(target)
        if there is not None and await self._has_arrived(facts, there):
            return
        brought = await self._copied(facts, target, reason, "rename")
        if await self._tree.give_way(target, brought, there) is not None:
            raise _in_the_way(target)

    async def _has_arrived(self, facts: ObjectVersion, there: ObjectVersion) -> bool:
        """Did this version get there before, by a move that was interrupted?

        What such a move brought is brought anew if its file was saved since; what somebody else
        put there is never covered.
        """
        known, moved = facts.metadata or {}, there.metadata or {}
        if (moved.get("kind"), moved.get("source")) == ("rename", facts.key):
            digest = known.get("sha256")
            return digest == moved.get("sha256") if digest else facts.etag == there.etag
        if await self._tree.ever_had(there.key, facts.etag):  # and was saved since
            return True
        raise _in_the_way(self._tree.path(there.key))

    async def _copied(
        self, facts: ObjectVersion, target: str, reason: Reason, kind: Kind
    ) -> ObjectVersion:
        made = Provenance.of(b"", author=reason.author, kind=kind, source=facts.key)
        made = replace(made, sha256=(facts.metadata or {}).get("sha256", ""))
        return await self._tree.copy(facts, target, made.to_metadata(), content_type_of(target))

    async def _must_have_arrived(self, keys: Iterable[str], old: str, new: str) -> None:
        """Look whether all is at *new*: what is there goes by the store's word, not by ours."""
        tree = self._tree
        arrived = {*await tree.keys_at(new)}
        begin, onto = tree.key(old), tree.key(new)
        if missing := [key for key in keys if onto + key.removeprefix(begin) not in arrived]:
            raise StoreUnavailable(
                f"{old!r} is not moved: {len(missing)} of its files are not listed at {new!r} yet.",
                hint="Nothing is lost. Move it again, and it goes on.",
            )

    # -- and away ----------------------------------------------------------------------------------

    async def _let_go(self, key: str, version_id: str) -> None:
        """Mark *key* deleted, unless something else than what was brought is its newest version."""
        marker = await self._tree.mark_deleted(key)
        if not version_id or not marker.version_id:
            return
        below = await self._tree.below(marker)
        if below is None or below.is_delete_marker or below.version_id == version_id:
            return
        await self._tree.put_back(self._tree.path(key), below)
        raise Conflict(
            f"{self._tree.path(key)!r} was saved by somebody else while it was moved.",
            hint="Nothing is lost. Move it again, and it goes on.",
        )

    # -- moves that were interrupted ---------------------------------------------------------------

    async def _begin(self, old: str, new: str) -> None:
        """Note where *old* goes."""
        noted = move_of(self._tree.workspace, old, new)
        move = {"moved_to": new, "unfinished": True}
        await self._tree.put(replace(noted, body=json.dumps(move).encode()))

    async def _is_under_way(self, old: str, new: str) -> bool:
        try:
            move = json.loads(await self._tree.noted("moves", old))
        except (ObjectNotFound, ValueError):
            return False
        return (
            isinstance(move, dict)
            and move.get("unfinished") is True
            and (move.get("moved_to") == new)
        )


def _in_the_way(path: str) -> Conflict:
    return Conflict(
        f"There is another file {path!r}, which was not moved there.",
        hint="Nothing is lost. Rename one of the two, and move again.",
    )
