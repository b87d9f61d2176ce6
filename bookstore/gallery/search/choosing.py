"""Which engine finds notebooks in which database."""

from __future__ import annotations

from pathlib import Path

from ..database.errors import DatabaseError
from ..database.sessions import Database
from .index import SearchIndex

ENGINES = ("database", "tantivy")
"""What can be asked for: the database's own search, or an index beside it."""


class BadSearchEngine(DatabaseError):
    """The engine that is configured is none, or not one for this database."""

    status = 500


def index_for(
    database: Database, *, engine: str | None = None, folder: Path | None = None
) -> SearchIndex:
    """Return what finds the notebooks of a database: its own search where nothing is asked for.

    MySQL's own does not find words by their stems or near each other, so it has tantivy's.  An
    index beside the database is kept in *folder*, and is followed once its replica is started.
    Raises :class:`BadSearchEngine` and :class:`~bookstore.errors.ExtraMissing`.
    """
    kind = database.engine.dialect.name
    engine = engine or ("tantivy" if kind == "mysql" else "database")
    if engine not in ENGINES:
        raise BadSearchEngine(f"The search engine is {engine!r}, and has to be one of {ENGINES}.")
    if engine == "tantivy":
        return _beside(database, folder)
    if kind == "sqlite":
        from .engines.fts5 import Fts5Index

        return Fts5Index()
    if kind == "postgresql":
        from .engines.postgresql import PostgresqlIndex

        return PostgresqlIndex()
    raise BadSearchEngine("MySQL and MariaDB are searched by tantivy only.")


def _beside(database: Database, folder: Path | None) -> SearchIndex:
    if folder is None:
        raise BadSearchEngine("An index of tantivy's needs a folder of its own on this machine.")
    from .engines.derived.index import DerivedIndex
    from .engines.derived.replica import Replica

    return DerivedIndex(Replica(folder, database))
