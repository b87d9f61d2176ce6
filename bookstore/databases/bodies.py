"""Bodies that are kept whole: small ones in a table, large ones in files beside the database.

Those of waiting saves and those of versions are kept alike, so that a save becomes a version
without its body being touched.  All are numbered by one counter.

Knows: SQL, a folder.  Must not know: what the bodies are.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path

from ..files.durable import flush_folder, make_folder, sweep, write_whole

INLINE_BYTES = 2**20
"""Larger bodies are files beside the database, so that they are written to disk once."""

TABLE = "bodies"
"""Every file of bookstore's that has an owner has this table, in every release."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS bodies (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
NEXT_NUMBER = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence"
"""The number after all that were ever given in this file, by whichever of its tables."""


def next_number(db: sqlite3.Connection) -> int:
    """Return the number that the next save or version gets."""
    [number] = db.execute(NEXT_NUMBER).fetchone()
    return int(number)


def put_in(db: sqlite3.Connection, sequence: int, body: bytes) -> None:
    """Keep a small *body* under a number of its own."""
    db.execute("INSERT INTO bodies VALUES (?, ?)", (sequence, body))


def is_in(db: sqlite3.Connection, sequence: int) -> bool:
    """Is the body of this number here, and not a file of its own?"""
    return db.execute("SELECT 1 FROM bodies WHERE sequence = ?", (sequence,)).fetchone() is not None


def drop(db: sqlite3.Connection, sequence: int) -> None:
    """Forget the body of this number; none may be there."""
    db.execute("DELETE FROM bodies WHERE sequence = ?", (sequence,))


class BodyFiles:
    """Large bodies, one file each, by name.

    Every method blocks, and raises OSError when the disk does not work.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, bodies: Mapping[str, bytes]) -> None:
        """Write *bodies*; they survive a power cut when this returns.

        Writing one again changes nothing.  Bodies that a failure leaves behind are swept later:
        another call for the same save may be under way.
        """
        make_folder(self._folder)
        for name, body in bodies.items():
            write_whole(self._folder / name, self._folder, [body])
        flush_folder(self._folder)

    def read(self, name: str) -> bytes:
        """Return one body."""
        return (self._folder / name).read_bytes()

    def size_bytes(self, name: str) -> int | None:
        """Return how large the file of one body is; None where there is none."""
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def remove(self, names: Collection[str]) -> None:
        """Remove what is there of *names*; what cannot be removed now is swept later."""
        for name in names:
            with contextlib.suppress(OSError):
                (self._folder / name).unlink()

    def sweep(self, wanted: Collection[str]) -> None:
        """Remove files that a crash left behind: an hour old and not *wanted*.

        Younger ones may belong to a process that is about to name them in the database.
        """
        sweep(self._folder, lambda name: name not in wanted)
