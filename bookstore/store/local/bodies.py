"""The bodies of versions, however they are kept.

Knows: the store's folder and file.  Must not know: which versions there are.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from ...databases.bodies import BodyFiles
from ...databases.readers import opened_to_read
from ...errors import StoreRefused
from . import pieces, tables
from .earlier import EarlierFolder
from .tables import Row


class Bodies:
    """Reads bodies and compares their SHA-256.  Every method blocks."""

    def __init__(self, directory: Path, files: BodyFiles, earlier: EarlierFolder) -> None:
        self._directory = directory
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
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # that alone is a damaged page
                raise
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
        if row.kept.startswith(tables.ASIDE):
            return self._aside(self._directory / row.kept.removeprefix(tables.ASIDE), row)
        return self._files.read(row.kept.removeprefix(tables.FILE))

    def _aside(self, file: Path, row: Row) -> bytes:
        """Return the body of the version at the same place in a file that was moved aside."""
        if not file.exists():
            raise FileNotFoundError
        try:
            with closing(opened_to_read(file)) as source:
                there = tables.at(source, row.sequence)
                if there is None or there.kept not in (tables.ROW, tables.CELLS):
                    raise FileNotFoundError
                return self._kept(source, there)
        except (sqlite3.Error, TypeError, LookupError, ArithmeticError) as error:
            raise ValueError("It cannot be read in the file that was moved aside.") from error


def _damaged(what: str, sha256: str) -> StoreRefused:
    return StoreRefused(
        f"The stored body of this version {what} (SHA-256 {sha256}).",
        hint="Bring the store's folder back from a copy; other versions are not affected.",
    )
