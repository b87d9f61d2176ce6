"""Remove versions of the embedded store for good, and what no other version is made of.

All of it is one transaction; only files go after it, and what a crash leaves of them is swept.

Knows: the store's tables.  Must not know: files, who may remove.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from ...databases import bodies
from . import pieces, tables


class Gone(NamedTuple):
    """What was removed."""

    versions: int
    """How many."""
    files: list[str]
    """The names of body files that nothing needs any more."""


def remove(db: sqlite3.Connection, key: bytes, version_ids: Collection[str]) -> Gone:
    """Remove those of *version_ids* that *key* has."""
    rows = tables.rows_of(db, key, version_ids)
    sequences = [row.sequence for row in rows]
    pieces.rebase(db, sequences)
    pieces.drop_manifests(db, sequences)
    tables.delete(db, rows)
    for row in rows:
        if row.kept == tables.ROW:
            bodies.drop(db, row.sequence)
    for key_id in {row.key_id for row in rows}:
        pieces.drop_unused(db, key_id, sequences)
    files = [row.kept for row in rows if row.kept.startswith(tables.FILE)]
    return Gone(len(rows), [kept.removeprefix(tables.FILE) for kept in files])
