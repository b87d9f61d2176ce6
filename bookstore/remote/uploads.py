"""Uploads that come in pieces: kept beside the store until the last has come, then stored at once.

Knows: temporary files.  Must not know: stores, models.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import OrderedDict
from typing import IO

MOST = 32
"""Uploads under way; of more, the one that was longest without a piece is given up."""
_IN_MEMORY_BYTES = 4 * 2**20


class UnknownUploadError(Exception):
    """A piece came of an upload that never began, or was given up."""


class Uploads:
    """The pieces of each upload, in a file without a name that nobody else can see."""

    def __init__(self) -> None:
        self._under_way: OrderedDict[str, IO[bytes]] = OrderedDict()

    def is_under_way(self, path: str) -> bool:
        """Is there an upload to *path* of which more is to come?"""
        return path in self._under_way

    def begin(self, path: str) -> None:
        """Begin an upload to *path*, over one that was not finished."""
        self.give_up(path)
        # Closed when the upload ends or is given up.
        self._under_way[path] = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            max_size=_IN_MEMORY_BYTES
        )
        if len(self._under_way) > MOST:
            self.give_up(next(iter(self._under_way)))

    def add(self, path: str, piece: bytes) -> int:
        """Add the next piece; return how many bytes there are.  Blocks on a disk."""
        file = self._of(path)
        self._under_way.move_to_end(path)
        file.write(piece)
        return file.tell()

    def whole(self, path: str) -> bytes:
        """Return all that came, and end the upload.  Blocks on a disk."""
        file = self._of(path)
        file.seek(0)
        body = file.read()
        self.give_up(path)
        return body

    def give_up(self, path: str) -> None:
        """Forget an upload to *path*, if there is one."""
        if file := self._under_way.pop(path, None):
            with contextlib.suppress(OSError):
                file.close()

    def _of(self, path: str) -> IO[bytes]:
        if path not in self._under_way:
            raise UnknownUploadError(path)
        return self._under_way[path]
