"""Tell the saves that a user asked for from those that the editor makes by itself.

JupyterLab and Notebook follow a save that somebody asked for with a request for a checkpoint, and
no automatic one.  So a checkpoint soon after a save makes that save's version a manual one: in the
outbox, while its delivery has not begun, else with a mark beside the version.  The first save of a
new notebook is followed by a rename, and only that by the checkpoint.

Knows: the outbox, history, time, as an argument.  Must not know: HTTP, Jupyter.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple

from ..concurrency.background import Background
from ..errors import BookstoreError, OutboxUnavailable
from ..history import Entry, History
from ..outbox import Outbox

FOLLOWS_WITHIN_S = 10.0
"""A checkpoint later than that does not belong to the save before it."""
MOST = 1000


class _Saved(NamedTuple):
    key: str
    """What it was saved under."""
    at: float
    save_id: str
    """Empty when the save changed nothing and made no version."""


class ManualSaves:
    """Waits, for each key saved, for the request that makes the save a manual one."""

    def __init__(
        self,
        outbox: Outbox,
        history: History,
        background: Background,
        log: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._history = history
        self._background = background
        self._log = log
        self._clock = clock
        self._saved: OrderedDict[str, _Saved] = OrderedDict()
        self._marked: OrderedDict[str, None] = OrderedDict()  # save IDs

    def note_save(self, key: str, save_id: str) -> None:
        """Note that *key* was saved just now; *save_id* is "" when that made no version."""
        self._saved.pop(key, None)
        self._saved[key] = _Saved(key, self._clock(), save_id)
        _keep_newest(self._saved)

    def note_rename(self, old_key: str, new_key: str) -> None:
        """Note that what was saved as *old_key* is at *new_key* now."""
        if saved := self._saved.pop(old_key, None):
            self._saved[new_key] = saved

    async def note_checkpoint(self, key: str) -> None:
        """Note that a checkpoint of *key* is asked for; the store is not waited for."""
        saved = self._saved.pop(key, None)
        if saved is None or self._clock() - saved.at > FOLLOWS_WITHIN_S:
            return
        try:
            save_id = saved.save_id or await self._outbox.heads.save_id(saved.key)
            if await self._outbox.amend(save_id, "manual"):
                return
        except OutboxUnavailable as error:
            self._log.debug("%s: a manual save may count as an ordinary one: %s", key, error)
        self._background.start(self._mark(saved.key, saved.save_id))

    async def _mark(self, key: str, save_id: str) -> None:
        try:
            if save_id:
                await self._mark_once(key, save_id)
            elif entry := await self._newest_automatic(key):
                await self._mark_once(key, entry.save_id, entry.version_id)
        except BookstoreError as error:
            self._log.debug("%s: a manual save counts as an ordinary one: %s", key, error)

    async def _newest_automatic(self, key: str) -> Entry | None:
        page = await self._history.page(key, limit=1)
        newest = [entry for entry in page.entries if entry.key == key]
        return next((entry for entry in newest if entry.kind in ("save", "outside")), None)

    async def _mark_once(self, key: str, save_id: str, version_id: str = "") -> None:
        ref = save_id or version_id
        if ref in self._marked:
            return
        self._marked[ref] = None
        _keep_newest(self._marked)
        with ExitStack() as unless_done:
            unless_done.callback(self._marked.pop, ref, None)
            await self._history.mark(key, save_id=save_id, version_id=version_id, kind="manual")
            unless_done.pop_all()


def _keep_newest(kept: OrderedDict[str, Any]) -> None:
    if len(kept) > MOST:
        kept.popitem(last=False)
