"""Large bodies of waiting saves, one file each, beside the outbox's database.

Knows: a folder.  Must not know: what the files mean.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from ..errors import OutboxUnavailable
from ..files.folder_flushing import flush_folder

_ORPHAN_AGE_S = 3600.0


class BodyFiles:
    """Files named by save ID.  Every method blocks; a failing disk is ``OutboxUnavailable``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, bodies: Mapping[str, bytes]) -> None:
        """Write *bodies*; they survive a power cut when this returns.

        Writing one again changes nothing.  Bodies that a failure leaves behind are swept later:
        another call for the same save may be under way.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for save_id, body in bodies.items():
                self._write_one(self._folder / save_id, body)
            flush_folder(self._folder)
        except OSError as error:
            raise OutboxUnavailable(f"The outbox cannot be used: {error.strerror}.") from error

    def read(self, save_id: str) -> bytes:
        """Return one body."""
        try:
            return (self._folder / save_id).read_bytes()
        except OSError as error:
            raise OutboxUnavailable(
                f"The body of a waiting save cannot be read: {error.strerror}."
            ) from error

    def remove(self, save_ids: Collection[str]) -> None:
        """Remove what is there of *save_ids*; what cannot be removed now is swept later."""
        for save_id in save_ids:
            with contextlib.suppress(OSError):
                (self._folder / save_id).unlink()

    def sweep(self, wanted: Collection[str]) -> None:
        """Remove files that a crash left behind: an hour old and not *wanted*.

        Younger ones may belong to a process that is about to add their entry.
        """
        newest = time.time() - _ORPHAN_AGE_S
        with contextlib.suppress(OSError):
            for file in self._folder.iterdir():
                if file.name not in wanted and file.stat().st_mtime < newest:
                    file.unlink()

    @staticmethod
    def _write_one(file: Path, body: bytes) -> None:
        unfinished = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(body)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(file)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
