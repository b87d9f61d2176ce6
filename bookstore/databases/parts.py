"""The users of one SQLite file, each with tables of its own.

Knows: sqlite3.  Must not know: who owns the file, threads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; and what Python makes of it when the error's own text is damaged."""


class Part(NamedTuple):
    """The tables of one user of a file."""

    schema: str
    """SQL that makes what is missing, and changes nothing that is there."""
    rescue: Callable[[sqlite3.Connection, Path, int], tuple[int, int, int | None]]
    """Takes over what is in a file that was moved aside, or some of it from a place on, which is 0
    at first; returns how much, how much not, and the place to go on from, None at its end.  Called
    once when a file is opened, and then as often as the file's owner is asked to go on."""
    begin: Callable[[sqlite3.Connection], None] = lambda _: None
    """Called inside a transaction whenever the file was opened, before anything else uses it."""
    files: Callable[[sqlite3.Connection], set[str]] = lambda _: set()
    """Returns the names of the files beside the database that its tables need."""
    holds: str = "saves"
    """What is in them, in a word."""
    traces: tuple[str, ...] = ()
    """The names of files beside the database that are made after it: where one is, it was there."""


def attempt(
    connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any]
) -> tuple[Any, BaseException | None]:
    """Return what *work* returns, or what it raised, having done nothing; SQLite's own errors are
    raised."""
    connection.execute("SAVEPOINT job")
    try:
        result, problem = work(connection), None
    except BROKEN:
        raise  # the disk or the file: nothing that shares the transaction is safe
    except Exception as error:  # this job's own fault: the others go on
        connection.execute("ROLLBACK TO job")
        result, problem = None, error
    connection.execute("RELEASE job")
    return result, problem
