"""Connections: to a SQLite file, PostgreSQL, MySQL or MariaDB, set up alike.

Nothing connects before it is asked for something.  Each transaction is told whether it only reads,
and held to it by the database; each statement has a limit of time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool

from .urls import database_url

READS_ONLY = "bookstore_reads_only"
"""The execution option of connections whose transactions only read."""
_CONNECT_LIMIT_S = 10
_BUSY_LIMIT_S = 10.0
"""How long a writer waits for another one: SQLite has one at a time."""
_BETWEEN_TRIES_S = 0.005
_ANSWER_LIMIT_S = 10
"""How much longer than a statement may take its answer may be on its way."""
_STEPS_BETWEEN_LOOKS = 10_000
"""SQLite looks at the time after as many steps of its machine: every millisecond or so."""


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """How connections are used."""

    connections: int = 4
    """How many there are at most; 0 for one anew each time it is needed."""
    statement_limit_s: float | None = 30.0
    """How long one statement may take, with fetching its rows from SQLite; None for no limit."""
    reads_only: bool = False
    """Whether nothing is ever to be written."""


def make_engine(text: str, options: EngineOptions | None = None) -> Engine:
    """Return an engine for the database of a URL; it connects when first used.

    Raises :class:`~.errors.BadDatabaseUrl` and :class:`~bookstore.errors.ExtraMissing`.
    """
    options = options or EngineOptions()
    url = database_url(text)
    pool: dict[str, Any] = {"poolclass": NullPool}
    if options.connections:
        pool = {"poolclass": QueuePool, "pool_size": options.connections, "max_overflow": 0}
    engine = create_engine(
        _for_sqlite(url, options) if url.get_backend_name() == "sqlite" else url,
        connect_args=_arguments(url, options),
        hide_parameters=True,  # what people wrote, and digests of tokens, belong into no log
        pool_pre_ping=True,
        **pool,
        **({} if url.get_backend_name() == "sqlite" else {"isolation_level": "READ COMMITTED"}),
    )
    {"sqlite": _set_up_sqlite, "postgresql": _set_up_postgresql, "mysql": _set_up_mysql}[
        url.get_backend_name()
    ](engine, options)
    return engine.execution_options(**{READS_ONLY: True}) if options.reads_only else engine


def reads_only(connection: Connection) -> bool:
    """Say whether what happens on a connection only reads."""
    return bool(connection.get_execution_options().get(READS_ONLY))


def _arguments(url: URL, options: EngineOptions) -> dict[str, Any]:
    """Return how long to wait for what, so that a dead network is noticed."""
    kind, limit = url.get_backend_name(), options.statement_limit_s
    if kind == "sqlite":
        return {"timeout": _BUSY_LIMIT_S, "check_same_thread": False}
    arguments: dict[str, Any] = {"connect_timeout": _CONNECT_LIMIT_S}
    if limit is not None:
        answer = int(limit) + _ANSWER_LIMIT_S
        if kind == "postgresql":
            arguments |= {"keepalives_idle": answer, "tcp_user_timeout": answer * 1000}
        else:
            arguments |= {"read_timeout": answer, "write_timeout": answer}
    if kind == "mysql":
        arguments["charset"] = "utf8mb4"
    return arguments


# -- SQLite --------------------------------------------------------------------------------


def _for_sqlite(url: URL, options: EngineOptions) -> URL:
    """Return the URL that makes no file where there is only to be read."""
    if not options.reads_only:
        return url
    # SQLite takes percent signs in names of files for escapes.
    file = Path(url.database or "").absolute().as_uri()
    return url.set(database=file, query={"mode": "ro", "uri": "true"})


def _set_up_sqlite(engine: Engine, options: EngineOptions) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # begin() below says when a transaction begins
        if not options.reads_only:
            _log_ahead(connection, engine.dialect.loaded_dbapi.OperationalError)
        connection.execute("PRAGMA foreign_keys = ON")
        if options.statement_limit_s is not None:
            connection.set_progress_handler(
                lambda: time.monotonic() > record.info.get("ends", float("inf")),
                _STEPS_BETWEEN_LOOKS,
            )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        only = reads_only(connection)
        connection.exec_driver_sql(f"PRAGMA query_only = {int(only)}")
        # A writer that began as a reader could not wait for another writer.
        connection.exec_driver_sql("BEGIN" if only else "BEGIN IMMEDIATE")

    if options.statement_limit_s is not None:
        limit_s = options.statement_limit_s

        @event.listens_for(engine, "before_cursor_execute")
        def before(connection: Connection, *_: Any) -> None:
            connection.info["ends"] = time.monotonic() + limit_s

        @event.listens_for(engine, "checkin")
        def checkin(_: Any, record: Any) -> None:
            record.info.pop("ends", None)


def _log_ahead(connection: Any, problem: type[Exception]) -> None:
    """Have readers and the writer not wait for each other.

    Where several make a new file at once, SQLite itself waits for none of them with this:
    it would wait with a lock held that another one needs.
    """
    ends = time.monotonic() + _BUSY_LIMIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except problem as error:
            is_busy = "is locked" in str(error)  # the code is told from Python 3.11 on
            if not is_busy or time.monotonic() > ends:
                raise
            time.sleep(_BETWEEN_TRIES_S)
        else:
            return


# -- PostgreSQL ----------------------------------------------------------------------------


def _set_up_postgresql(engine: Engine, options: EngineOptions) -> None:
    limit_ms = int((options.statement_limit_s or 0) * 1000)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        was, connection.autocommit = connection.autocommit, True
        connection.execute(f"SET statement_timeout = {limit_ms}")
        connection.execute("SET timezone = 'UTC'")
        connection.autocommit = was

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if reads_only(connection):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


# -- MySQL and MariaDB ---------------------------------------------------------------------

_STRICT = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""What is too long is refused, as Rails has it, and not cut."""


def _set_up_mysql(engine: Engine, options: EngineOptions) -> None:
    limit_s = options.statement_limit_s or 0

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT VERSION()")
            is_mariadb = "mariadb" in str(cursor.fetchone()[0]).lower()
            limit = (
                f"max_statement_time = {limit_s}"
                if is_mariadb
                else f"max_execution_time = {int(limit_s * 1000)}"  # of what only reads
            )
            cursor.execute(f"SET SESSION {limit}, sql_mode = '{_STRICT}', time_zone = '+00:00'")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if reads_only(connection):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
