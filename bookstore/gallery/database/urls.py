"""From a URL to a driver: which databases there are, and what a database is called in messages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from ...errors import ExtraMissing
from .errors import BadDatabaseUrl

KINDS = {
    "sqlite": ("sqlite", ""),
    "postgres": ("postgresql", "postgresql"),
    "postgresql": ("postgresql", "postgresql"),
    "mysql": ("mysql", "mysql"),
    "mysql2": ("mysql", "mysql"),  # Rails calls its driver so
    "mariadb": ("mysql", "mysql"),
}
"""How URLs begin: SQLAlchemy's dialect, and the extra that brings a driver."""
DRIVERS = {
    "sqlite": {"pysqlite": "sqlite3"},
    "postgresql": {"psycopg": "psycopg"},
    "mysql": {"mysqldb": "MySQLdb", "pymysql": "pymysql"},
}
"""The drivers of a dialect, the preferred one first, and the module that each is."""


def database_url(text: str) -> URL:
    """Return the URL with a driver that is installed.

    Raises :class:`BadDatabaseUrl`, whose message does not show the URL, for it may hold a password,
    and :class:`~bookstore.errors.ExtraMissing`.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise BadDatabaseUrl(
            "The database's URL cannot be read: it is to look like "
            "postgresql://user:password@host/database, with % and @ in a password as %25 and %40."
        ) from None
    begin, _, driver = url.drivername.partition("+")
    if begin not in KINDS:
        raise BadDatabaseUrl(
            f"No database is known by {begin}: the URL begins with sqlite, postgresql or mysql."
        )
    dialect, extra = KINDS[begin]
    url = url.set(drivername=f"{dialect}+{_driver(dialect, driver, extra)}")
    if not url.database or (dialect == "sqlite" and _is_in_memory(url.database)):
        kind = "file, as in sqlite:////folder/file" if dialect == "sqlite" else "database"
        raise BadDatabaseUrl(f"The database's URL names no {kind}.")
    return url


def _driver(dialect: str, asked: str, extra: str) -> str:
    drivers = DRIVERS[dialect]
    if asked and asked not in drivers:
        raise BadDatabaseUrl(
            f"The driver {asked} is not one that the gallery works with: {', '.join(drivers)}."
        )
    for name, module in drivers.items():
        if asked in ("", name) and find_spec(module) is not None:
            return name
    if asked == "mysqldb":
        raise BadDatabaseUrl("The driver mysqldb is not installed: pip install mysqlclient")
    raise ExtraMissing(f"A database in {'MySQL' if dialect == 'mysql' else 'PostgreSQL'}", extra)


def _is_in_memory(database: str) -> bool:
    return database == ":memory:" or database.startswith("file:")


def place(url: URL) -> str:
    """Return what a database is called in messages: without accounts, passwords and folders."""
    if url.get_backend_name() == "sqlite":
        return f"the file {Path(url.database or '').name}"
    port = f":{url.port}" if url.port else ""
    return f"the database {url.database} on {url.host or 'localhost'}{port}"
