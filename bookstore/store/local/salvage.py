"""Take versions over from a file that was moved aside, as far as they can be read.

Which versions there were is known again at once, at the same places, with the same IDs.  Their
bodies stay in the file that was moved aside and are read there, until they are packed in the
background, as everything is that is not in pieces yet; each is compared with its SHA-256.

Knows: the store's tables.  Must not know: why a file was moved, how bodies are kept.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ...databases.readers import opened_to_read
from . import tables
from .tables import Row

_SHA256 = re.compile(r"[0-9a-f]{64}")
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


def take_over(db: sqlite3.Connection, aside: Path) -> tuple[int, int]:
    """Put the versions that can be read in the file *aside* into *db*, at the same places.

    Returns how many these are, and how many more it holds traces of.
    """
    with closing(opened_to_read(aside)) as source:
        places = _places(source)
        taken = sum(_take_one(db, source, sequence, aside.name) for sequence in places)
    return taken, len(places) - taken


def _places(source: sqlite3.Connection) -> list[int]:
    """Return what can be found: from the end, and from the start, over what is damaged."""
    found: set[int] = set()
    with contextlib.suppress(*_UNREADABLE):
        before = tables.LAST
        for sequence in _sequences(source, f"< {before} ORDER BY sequence DESC"):
            if sequence >= before:
                break  # it goes round in circles
            found.add(sequence)
            before = sequence
    end = max(found, default=0)
    with contextlib.suppress(*_UNREADABLE):
        end = max(end, *(row["seq"] for row in source.execute("SELECT seq FROM sqlite_sequence")))
    place, step = 0, 1
    while place < min(end, _MOST):
        try:
            for sequence in _sequences(source, f"> {place} ORDER BY sequence"):
                if sequence <= place:
                    raise ValueError("It goes round in circles.")
                found.add(sequence)
                place, step = sequence, 1
            break
        except _UNREADABLE:
            place, step = place + step, min(2 * step, _LEAP)
    return sorted(place for place in found if 0 < place < tables.LAST)


def _sequences(source: sqlite3.Connection, condition: str) -> Iterator[int]:
    query = f"SELECT sequence FROM versions NOT INDEXED WHERE sequence {condition}"  # noqa: S608
    return (int(row["sequence"]) for row in source.execute(query))


def _take_one(db: sqlite3.Connection, source: sqlite3.Connection, place: int, name: str) -> bool:
    try:
        row = tables.at(source, place)
        if row is None or not _is_sane(row):
            return False
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
