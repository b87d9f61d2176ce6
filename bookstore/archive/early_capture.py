"""Record what a save writes while it is still on its way to the file.

The outbox's disk and the file's then work at the same time, and nothing is read back.

Knows: an event loop, how to record.  Must not know: the outbox, how a file is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from ..concurrency.background import guarded, start_in_background
from ..files.last_seen import Signature
from ..outbox.recorder import Recorded
from ..records import Save

_log = logging.getLogger("bookstore.archive.capture")


class EarlyRecording:
    """Records the content of one file as soon as it is sure to be written.

    From then on only a disk that breaks can keep it from the file.  What was recorded stays a
    version even so: it is what the user wanted to keep.
    """

    def __init__(
        self,
        file: Path,
        save_of: Callable[[bytes], Save],
        record: Callable[[Sequence[Save]], Coroutine[Any, Any, Recorded]],
    ) -> None:
        self.file = file
        self.signature: Signature | None = None
        """Of the file with the content that was recorded; None before it is there."""
        self._save_of = save_of
        self._record = record
        self._loop = asyncio.get_running_loop()
        self._recording: asyncio.Task[Recorded] | None = None

    def content_written(self, file: Path, content: bytes) -> None:
        """Begin to record *content*, if it is that of our file; on any thread."""
        if file != self.file:
            return
        with guarded("Recording a save early", _log):  # it is read, once it is there
            self._loop.call_soon_threadsafe(self._begin, self._save_of(content))

    def file_replaced(self, file: Path, signature: Signature) -> None:
        """Note what the file looks like with the content that was recorded."""
        if file == self.file:
            self.signature = signature

    async def outcome(self) -> Recorded | None:
        """Return what became of the save; None when it was not recorded early."""
        return None if self._recording is None else await self._recording

    def _begin(self, save: Save) -> None:
        self._recording = start_in_background(self._record([save]))
