"""A save is in the store, unseen work of others is not covered, or it is refused and kept.

Knows: the tree, what was told, what keeps.  Must not know: Jupyter, contents models.
"""

from __future__ import annotations

import asyncio
from typing import NoReturn

from ..archive.identity import by_editors, current_reason
from ..errors import Conflict, StoreError, StoreUnavailable
from ..notebooks.resemblance import says_nothing_new
from ..records import ObjectVersion, Save
from ..wiring import Bookstore
from .known import Known
from .rescue import KEPT, NOT_KEPT, Rescue
from .tree import Tree
from .uploads import Upload


class Saves:
    """Puts what users save; whoever calls holds the path."""

    def __init__(
        self, bookstore: Bookstore, tree: Tree, known: Known, rescue: Rescue | None
    ) -> None:
        """*rescue*: what keeps the saves that the store does not take, if anything does."""
        self._bookstore = bookstore
        self._tree = tree
        self._known = known
        self._rescue = rescue

    async def put(self, path: str, body: bytes | Upload) -> ObjectVersion:
        """Make *body* the newest version, unless somebody else did so since it was looked at.

        A shared document is saved by all who edited it, and not anew for what its editor wrote into
        it when it was opened.
        """
        is_told, seen = self._known.is_told(path), self._known.of(path)
        with by_editors(self._bookstore.shared, path) as edits:
            if isinstance(body, Upload):
                version = await self._tree.write_upload(path, body, current_reason())
            elif seen and edits.spare_content and await self._says_nothing_new(path, body, seen):
                return seen
            else:
                version = await self._put_or_keep(await self._save_of(path, body), path)
        if is_told:
            await self._check(path, version, seen)
        self._known.tell(path, version)
        self._known.settle(path)
        return version

    async def _save_of(self, path: str, body: bytes) -> Save:
        announcements = self._bookstore.announcements
        reason = await announcements.reason_of(path, body, current_reason())
        return await self._tree.save_of(path, body, reason)

    async def _says_nothing_new(self, path: str, body: bytes, seen: ObjectVersion) -> bool:
        """Is *body* what is there, with no more than an editor writes into it by itself?

        It is asked of what was read lately only, and not of a save that is awaited.
        """
        bookstore, before = self._bookstore, self._tree.cache.body(path)
        if not bookstore.settings.skip_unchanged or bookstore.announcements.of(path) is not None:
            return False
        if before is None or before.version.version_id != seen.version_id:
            return False
        return await asyncio.to_thread(says_nothing_new, before.body, body)

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
        with by_editors(self._bookstore.shared, path):
            save = await self._save_of(path, body)
            raise await self._kept(save, error) from error

    async def _kept(self, save: Save, error: StoreError) -> StoreError:
        is_kept = self._rescue is not None and await self._rescue.keep(save)
        advice = "" if isinstance(error, StoreUnavailable) else f" {error.hint}"
        return type(error)(error.message, hint=f"{KEPT if is_kept else NOT_KEPT}{advice}")

    async def _check(self, path: str, version: ObjectVersion, seen: ObjectVersion | None) -> None:
        """Put back what *version* was put over if nobody had seen it, and refuse."""
        try:
            theirs = await self._tree.give_way(path, version, seen, self._known.own(path))
            if theirs is None:
                return
            self._known.tell(path, theirs)
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
