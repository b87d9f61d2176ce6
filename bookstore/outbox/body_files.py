"""Large bodies of waiting saves, one file each, beside the outbox's database.

Knows: a folder.  Must not know: what the files mean.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from pathlib import Path

from ..errors import OutboxUnavailable
from ..files.durable import flush_folder, make_folder, sweep, write_whole


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
            make_folder(self._folder)
            for save_id, body in bodies.items():
                write_whole(self._folder / save_id, self._folder, [body])
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
        sweep(self._folder, lambda name: name not in wanted)
