"""The bodies of versions, however they are kept.

Knows: the store's folder and file.  Must not know: which versions there are.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib

from ...databases.bodies import BodyFiles
from ...errors import StoreRefused
from . import pieces, tables
from .earlier import EarlierFolder
from .tables import Row


class Bodies:
    """Reads bodies and compares their SHA-256.  Every method blocks."""

    def __init__(self, files: BodyFiles, earlier: EarlierFolder) -> None:
        self._files = files
        self._earlier = earlier

    def read(self, db: sqlite3.Connection, row: Row) -> bytes:
        """Return the body of a version, or raise :class:`~bookstore.errors.StoreRefused`: never
        other bytes."""
        sha256 = row.version.etag
        try:
            body = self._kept(db, row)
        except FileNotFoundError as error:
            raise _damaged("is missing", sha256) from error
        except (ValueError, EOFError, zlib.error) as error:
            raise _damaged("is damaged", sha256) from error
        if len(body) != row.version.size_bytes or hashlib.sha256(body).hexdigest() != sha256:
            raise _damaged("is damaged", sha256)
        return body

    def _kept(self, db: sqlite3.Connection, row: Row) -> bytes:
        if row.kept == tables.CELLS:
            return pieces.body_of(db, row.sequence)
        if row.kept == tables.ROW:
            found = db.execute("SELECT body FROM bodies WHERE sequence = ?", (row.sequence,))
            for body in found:
                return bytes(body["body"])
            raise FileNotFoundError
        if row.kept == tables.FOLDER:
            return self._earlier.body(row.version.etag, row.version.size_bytes)
        return self._files.read(row.kept.removeprefix(tables.FILE))


def _damaged(what: str, sha256: str) -> StoreRefused:
    return StoreRefused(
        f"The stored body of this version {what} (SHA-256 {sha256}).",
        hint="Bring the store's folder back from a copy; other versions are not affected.",
    )
