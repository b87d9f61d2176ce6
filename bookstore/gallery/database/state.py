"""What is in a database: nothing, nbgallery's tables, the gallery's, or something else."""

from __future__ import annotations

from enum import Enum, auto

from sqlalchemy import Connection, inspect

from .errors import DatabaseTooOld
from .models import NBGALLERYS
from .urls import place

VERSION_TABLE = "bookstore_alembic_version"
"""Where our migrations note how far they are; Rails has a table of its own for that."""
RAILS_TABLE = "schema_migrations"
OLDEST = {"PostgreSQL": (15,), "MariaDB": (10, 11), "MySQL": (8, 0), "SQLite": (3, 35)}
"""The oldest releases of servers and libraries that the gallery is made for."""
_SURELY_NBGALLERYS = {"notebooks", "users", "clicks", RAILS_TABLE}


class State(Enum):
    """What is in a database."""

    EMPTY = auto()
    NBGALLERY = auto()
    """nbgallery's tables, made by Rails, and none of ours."""
    OURS = auto()
    """Tables that our migrations have seen."""
    FOREIGN = auto()


def check_release(connection: Connection) -> None:
    """Raise :class:`DatabaseTooOld` where the server is older than what the gallery is made for."""
    dialect = connection.dialect
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(dialect.name, "MySQL")
    if getattr(dialect, "is_mariadb", False):
        name = "MariaDB"
    found = tuple(part for part in dialect.server_version_info or () if isinstance(part, int))
    if found < OLDEST[name]:
        raise DatabaseTooOld(
            f"{name} {_dotted(found)} is too old for the gallery: "
            f"it needs {name} {_dotted(OLDEST[name])} or newer."
        )


def state_of(connection: Connection) -> State:
    """Return what is in the database that a connection leads to."""
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        return State.OURS
    if names >= _SURELY_NBGALLERYS:
        return State.NBGALLERY
    return State.FOREIGN if names else State.EMPTY


def missing_columns(connection: Connection) -> dict[str, set[str]]:
    """Return the columns of nbgallery that a database lacks, by their tables.

    Those that nbgallery got late are among them: see :func:`.models.base.newer`.
    """
    there = inspect(connection).get_multi_columns()
    found = {name: {column["name"] for column in columns} for (_, name), columns in there.items()}
    lacking = {
        table.name: {column.name for column in table.columns} - found.get(table.name, set())
        for table in NBGALLERYS
    }
    return {name: columns for name, columns in lacking.items() if columns}


def check_nbgallery(connection: Connection) -> None:
    """Raise :class:`DatabaseTooOld` where tables are older than the nbgallery the gallery knows."""
    newer = {column.name for table in NBGALLERYS for column in table.columns if column.info}
    lacking = {name: columns - newer for name, columns in missing_columns(connection).items()}
    wrong = sorted(f"{name} ({', '.join(sorted(each))})" for name, each in lacking.items() if each)
    if wrong:
        raise DatabaseTooOld(
            f"The nbgallery of {place(connection.engine.url)} is too old, it lacks: "
            f"{', '.join(wrong)}. Bring it up to date with nbgallery's own migrations first."
        )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
