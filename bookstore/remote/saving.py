"""A save is in the store, unseen work of others is not covered, or it is refused and kept.

Knows: the tree, what was told, what keeps.  Must not know: Jupyter, contents models.
"""

from __future__ import annotations

from typing import NoReturn

from ..archive.identity import current_reason
from ..errors import Conflict, StoreError, StoreUnavailable
from ..records import ObjectVersion, Save
from .known import Known
from .rescue import KEPT, NOT_KEPT, Rescue
from .tree import Tree
from .uploads import Upload


class Saves:
    """Puts what users save; whoever calls holds the path."""

    def __init__(self, tree: Tree, known: Known, rescue: Rescue | None) -> None:
        """*rescue*: what keeps the saves that the store does not take, if anything does."""
        self._tree = tree
        self._known = known
        self._rescue = rescue

    async def put(self, path: str, body: bytes | Upload) -> ObjectVersion:
        """Make *body* the newest version, unless somebody else did so since it was looked at."""
        is_told, seen = self._known.is_told(path), self._known.of(path)
        if isinstance(body, Upload):
            version = await self._tree.write_upload(path, body, current_reason())
        else:
            version = await self._put_or_keep(
                await self._tree.save_of(path, body, current_reason()), path
            )
        if is_told:
            await self._check(path, version, seen)
        self._known.tell(path, version)
        self._known.settle(path)
        return version

    async def _put_or_keep(self, save: Save, path: str) -> ObjectVersion:
        self._known.tried(path, save.provenance.save_id)
        try:
            if self._rescue is not None:
                await self._rescue.bring(path)
            return await self._tree.put(save)
        except StoreError as error:
            raise await self._kept(save, error) from error

    async def refuse(self, path: str, body: bytes, error: StoreError) -> NoReturn:
        """Keep *body*, which the store cannot take because of *error*, and raise that in words."""
        save = await self._tree.save_of(path, body, current_reason())
        raise await self._kept(save, error) from error

    async def _kept(self, save: Save, error: StoreError) -> StoreError:
        is_kept = self._rescue is not None and await self._rescue.keep(save)
        advice = "" if isinstance(error, StoreUnavailable) else f" {error.hint}"
        return type(error)(error.message, hint=f"{KEPT if is_kept else NOT_KEPT}{advice}")

    async def _check(self, path: str, version: ObjectVersion, seen: ObjectVersion | None) -> None:
        """Put back what *version* was put over if nobody had seen it, and refuse."""
        base, own = "", self._known.own(path)
        if seen is not None:  # it may have been put back on top since
            base, own = seen.version_id, own | {(seen.metadata or {}).get("save-id", "-")}
        try:
            theirs = await self._tree.overtaken(path, version, base, own)
            if theirs is None:
                return
            self._known.tell(path, await self._tree.put_back(path, theirs))
            self._known.settle(path)
        except StoreError as error:
            raise StoreUnavailable(
                error.message,
                hint="What you saved is a version in the history. Whether somebody else saved in "
                "between is not known: save again when the store answers.",
            ) from error
        raise Conflict(
            f"{path} was saved by somebody else meanwhile.",
            hint="Nothing is lost: your edit is the version below theirs in the history. Reload "
            "the document to see theirs, or save again to put yours in its place.",
        )
