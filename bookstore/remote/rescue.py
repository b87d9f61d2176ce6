"""Edits that the store could not take, on this server's disk until it can.

Knows: an outbox of its own, the tree.  Must not know: Jupyter.
"""

from __future__ import annotations

import asyncio
import logging

from ..concurrency.background import BackgroundTask, guarded
from ..errors import BookstoreError, OutboxError, SaveLost, StoreError
from ..outbox import Outbox
from ..records import ObjectVersion, OutboxEntry, Save
from ..wiring import Bookstore
from .tree import Tree

LABEL = "Kept while the store was away"
"""What a version is called that was put into the store later than it was saved."""
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0

KEPT = (
    "What you saved is kept on this server's disk and will be a version in the history when the "
    "store is back; the document is not saved until you save it again."
)
NOT_KEPT = "Nothing of it is kept on this server: leave the document open, and save it again later."


class Rescue(BackgroundTask):
    """Keeps saves that were refused, and makes versions of them when the store is back.

    They never become what is at their path while something else is there: it is put on top again.
    """

    def __init__(self, bookstore: Bookstore, tree: Tree, log: logging.Logger) -> None:
        self._bookstore = bookstore
        self._tree = tree
        self._log = log
        settings = bookstore.settings
        self.outbox = Outbox(
            bookstore.outbox.directory / "rescued",
            max_bytes=settings.outbox_max_bytes,
            skip_unchanged=False,
        )
        self._is_needed = self.outbox.is_there()
        self._news = asyncio.Event()
        bookstore.guests.append(self.close)

    def begin(self) -> None:
        """Offer to the store what an earlier server left, if there is anything."""
        if self._is_needed:
            self.start()

    async def keep(self, save: Save) -> bool:
        """Keep *save*; tell whether that was possible, which it is not without a disk."""
        try:
            waiting = await self.outbox.pending(save.key)
            if not waiting or waiting[-1].metadata.get("sha256") != save.provenance.sha256:
                await self.outbox.add([save])
        except BookstoreError as error:
            self._log.warning("%s is kept nowhere: %s", save.path, error.message)
            return False
        self._is_needed = True
        self._news.set()
        self.start()
        return True

    async def bring(self, path: str) -> None:
        """Put what is kept of *path* into the store, before the save that comes now."""
        if not self._is_needed:
            return
        try:
            if self.outbox.try_lead():
                for entry in await self.outbox.pending(self._tree.key(path)):
                    await self._bring(entry)
        except OutboxError as error:  # it waits; what comes now needs no disk
            self._log.warning("What is kept of %s waits: %s", path, error.message)

    async def close(self) -> None:
        """Stop, and let go of the disk; what is kept waits there."""
        await self.stop()
        await self.outbox.close()

    # -- when the store is back --------------------------------------------------------------------

    async def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            is_done = False
            with guarded("Offering what was kept to the store", self._log):
                is_done = await self._bring_all()
            if is_done:
                pause_s = FIRST_PAUSE_S
                await self._news.wait()
            self._news.clear()
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _bring_all(self) -> bool:
        """Put all that is kept into the store; tell whether nothing is left.

        What cannot be put now holds up what was saved at its path later, and nothing else.
        """
        if not self.outbox.try_lead():
            return False
        waiting = await self.outbox.entries(limit=(await self.outbox.totals()).depth)
        for key in dict.fromkeys(entry.key for entry in waiting):
            try:
                async with self._tree.locks.hold(self._tree.path(key)):
                    for entry in await self.outbox.pending(key):
                        await self._bring(entry)
            except StoreError as error:
                self._log.debug("%s waits: %s", key, error.message)
        return not (await self.outbox.totals()).depth

    async def _bring(self, entry: OutboxEntry) -> None:
        """Make a version of *entry*, below what is there."""
        path = self._tree.path(entry.key)
        try:
            body = await self.outbox.body(entry)
        except SaveLost as error:
            self._log.error("%s", error.message)
            await self.outbox.discard(entry)
            return
        made = await self._tree.file(path)
        # Is it there already?  Then an answer was lost, or what follows here was interrupted.
        if made is None or (made.metadata or {}).get("save-id") != entry.save_id:
            made = await self._tree.put_as(entry, body)
        await self._give_way(path, made)
        await self.outbox.remove(entry, made)
        self._log.info("%s: what was kept while the store was away is a version now", path)
        with guarded(f"{path}: the version has no name", self._log, level=logging.WARNING):
            await self._bookstore.within(
                self._bookstore.history.label(entry.key, made.version_id, label=LABEL)
            )

    async def _give_way(self, path: str, made: ObjectVersion) -> None:
        """Put on top again what *made* was put over: whoever saved that was told that it is."""
        below = await self._tree.below(made)
        if below is not None and not below.is_delete_marker:
            await self._tree.put_back(path, below)
