"""Search in SQLite, by FTS5: the index is in the database, and written by its triggers."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    String,
    and_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ...database.models import Notebook, SearchDocument
from ...database.sessions import Database
from ..cursors import Place
from ..index import WEIGHTS, InDatabase, Ranked
from ..plan import AllOf, AnyOf, Expression, Term
from ..remaking import unhurried

WORDS = table(
    "bookstore_words",
    column("rowid", Integer),
    column("bookstore_words", String),
)
LETTERS = table("bookstore_letters", column("rowid", Integer), column("vocabulary", String))
_INDEXES = (WORDS.name, LETTERS.name)
_DAMAGE = ("malformed", "no such table", "vtable constructor failed")
"""What SQLite says where tables of FTS5's, or what they consist of, are lost or damaged."""


def _score() -> ColumnElement[float]:
    """Return what a notebook scores: the sum of what fields of like worth score each.

    In one sum, as FTS5's rank has it, a word that a notebook is full of is worth what one in its
    title is: what is found often counts for less and less, whatever it is multiplied with.
    """
    here: ColumnElement[Any] = literal_column(WORDS.name)
    parts: list[ColumnElement[float]] = []
    for worth in sorted({*WEIGHTS}, reverse=True):
        alone = (literal(float(weight == worth)) for weight in WEIGHTS)
        parts.append(worth * func.bm25(here, *alone, type_=Float()))
    return -sum(parts[1:], parts[0]) * SearchDocument.boost


_SCORE = _score()


def compiled(expression: Expression) -> str:
    """Return an expression in FTS5's language; its words are letters and digits only."""
    if isinstance(expression, Term):
        field = f"{expression.field} : " if expression.field else ""
        return f'{field}"{" ".join(expression.words)}"{" *" if expression.goes_on else ""}'
    if isinstance(expression, (AllOf, AnyOf)):
        operator = " AND " if isinstance(expression, AllOf) else " OR "
        return f"({operator.join(map(compiled, expression.of))})"
    return f"({compiled(expression.what)} NOT {compiled(expression.without)})"


class Fts5Index(InDatabase):
    """Finds notebooks in SQLite."""

    def is_damage(self, error: DBAPIError) -> bool:
        """Return whether it is about FTS5's tables."""
        return any(words in str(error.orig) for words in _DAMAGE)

    def keep_whole(self, database: Database) -> bool:
        """Make FTS5's tables and triggers anew where there is something wrong with them.

        What it has is read only when there is reason to: that keeps writers waiting.  Readers have
        the old tables until the new ones are finished.
        """
        was_suspect, self.is_suspect = self.is_suspect, False
        if not was_suspect and database.run_here(_looks_whole, read_only=True):
            return False
        with unhurried(database) as connection:
            if _looks_whole(connection) and _is_whole(connection):
                return False
            _remake(connection)
        return True

    def matching(self, session: Session, expression: Expression) -> ColumnElement[bool]:
        """Return which notebooks an expression matches."""
        return Notebook.id.in_(select(WORDS.c.rowid).where(_match(expression)))

    def letters(self, session: Session, part: str) -> ColumnElement[bool]:
        """Return which notebooks have letters inside of their words."""
        pattern = re.sub(r"([*?[])", r"[\1]", part)
        found = LETTERS.c.vocabulary.op("GLOB")(f"*{pattern}*")
        return Notebook.id.in_(select(LETTERS.c.rowid).where(found))

    def ranked(
        self,
        session: Session,
        expression: Expression,
        where: ColumnElement[bool],
        after: Place | None,
        count: int,
    ) -> Ranked:
        """Return the best that match after a place."""
        query = (
            select(Notebook.id, _SCORE.label("score"))
            .select_from(WORDS)
            .join(SearchDocument, SearchDocument.notebook_id == WORDS.c.rowid)
            .join(Notebook, Notebook.id == WORDS.c.rowid)
            .where(_match(expression), where)
            .order_by(_SCORE.desc(), Notebook.id)
        )
        if after:
            same = and_(_SCORE.in_([after.score]), Notebook.id > after.notebook_id)
            query = query.where(or_(after.score > _SCORE, same))
        return [(found, score) for found, score in session.execute(query.limit(count))]

    def score_of(self, session: Session, expression: Expression, notebook_id: int) -> float | None:
        """Return what a notebook scores now."""
        return session.scalar(
            select(_SCORE)
            .select_from(WORDS)
            .join(SearchDocument, SearchDocument.notebook_id == WORDS.c.rowid)
            .where(_match(expression), WORDS.c.rowid == notebook_id)
        )


def _looks_whole(session: Session | Connection) -> bool:
    """Return whether there is all that there should be, without reading what it has."""
    named = text(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('bookstore_words', 'bookstore_letters',"
        " 'bookstore_document_added', 'bookstore_document_removed', 'bookstore_document_changed')"
    )
    if session.scalar(named) != 5:
        return False
    try:
        counts = [
            session.scalar(text(f"SELECT count(*) FROM {name}"))  # noqa: S608 - our own names
            for name in (
                "bookstore_words_docsize",
                "bookstore_letters_docsize",
                "bookstore_documents",
            )
        ]
    except DBAPIError:
        return False
    return len({*counts}) == 1


def _is_whole(connection: Connection) -> bool:
    try:
        for name in _INDEXES:
            check = f"INSERT INTO {name} ({name}) VALUES ('integrity-check')"  # noqa: S608 - as above
            connection.exec_driver_sql(check)
    except DBAPIError:
        return False
    return True


def _remake(connection: Connection) -> None:
    from ...database.migrations.versions.v0004_search import SQLITE

    for name in _INDEXES:
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        except DBAPIError:
            _forget(connection, name)
    for statement in SQLITE:
        connection.exec_driver_sql(statement)
    for name in _INDEXES:
        again = f"INSERT INTO {name} ({name}) VALUES ('rebuild')"  # noqa: S608 - as above
        connection.exec_driver_sql(again)


def _forget(connection: Connection, name: str) -> None:
    """Take a table out of the schema that is so damaged that SQLite does not drop it."""
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(text("DELETE FROM sqlite_master WHERE name = :name"), {"name": name})
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
    for part in ("data", "idx", "docsize", "config"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}_{part}")


def _match(expression: Expression) -> ColumnElement[bool]:
    return WORDS.c.bookstore_words.op("MATCH", is_comparison=True)(compiled(expression))
