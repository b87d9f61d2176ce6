"""Bodies on local disk: each content once, compressed, named by its SHA-256.

Knows: gzip files in a folder.  Must not know: keys, versions.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from ...errors import StoreRefused
from ...files.durable import flush_folder, make_folder, write_whole

_SLICE_BYTES = 2**20
_LEVEL = 4
"""Half the work of gzip's own 6, or a third, for files about a fifteenth larger."""


class Bodies:
    """``objects/ab/abcd….gz``: written once, never changed, removed with its last version.

    Every method blocks, may run in any thread, and raises OSError when the disk does not work.
    """

    def __init__(self, directory: Path) -> None:
        self._objects = directory / "objects"
        self._incoming = directory / "incoming"
        self._lasting: set[Path] = set()  # folders whose names were flushed, by whoever made them

    def add(self, body: bytes) -> str:
        """Return the SHA-256 of *body* once it is on disk, where it may have been before."""
        sha256 = hashlib.sha256(body).hexdigest()
        file = self._file(sha256)
        make_folder(file.parent)
        if not self._is_whole(sha256, len(body)):
            write_whole(file, self._incoming, _compressed(body))
        flush_folder(file.parent)  # whoever wrote it may not have come to that yet
        if file.parent not in self._lasting:
            flush_folder(self._objects)
            self._lasting.add(file.parent)
        return sha256

    def ensure(self, sha256: str, body: bytes) -> None:
        """Write *body* again if it was removed since it was added.

        The caller holds the lock under which bodies are removed.
        """
        if not self.is_there(sha256):
            self.add(body)

    def is_there(self, sha256: str) -> bool:
        """Is there a file for the body with this SHA-256, whole or not?"""
        return self._file(sha256).exists()

    def remove(self, sha256: str) -> None:
        """Remove the body with this SHA-256, which may be gone already; a crash may undo it.

        The caller holds the lock under which versions are made, and knows that none has it.
        """
        self._file(sha256).unlink(missing_ok=True)

    def read(self, sha256: str, size_bytes: int) -> bytes:
        """Return the body with this SHA-256 and size, or refuse: never other bytes."""
        try:
            with gzip.open(self._file(sha256)) as stream:
                body = stream.read(size_bytes + 1)
        except FileNotFoundError as error:
            raise _damaged("is missing", sha256) from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise _damaged("is damaged", sha256) from error
        if len(body) != size_bytes or hashlib.sha256(body).hexdigest() != sha256:
            raise _damaged("is damaged", sha256)
        return body

    def _is_whole(self, sha256: str, size_bytes: int) -> bool:
        # Read, not only looked for: a new save must not rest on a file that was damaged since.
        try:
            self.read(sha256, size_bytes)
        except StoreRefused:
            return False
        return True

    def _file(self, sha256: str) -> Path:
        return self._objects / sha256[:2] / f"{sha256}.gz"


def _compressed(body: bytes) -> Iterator[bytes]:
    # zlib's own gzip header has no time and no name: equal bodies give equal files.
    packer = zlib.compressobj(_LEVEL, wbits=16 + zlib.MAX_WBITS)
    for start in range(0, len(body), _SLICE_BYTES):
        yield packer.compress(memoryview(body)[start : start + _SLICE_BYTES])
    yield packer.flush()


def _damaged(what: str, sha256: str) -> StoreRefused:
    return StoreRefused(
        f"The stored body of this version {what} (SHA-256 {sha256}).",
        hint="Bring the file back from a copy of the store's folder; other versions are not "
        "affected.",
    )
