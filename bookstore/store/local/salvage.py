"""Take versions over from a file that was moved aside, as far as they can be read.

Which versions there were is known again in a moment, at the same places, with the same IDs; until
then nobody is told a history.  Their bodies stay in the file that was moved aside and are read
there, until they are packed in the background, as everything is that is not in pieces yet; each is
compared with its SHA-256.

Knows: the store's tables.  Must not know: why a file was moved, how bodies are kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ...databases.bodies import next_number
from ...databases.owned import DatabaseUnavailable, OwnedDatabase
from ...databases.readers import opened_to_read
from ...errors import StoreUnavailable
from . import tables
from .errors import renamed
from .tables import Row

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PORTION = 500
"""So many are taken over in one transaction: saves come in between."""
_LEAP = 8
"""Damage is a page, which holds some ten versions."""
_MOST = 10**7
"""No counter that is to be believed says more."""
_UNREADABLE = (sqlite3.Error, LookupError, ValueError, TypeError, ArithmeticError, AttributeError)


def raise_if_damaged(db: sqlite3.Connection) -> None:
    """Find out whether a file is damaged, as somebody who read it said; whoever owns the file moves
    it aside then.  Costs as much as reading all of it."""
    [said] = db.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError("database disk image is malformed")
    tables.check(db)


async def until_known(database: OwnedDatabase, *, patience_s: float) -> None:
    """Take the rest of files that were moved aside over; StoreUnavailable when that takes longer
    than *patience_s*: it goes on, and no history is told before."""
    ends_at = time.monotonic() + patience_s
    try:
        while await asyncio.wrap_future(database.take_over_some()):
            if time.monotonic() > ends_at:
                raise StoreUnavailable(
                    "Which versions there are is still being read from a file of the embedded "
                    "store that was moved aside.",
                    hint="Ask again in a moment: nothing is lost, and saves go on.",
                )
    except DatabaseUnavailable as error:
        raise renamed(error.__cause__ or error) from error


def take_over(db: sqlite3.Connection, aside: Path, place: int) -> tuple[int, int, int | None]:
    """Put some of the versions that can be read in the file *aside*, those behind *place*, into
    *db*, at the same places.

    Returns how many these are, how many more it holds traces of, and where to go on, None at the
    end.
    """
    with closing(opened_to_read(aside)) as source:
        end = _end(source)
        if not place:
            _keep_free(db, end)
        places, following = _places(source, place, end)
        taken = sum(_take_one(db, source, sequence, aside.name) for sequence in places)
    return taken, len(places) - taken, following


def _end(source: sqlite3.Connection) -> int:
    """Return a place behind which there is nothing, as far as can be known."""
    found = [0]
    with contextlib.suppress(*_UNREADABLE):
        found += _sequences(source, f"< {tables.LAST} ORDER BY sequence DESC LIMIT 1")
    with contextlib.suppress(*_UNREADABLE):
        found += (row["seq"] for row in source.execute("SELECT seq FROM sqlite_sequence"))
    return max((place for place in found if place < _MOST), default=0)


def _keep_free(db: sqlite3.Connection, end: int) -> None:
    """Let what is saved from now on come after all that is still to be taken over."""
    if next_number(db) <= end:
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'versions'")
        db.execute("INSERT INTO sqlite_sequence VALUES ('versions', ?)", (end,))


def _places(source: sqlite3.Connection, place: int, end: int) -> tuple[list[int], int | None]:
    """Return what can be found next behind *place*, over what is damaged, and where to go on."""
    found: list[int] = []
    step = 1
    for _ in range(_PORTION):
        if place >= end:
            return found, None
        condition = f"> {place} ORDER BY sequence LIMIT {_PORTION - len(found)}"
        try:
            count = len(found)
            for sequence in _sequences(source, condition):
                if sequence <= place:
                    raise ValueError("It goes round in circles.")
                found.append(sequence)
                place, step = sequence, 1
        except _UNREADABLE:
            place, step = place + step, min(2 * step, _LEAP)
            continue
        if len(found) == count:
            return found, None
        if len(found) >= _PORTION:
            break
    return found, place


def _sequences(source: sqlite3.Connection, condition: str) -> Iterator[int]:
    query = f"SELECT sequence FROM versions NOT INDEXED WHERE sequence {condition}"  # noqa: S608
    return (int(row["sequence"]) for row in source.execute(query))


def _take_one(db: sqlite3.Connection, source: sqlite3.Connection, place: int, name: str) -> bool:
    try:
        row = tables.at(source, place)
        if row is None or not _is_sane(row):
            return False
        there = tables.at(db, place)
        if there is not None and there.version.version_id == row.version.version_id:
            return True  # from another file that was moved aside
        is_within = row.kept in (tables.CELLS, tables.ROW)  # others are in files of their own
        kept = f"{tables.ASIDE}{name}" if is_within else row.kept
        tables.insert(db, row.version, kept, place)
    except sqlite3.IntegrityError:  # what is damaged may be there twice
        return False
    except _UNREADABLE as error:
        if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
            raise  # there is no room for it now
        return False
    return True


def _is_sane(row: Row) -> bool:
    """Might somebody have written this?"""
    made = row.version
    if made.is_delete_marker:
        return row.kept == tables.NOWHERE
    ways = (tables.ROW, tables.CELLS, tables.FOLDER)
    is_kept = row.kept in ways or row.kept.startswith((tables.FILE, tables.ASIDE))
    is_named = bool(made.key and made.version_id) and _SHA256.fullmatch(made.etag) is not None
    return is_kept and is_named and 0 <= made.size_bytes < tables.LAST
