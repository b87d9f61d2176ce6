"""Connects to a gallery's database, only to read, and says in one line what is wrong with it.

Knows: the gallery's engines, the configuration.  Must not know: what is read.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .. import config
from ..problems import DatabaseProblem

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine
    from sqlalchemy.engine import ExceptionContext

_MYSQL_SESSION = (
    # Not only each transaction: changing a table would end that, and go on outside of it.
    "SET SESSION TRANSACTION READ ONLY",
    # Whoever thinks about a chunk for an hour finds the next one there.
    "SET SESSION net_write_timeout = 86400",
)

_lock = threading.Lock()
_chosen: list[Engine] = []
_configured: dict[str, Engine] = {}


def use(database: str | URL | Engine | None) -> None:
    """Read the database with this URL from now on, or the configured one again for ``None``.

    An engine is taken as it is: it may read only or not.
    """
    from sqlalchemy import Engine

    chosen = [] if database is None else [database]
    engines = [each if isinstance(each, Engine) else engine_for(each) for each in chosen]
    with _lock:
        _chosen[:] = engines


def current_engine() -> Engine:
    """Return the engine of the database in use; the same one as long as that is configured."""
    if _chosen:
        return _chosen[0]
    url = _shown(config.url())
    with _lock:
        if url not in _configured:
            _configured.clear()
            _configured[url] = engine_for(url)
        return _configured[url]


def engine_for(url: str | URL) -> Engine:
    """Return an engine that only reads, however long that takes; it connects when first used.

    Raises :class:`~bookstore.gallery.database.errors.BadDatabaseUrl` and
    :class:`~bookstore.errors.ExtraMissing`.
    """
    from sqlalchemy import event

    from ...gallery.database.engine import EngineOptions, make_engine

    options = EngineOptions(statement_limit_s=None, reads_only=True)
    engine = make_engine(url if isinstance(url, str) else _shown(url), options)
    if engine.dialect.name == "mysql":
        event.listen(engine, "connect", _set_up_mysql)
    event.listen(engine, "handle_error", _tell)
    return engine


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _set_up_mysql(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        for statement in _MYSQL_SESSION:
            cursor.execute(statement)


def _tell(context: ExceptionContext) -> None:
    """Raise what is wrong in the place of what the driver said, where that is known."""
    from sqlalchemy.exc import DBAPIError

    from ...gallery.database.translate import in_our_words, kind_of

    error = context.sqlalchemy_exception
    if context.engine is not None and isinstance(error, DBAPIError):
        problem = in_our_words(kind_of(error), context.engine.url, None)
        if problem is not None:
            raise DatabaseProblem(problem.message, hint=problem.hint) from error
