"""Uploads that come in pieces: kept beside the store until the last has come, then stored at once.

Knows: temporary files.  Must not know: stores' requests, models.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections import OrderedDict

from ..store.base import FileBody

MOST = 32
"""Uploads under way; of more, the one that was longest without a piece is given up."""


class UnknownUploadError(Exception):
    """A piece came of an upload that never began, or was given up."""


class Upload:
    """What came of one upload, in a file without a name that nobody else can see."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed when it is given up
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.pieces = 0
        """So many came."""

    def add(self, piece: bytes) -> int:
        """Add the next piece; return how many bytes there are.  Blocks on a disk."""
        self._sha256.update(piece)
        self._md5.update(piece)
        self._file.write(piece)
        self.pieces += 1
        return self._file.tell()

    @property
    def sha256(self) -> str:
        """Of all that came, in hexadecimal digits."""
        return self._sha256.hexdigest()

    def whole(self) -> FileBody:
        """Return all that came."""
        self._file.seek(0, 2)
        return FileBody(file=self._file, size_bytes=self._file.tell(), md5=self._md5.digest())

    def close(self) -> None:
        """Let go of what came."""
        with contextlib.suppress(OSError):
            self._file.close()


class Uploads:
    """Those under way, by path."""

    def __init__(self) -> None:
        self._under_way: OrderedDict[str, Upload] = OrderedDict()

    def is_under_way(self, path: str) -> bool:
        """Is there an upload to *path* of which more is to come?"""
        return path in self._under_way

    def begin(self, path: str) -> Upload:
        """Begin an upload to *path*, over one that was not finished.  Blocks on a disk."""
        self.give_up(path)
        upload = self._under_way[path] = Upload()
        if len(self._under_way) > MOST:
            self.give_up(next(iter(self._under_way)))
        return upload

    def of(self, path: str) -> Upload:
        """Return the upload to *path* that is under way."""
        if path not in self._under_way:
            raise UnknownUploadError(path)
        self._under_way.move_to_end(path)
        return self._under_way[path]

    def give_up(self, path: str) -> None:
        """Forget an upload to *path*, if there is one."""
        if upload := self._under_way.pop(path, None):
            upload.close()
