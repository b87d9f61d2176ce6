"""From what drivers raise to our words, and to what may be tried again.

Each driver says in its own way what happened: psycopg by SQLSTATE (but for connections that never
came to be, of which there is only a text), those of MySQL by number, sqlite3 by name.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from .errors import (
    DatabaseBusy,
    DatabaseError,
    DatabaseUnreachable,
    LoginRefused,
    NoSuchDatabase,
    NotAGallery,
    NotMigrated,
    ReadOnly,
    StatementTooLong,
)
from .urls import place


class Kind(Enum):
    """What kind of failure it is."""

    CONFLICT = auto()
    """The database rolled back: of two transactions, one had to go."""
    LOST = auto()
    """There is no connection any more."""
    BUSY = auto()
    TOO_LONG = auto()
    LOGIN = auto()
    NO_DATABASE = auto()
    UNREACHABLE = auto()
    READ_ONLY = auto()
    NO_TABLE = auto()
    NO_GALLERY = auto()
    OTHER = auto()
    """Not the database's doing: what it was asked is wrong."""


_SQLSTATES = {
    "40001": Kind.CONFLICT,
    "40P01": Kind.CONFLICT,
    "55P03": Kind.BUSY,
    "57014": Kind.TOO_LONG,
    "25006": Kind.READ_ONLY,
    "28000": Kind.LOGIN,
    "28P01": Kind.LOGIN,
    "3D000": Kind.NO_DATABASE,
    "42P01": Kind.NO_TABLE,
    "53300": Kind.BUSY,
    "57P01": Kind.LOST,
    "57P02": Kind.LOST,
    "57P03": Kind.UNREACHABLE,
}
_LIBPQ_WORDS = {
    "authentication failed": Kind.LOGIN,
    "no password supplied": Kind.LOGIN,
    "no pg_hba.conf entry": Kind.LOGIN,
    "role ": Kind.LOGIN,
    "does not exist": Kind.NO_DATABASE,
}
"""What PostgreSQL says to those it does not let in, in the order in which it is looked for."""
_MYSQL_NUMBERS = {
    1020: Kind.CONFLICT,
    1205: Kind.CONFLICT,
    1213: Kind.CONFLICT,
    1040: Kind.BUSY,
    1969: Kind.TOO_LONG,
    3024: Kind.TOO_LONG,
    1792: Kind.READ_ONLY,
    1044: Kind.LOGIN,
    1045: Kind.LOGIN,
    1698: Kind.LOGIN,
    1049: Kind.NO_DATABASE,
    1146: Kind.NO_TABLE,
    1927: Kind.LOST,
    2002: Kind.UNREACHABLE,
    2003: Kind.UNREACHABLE,
    2005: Kind.UNREACHABLE,
    2006: Kind.LOST,
    2013: Kind.LOST,
    2055: Kind.LOST,
}
_SQLITE_WORDS = {
    "database is locked": Kind.BUSY,
    "interrupted": Kind.TOO_LONG,
    "readonly database": Kind.READ_ONLY,
    "unable to open database file": Kind.NO_DATABASE,
    "no such table": Kind.NO_TABLE,
    "file is not a database": Kind.NO_GALLERY,
}


def kind_of(error: DBAPIError) -> Kind:
    """Return what kind of failure a driver's error is."""
    if error.connection_invalidated:
        return Kind.LOST
    original: Any = error.orig
    module = type(original).__module__.partition(".")[0]
    if module == "psycopg":
        return _of_psycopg(error, original)
    if module == "sqlite3":
        return _first(_SQLITE_WORDS, str(original))
    number: Any = original.args[0] if getattr(original, "args", ()) else None
    return _MYSQL_NUMBERS.get(number, Kind.OTHER)


def _of_psycopg(error: DBAPIError, original: Any) -> Kind:
    if original.sqlstate is not None:
        return _SQLSTATES.get(original.sqlstate, Kind.OTHER)
    if error.statement is None and isinstance(error, OperationalError):  # while connecting
        kind = _first(_LIBPQ_WORDS, str(original))
        return Kind.UNREACHABLE if kind is Kind.OTHER else kind
    return Kind.OTHER


def _first(words: dict[str, Kind], text: str) -> Kind:
    return next((kind for word, kind in words.items() if word in text), Kind.OTHER)


def in_our_words(kind: Kind, url: URL, limit_s: float | None) -> DatabaseError | None:
    """Return the error to raise instead; None where the driver's own tells what is wrong."""
    where = place(url)
    if kind is Kind.TOO_LONG:
        allowed = f"the {limit_s:g} seconds it may" if limit_s else "it may"
        return StatementTooLong(f"A statement on {where} took longer than {allowed}.")
    if kind is Kind.LOGIN:
        return LoginRefused(f"{_start(where)} does not let this user in with this password.")
    words: dict[Kind, tuple[type[DatabaseError], str]] = {
        Kind.CONFLICT: (DatabaseBusy, "{} is busy: others changed the same things each time."),
        Kind.BUSY: (DatabaseBusy, "{} is busy with others."),
        Kind.LOST: (DatabaseUnreachable, "The connection to {} was lost."),
        Kind.UNREACHABLE: (DatabaseUnreachable, "{} cannot be reached."),
        Kind.NO_DATABASE: (NoSuchDatabase, "There is no {}."),
        Kind.READ_ONLY: (ReadOnly, "{} is only to be read, and was left as it is."),
        Kind.NO_TABLE: (NotMigrated, "{} lacks tables of the gallery."),
        Kind.NO_GALLERY: (NotAGallery, "{} holds something else than a gallery."),
    }
    if kind not in words:
        return None
    error, text = words[kind]
    named = where if not text.startswith("{}") else _start(where)
    return error(text.format(named.removeprefix("the ") if text.startswith("There") else named))


def _start(where: str) -> str:
    return where[0].upper() + where[1:]
