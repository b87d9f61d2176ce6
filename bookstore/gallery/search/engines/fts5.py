"""Search in SQLite, by FTS5: the index is in the database, and written by its triggers."""

from __future__ import annotations

import re

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    String,
    and_,
    column,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Session

from ...database.models import Notebook, SearchDocument
from ..cursors import Place
from ..index import Engine, Ranked
from ..plan import AllOf, AnyOf, Expression, Term

WORDS = table(
    "bookstore_words",
    column("rowid", Integer),
    column("rank", Float),
    column("bookstore_words", String),
)
LETTERS = table("bookstore_letters", column("rowid", Integer), column("vocabulary", String))
_SCORE: ColumnElement[float] = -WORDS.c.rank * SearchDocument.boost


def compiled(expression: Expression) -> str:
    """Return an expression in FTS5's language; its words are letters and digits only."""
    if isinstance(expression, Term):
        field = f"{expression.field} : " if expression.field else ""
        return f'{field}"{" ".join(expression.words)}"{" *" if expression.goes_on else ""}'
    if isinstance(expression, (AllOf, AnyOf)):
        operator = " AND " if isinstance(expression, AllOf) else " OR "
        return f"({operator.join(map(compiled, expression.of))})"
    return f"({compiled(expression.what)} NOT {compiled(expression.without)})"


class Fts5Index(Engine):
    """Finds notebooks in SQLite."""

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


def _match(expression: Expression) -> ColumnElement[bool]:
    return WORDS.c.bookstore_words.op("MATCH", is_comparison=True)(compiled(expression))
