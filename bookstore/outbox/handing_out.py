"""Let saves that wait become versions in the same file, each in one step.

Knows: SQL, the outbox's tables.  Must not know: the tables of versions.  Each function runs inside
the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from ..errors import BookstoreError, SaveLost
from ..records import ObjectVersion, OutboxEntry
from . import tables

REFUSED_AGAIN_S = 60.0
"""What cannot become a version is tried again after so long."""


class Adopted(NamedTuple):
    """The version that an entry became."""

    version: ObjectVersion
    is_new: bool
    """False when it was there already: then nothing has the entry's body."""


Adopt: TypeAlias = Callable[[sqlite3.Connection, OutboxEntry], Adopted]
"""Makes a version of an entry, which takes its body over as it is.  Raises a
:class:`~bookstore.errors.BookstoreError`, having done nothing, when it cannot be one."""


class HandedOut(NamedTuple):
    """What became of an entry."""

    entry: OutboxEntry
    version: ObjectVersion | None
    """None when it could not become one."""
    refusal: BookstoreError | None
    depth: int
    """Entries in the outbox after it."""
    has_unused_file: bool = False


class Round(NamedTuple):
    """What one transaction made versions of, and when the next is worth it."""

    handed: list[HandedOut]
    next_due_in_s: float | None
    """Seconds until more is due, 0 or less if it is; None when nothing waits."""


def hand_out_due(
    db: sqlite3.Connection, adopt: Adopt, *, now: float, longest_s: float, limit: int
) -> Round:
    """Make versions of what is due of up to *limit* keys, those that are due longest first."""
    keys = tables.agenda(db, now=now, longest_s=longest_s, limit=limit).due_keys
    handed = [out for key in keys for out in hand_out(db, key, adopt, now=now, longest_s=longest_s)]
    left = tables.agenda(db, now=now, longest_s=longest_s, limit=0)
    return Round(handed, left.next_due_in_s)


def hand_out(
    db: sqlite3.Connection, key: str, adopt: Adopt, *, now: float, longest_s: float
) -> Iterator[HandedOut]:
    """Make versions of what is due of one key, oldest first; what is refused holds the rest up."""
    while True:
        row = db.execute(tables.SELECT_OLDEST, (key,)).fetchone()
        if row is None or not tables.is_due(row["due_at"], now=now, longest_s=longest_s):
            return
        handed = _one(db, tables.to_entry(row), adopt, now)
        yield handed._replace(has_unused_file=handed.has_unused_file and bool(row["in_file"]))
        if handed.refusal is not None and not isinstance(handed.refusal, SaveLost):
            return


def _one(db: sqlite3.Connection, entry: OutboxEntry, adopt: Adopt, now: float) -> HandedOut:
    try:
        adopted = adopt(db, entry)
    except SaveLost as lost:
        tables.forget_head(db, entry)
        tables.delete(db, entry.save_id)
        return HandedOut(entry, None, lost, tables.depth(db))
    except BookstoreError as refusal:
        tables.postpone(db, entry.key, now + REFUSED_AGAIN_S, refusal.message, refused=True)
        return HandedOut(entry, None, refusal, tables.depth(db))
    has_body = adopted.is_new and entry.operation == "put"  # the version has it from now on
    tables.delete(db, entry.save_id, with_body=not has_body)
    depth = tables.depth(db)
    return HandedOut(entry, adopted.version, None, depth, has_unused_file=not adopted.is_new)
