"""Search in PostgreSQL, by its own means: the index is in the database, and written by a trigger.

Words are ranked by how near they are to each other, which takes reading each notebook that
matches: of words that very many have, only the best-liked are ranked.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ...database.models import Notebook, SearchDocument
from ...database.sessions import Database
from ..cursors import Place
from ..index import InDatabase, Ranked
from ..plan import AllOf, AnyOf, Expression, Term
from ..remaking import unhurried

MOST_RANKED = 2000
VECTORS = table("bookstore_vectors", column("notebook_id", Integer), column("words", TSVECTOR))
LETTERS = {
    "title": "A",
    "description": "B",
    "labels": "C",
    "people": "C",
    "parts": "D",
    "source": "D",
}
"""The weight under which each field is kept: PostgreSQL has four."""
_WEIGHTS: ColumnElement[Any] = literal_column("'{0.02, 0.2, 0.2, 1.0}'::real[]")
"""What D, C, B and A are worth."""
_DAMAGE = {"42P01", "42704", "XX001", "XX002"}
"""A table, or what takes words apart, is not there; a table or an index of it is damaged."""
_TOGETHER = 200
_LOST = (
    "SELECT d.notebook_id FROM bookstore_documents d LEFT JOIN bookstore_vectors v"
    " ON v.notebook_id = d.notebook_id WHERE v.notebook_id IS NULL ORDER BY 1 LIMIT :count"
)
_OF_TITLES: ColumnElement[Any] = literal_column("'{0, 0, 0, 1}'::real[]")
_BY_LENGTH, _BELOW_ONE = 1, 32
"""Divide a rank by the logarithm of the notebook's length; make r / (r + 1) of it."""
_TITLES = 3.0
"""More than nearness can be, with what people like: cells full of a word are not like a title."""


def compiled(expression: Expression) -> str:
    """Return an expression in PostgreSQL's language; its words are letters and digits only."""
    if isinstance(expression, Term):
        weight = LETTERS[expression.field] if expression.field else ""
        marks = [weight] * len(expression.words)
        marks[-1] = f"*{weight}" if expression.goes_on else weight
        words = (
            f"'{word}'{':' if mark else ''}{mark}"
            for word, mark in zip(expression.words, marks, strict=True)
        )
        return f"({' <-> '.join(words)})"
    if isinstance(expression, (AllOf, AnyOf)):
        operator = " & " if isinstance(expression, AllOf) else " | "
        return f"({operator.join(map(compiled, expression.of))})"
    return f"({compiled(expression.what)} & !{compiled(expression.without)})"


class PostgresqlIndex(InDatabase):
    """Finds notebooks in PostgreSQL."""

    def is_damage(self, error: DBAPIError) -> bool:
        """Return whether something is not there that the migration has made."""
        return getattr(error.orig, "sqlstate", None) in _DAMAGE

    def keep_whole(self, database: Database) -> bool:
        """Make again what is not there, and the vectors that documents lack."""
        self.is_suspect = False
        if database.run_here(_is_whole, read_only=True):
            return False
        _remake(database)
        while database.run_here(_add_lost):
            pass
        return True

    def matching(self, session: Session, expression: Expression) -> ColumnElement[bool]:
        """Return which notebooks an expression matches."""
        return Notebook.id.in_(select(VECTORS.c.notebook_id).where(_match(expression)))

    def letters(self, session: Session, part: str) -> ColumnElement[bool]:
        """Return which notebooks have letters inside of their words."""
        return Notebook.id.in_(
            select(SearchDocument.notebook_id).where(
                SearchDocument.vocabulary.contains(part, autoescape=True)
            )
        )

    def ranked(
        self,
        session: Session,
        expression: Expression,
        where: ColumnElement[bool],
        after: Place | None,
        count: int,
    ) -> Ranked:
        """Return the best that match after a place, of those that are ranked at all."""
        candidates = (
            select(Notebook.id, VECTORS.c.words, SearchDocument.boost)
            .select_from(VECTORS)
            .join(SearchDocument, SearchDocument.notebook_id == VECTORS.c.notebook_id)
            .join(Notebook, Notebook.id == VECTORS.c.notebook_id)
            .where(_match(expression), where)
            .order_by(SearchDocument.boost.desc(), Notebook.id.desc())
            .limit(MOST_RANKED)
            .subquery()
        )
        scored = select(
            candidates.c.id,
            (_rank(candidates.c.words, expression) * candidates.c.boost).label("score"),
        ).subquery()
        query = select(scored.c.id, scored.c.score).order_by(scored.c.score.desc(), scored.c.id)
        if after:
            same = and_(scored.c.score == after.score, scored.c.id > after.notebook_id)
            query = query.where(or_(scored.c.score < after.score, same))
        return [(found, score) for found, score in session.execute(query.limit(count))]

    def score_of(self, session: Session, expression: Expression, notebook_id: int) -> float | None:
        """Return what a notebook scores now."""
        return session.scalar(
            select(_rank(VECTORS.c.words, expression) * SearchDocument.boost)
            .select_from(VECTORS)
            .join(SearchDocument, SearchDocument.notebook_id == VECTORS.c.notebook_id)
            .where(_match(expression), VECTORS.c.notebook_id == notebook_id)
        )


def _is_whole(session: Session) -> bool:
    made = text(
        "SELECT to_regclass('bookstore_vectors') IS NOT NULL"
        " AND to_regclass('bookstore_index_vectors_on_words') IS NOT NULL"
        " AND EXISTS (SELECT FROM pg_trigger WHERE tgname = 'bookstore_document_written'"
        " AND tgrelid = to_regclass('bookstore_documents'))"
    )
    return bool(session.scalar(made)) and session.scalar(text(_LOST), {"count": 1}) is None


def _remake(database: Database) -> None:
    from ...database.migrations import lock
    from ...database.migrations.versions.v0004_search import POSTGRESQL

    with unhurried(database) as connection:
        lock(connection)
        for statement in POSTGRESQL:
            connection.exec_driver_sql(statement)


def _add_lost(session: Session) -> int:
    """Let the trigger write some of the vectors that are lost; return how many."""
    lost = [*session.scalars(text(_LOST), {"count": _TOGETHER})]
    if lost:
        again = update(SearchDocument).where(SearchDocument.notebook_id.in_(lost))
        same = again.values(title=SearchDocument.title, updated_at=SearchDocument.updated_at)
        session.execute(same, execution_options={"synchronize_session": False})
    return len(lost)


def _query(expression: Expression) -> ColumnElement[str]:
    configuration: ColumnElement[Any] = literal_column("'bookstore_words'::regconfig")
    return func.to_tsquery(configuration, literal(compiled(expression)), type_=TSQUERY)


def _match(expression: Expression) -> ColumnElement[bool]:
    return VECTORS.c.words.op("@@", is_comparison=True)(_query(expression))


def _rank(words: ColumnElement[str], expression: Expression) -> ColumnElement[float]:
    query = _query(expression)
    nearness = func.ts_rank_cd(_WEIGHTS, words, query, _BY_LENGTH | _BELOW_ONE, type_=Float())
    return _TITLES * func.ts_rank(_OF_TITLES, words, query, type_=Float()) + nearness
