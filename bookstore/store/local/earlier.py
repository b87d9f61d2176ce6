"""The folder that releases up to 3.0 kept versions in: a journal, and each body a gzip file.

What its journal says is taken over when the store is opened, in one transaction; the bodies stay
where they are, and can be read there, until they are in pieces.  An earlier release that still
runs may go on adding to the journal: what is new in it is taken over at the next opening.

Knows: that folder, the tables of versions.  Must not know: pieces.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ...databases.bodies import next_number
from ...records import ObjectVersion
from . import tables
from .removal import remove

SCHEMA = """
CREATE TABLE IF NOT EXISTS earlier (
    one INTEGER PRIMARY KEY CHECK (one = 1), journal_end INTEGER NOT NULL
);
INSERT OR IGNORE INTO earlier VALUES (1, 0);
"""
_log = logging.getLogger("bookstore.store.local.earlier")
_FOLDERS = ("objects", "incoming")
_FILES = ("index-*.sqlite3*", "index.lock", "journal.lock", "journal.jsonl")
"""The journal last: as long as it is there, the rest may be needed."""


class Removal(NamedTuple):
    """Versions of one key that were removed for good."""

    key: str
    version_ids: tuple[str, ...]


class EarlierFolder:
    """What an earlier release left in *directory*.  Every method blocks."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._journal = directory / "journal.jsonl"

    def is_there(self) -> bool:
        """Is anything of it left?"""
        return self._journal.exists()

    def take_over(self, db: sqlite3.Connection) -> None:
        """Note every version of the journal that is not noted yet, in its order."""
        try:
            size_bytes = self._journal.stat().st_size
        except FileNotFoundError:
            return
        [start] = db.execute("SELECT journal_end FROM earlier").fetchone()
        if size_bytes == start:
            return
        if start > size_bytes:
            start = 0  # a copy was put in its place: all of it is looked at
        removals: list[Removal] = []
        for end, said in self._lines(start):
            if isinstance(said, Removal):
                removals.append(said)
            else:
                _take_over(db, said)
            db.execute("UPDATE earlier SET journal_end = ?", (end,))
        for removal in removals:
            remove(db, removal.key.encode(), removal.version_ids)

    def body(self, sha256: str, size_bytes: int) -> bytes:
        """Return a body, to be compared with its SHA-256; ValueError when it cannot be read."""
        try:
            with gzip.open(self._file(sha256)) as stream:
                return stream.read(size_bytes + 1)
        except FileNotFoundError:
            raise
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise ValueError("The file of a body is damaged.") from error

    def remove(self) -> None:
        """Remove what is left of it; the caller knows that every version is in pieces."""
        for folder in _FOLDERS:
            shutil.rmtree(self._directory / folder, ignore_errors=True)
        for pattern in _FILES:
            for file in self._directory.glob(pattern):
                file.unlink(missing_ok=True)

    def _file(self, sha256: str) -> Path:
        return self._directory / "objects" / sha256[:2] / f"{sha256}.gz"

    def _lines(self, start: int) -> Iterator[tuple[int, ObjectVersion | Removal]]:
        """Yield what the lines from *start* on say, and where each ends; a last one without its end
        is not there yet."""
        with self._journal.open("rb") as stream:
            stream.seek(start)
            for text in stream:
                if not text.endswith(b"\n"):
                    return
                start += len(text)
                try:
                    yield start, _said(json.loads(text))
                except (ValueError, KeyError, TypeError):
                    if text.strip():
                        _log.warning(
                            "%s: the line before byte %d is passed over, not a version",
                            self._journal.name,
                            start,
                        )


def _take_over(db: sqlite3.Connection, version: ObjectVersion) -> None:
    # One that is there twice, because somebody joined copies by hand, counts once.
    query = "SELECT 1 FROM versions WHERE version_id = ?"
    if not db.execute(query, (version.version_id,)).fetchone():
        kept = tables.NOWHERE if version.is_delete_marker else tables.FOLDER
        tables.insert(db, version, kept, next_number(db))


def _said(fields: Mapping[str, Any]) -> ObjectVersion | Removal:
    if "removed" in fields:
        return Removal(str(fields["key"]), tuple(map(str, fields["removed"])))
    return ObjectVersion(
        key=str(fields["key"]),
        version_id=str(fields["version_id"]),
        size_bytes=int(fields["size_bytes"]),
        modified_at=datetime.fromisoformat(fields["modified_at"]),
        etag=str(fields["sha256"]),
        is_delete_marker=bool(fields["delete_marker"]),
        metadata=dict(fields["metadata"]),
        content_type=str(fields["content_type"]),
    )
