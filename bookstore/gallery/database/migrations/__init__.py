"""How a database becomes the gallery's: from nothing, from nbgallery's, from an older one of ours.

Only one process migrates at a time, and what there is to do is found out while it does.  What a
migration did before it was interrupted, it finds done: MySQL commits each change of a table.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ..engine import EngineOptions, make_engine
from ..errors import DatabaseBusy, DatabaseTooNew, NotAGallery, NotMigrated
from ..models import Base
from ..state import VERSION_TABLE, State, check_nbgallery, check_release, state_of
from ..translate import in_our_words, kind_of
from ..urls import place

NBGALLERYS_REVISION = "0001"
"""The migration that makes nbgallery's tables; where Rails made them, it is taken as done."""
_LOCK_LIMIT_S = 300
"""How long to wait for another process that migrates."""
_LOCK_NUMBER = 0x626F_6F6B_7374_6F72
"""The name of the lock in PostgreSQL: ``bookstor``, as a number."""


def head() -> str:
    """Return the newest migration."""
    [revision] = _scripts().get_heads()
    return revision


def revision_of(connection: Connection) -> str | None:
    """Return the last migration that a database has seen; None where it has seen none."""
    return _context(connection).get_current_revision()


def migrate(url: str) -> str | None:
    """Bring a database up to date, and return the migration that it was at before.

    An empty database gets all tables, and nbgallery's gets ours beside its own.  Raises
    :class:`~..errors.DatabaseError` and changes nothing where there is something else.
    """
    options = EngineOptions(connections=0, statement_limit_s=None)
    engine = make_engine(url, options)
    try:
        with engine.connect() as connection, connection.begin():
            check_release(connection)
            lock(connection)
            return _migrate(connection)
    except DBAPIError as error:
        ours = in_our_words(kind_of(error), engine.url, None)
        if ours is None:
            raise
        raise ours from error


def check(connection: Connection) -> None:
    """Raise where a database is not one that this release of the gallery can work with."""
    check_release(connection)
    state, where = state_of(connection), place(connection.engine.url)
    if state is State.FOREIGN:
        raise _something_else(where)
    revision = revision_of(connection) if state is State.OURS else None
    _check_is_known(revision, where)
    if revision != head():
        raise NotMigrated(
            f"The gallery's tables in {where} are not made, or older than this release."
        )


def _migrate(connection: Connection) -> str | None:
    state, where = state_of(connection), place(connection.engine.url)
    if state is State.FOREIGN:
        raise _something_else(where)
    before = revision_of(connection) if state is State.OURS else None
    _check_is_known(before, where)
    if state is State.NBGALLERY:
        check_nbgallery(connection)
        _context(connection).stamp(_scripts(), NBGALLERYS_REVISION)
    scripts = _scripts()

    def steps(revision: Any, _: Any) -> Any:
        return scripts._upgrade_revs("head", revision)  # noqa: SLF001 - as Alembic's own command

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, **_OPTIONS)
        environment.run_migrations()
    return before


_OPTIONS: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "version_table": VERSION_TABLE,
    "transactional_ddl": False,  # the transaction is the caller's, with the lock
}


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts=_OPTIONS)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent), file_template="v%%(rev)s_%%(slug)s")


def _check_is_known(revision: str | None, where: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseTooNew(f"A newer bookstore has changed the tables in {where}.")


def _something_else(where: str) -> NotAGallery:
    return NotAGallery(f"The tables in {where} are neither nbgallery's nor the gallery's.")


def lock(connection: Connection) -> None:
    """Wait until no other process migrates.

    The lock ends with the connection or the transaction.  SQLite's transaction is one.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_LIMIT_S}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_NUMBER})
    elif connection.dialect.name == "mysql":
        database = str(connection.engine.url.database)  # names of locks are the whole server's
        name = f"bookstore-{sha256(database.encode()).hexdigest()[:40]}"
        lock = text("SELECT GET_LOCK(:name, :limit)")
        if connection.scalar(lock, {"name": name, "limit": _LOCK_LIMIT_S}) != 1:
            raise DatabaseBusy(f"Another process migrates {place(connection.engine.url)}.")
