"""Search by tantivy: words from its index, all else, and who may see it, from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import tantivy
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from ....database.models import Notebook, now
from ....database.sessions import Database
from ...cursors import Place
from ...index import Engine, Ranked
from ...plan import Expression
from .replica import Replica
from .schema import among, compiled, with_letters

MOST_LISTED = 50_000
"""The most that match whose IDs are handed to the database, to be put in another order."""
MOST_RANKED = 20_000
"""The most that are looked at, the best first, for those that somebody may see."""
LEAST_RANKED = 100
"""How many are looked at first."""
FEW = 5_000
"""Of no more notebooks than these, tantivy is asked only of them."""


class DerivedIndex(Engine):
    """Finds notebooks of any database; what is put is found when the replica has followed."""

    def __init__(self, replica: Replica, clock: Callable[[], datetime] = now) -> None:
        super().__init__(clock)
        self.replica = replica

    def start(self) -> None:
        """Follow the database on a thread."""
        self.replica.start()

    def close(self) -> None:
        """Stop following."""
        self.replica.close()

    def keep_whole(self, database: Database) -> bool:
        """Leave that to the replica, which makes itself anew."""
        return False

    def matching(self, session: Session, expression: Expression) -> ColumnElement[bool]:
        """Return which notebooks an expression matches: the best of them, where there are many."""
        index = self.replica.index
        return _in(_ids(index.searcher(), compiled(index.schema, expression), MOST_LISTED))

    def letters(self, session: Session, part: str) -> ColumnElement[bool]:
        """Return which notebooks have letters inside of their words."""
        index = self.replica.index
        return _in(_ids(index.searcher(), with_letters(index.schema, part), MOST_LISTED))

    def ranked(
        self,
        session: Session,
        expression: Expression,
        where: ColumnElement[bool],
        after: Place | None,
        count: int,
    ) -> Ranked:
        """Return the best that match after a place, looking at more until there are enough."""
        index = self.replica.index
        searcher, query = index.searcher(), compiled(index.schema, expression)
        found: Ranked = []
        for number, batch in enumerate(_batches(searcher, query, count, after)):
            if number == 1 and (few := _few(session, where)) is not None:
                return self._of_few(searcher, query, few, after, count)
            found += _visible(session, where, batch)
            if len(found) >= count:
                break
        return found[:count]

    def _of_few(
        self,
        searcher: tantivy.Searcher,
        query: tantivy.Query,
        few: list[int],
        after: Place | None,
        count: int,
    ) -> Ranked:
        if not few:
            return []
        some = among(query, self.replica.index.schema, few)
        return _after(_scored(searcher, some, len(few)), after)[:count]

    def score_of(self, session: Session, expression: Expression, notebook_id: int) -> float | None:
        """Return what a notebook scores now."""
        index = self.replica.index
        query = among(compiled(index.schema, expression), index.schema, [notebook_id])
        found = _scored(index.searcher(), query, 1)
        return found[0][1] if found else None


def _batches(
    searcher: tantivy.Searcher, query: tantivy.Query, count: int, after: Place | None
) -> Iterator[Ranked]:
    """Yield those after a place, the best first, in batches that grow."""
    size, done = max(LEAST_RANKED, 4 * count), 0
    while True:
        rows = _scored(searcher, query, size)
        is_all = len(rows) < size or size >= MOST_RANKED
        if not is_all:  # of those with the last score, others may be missing
            rows = [row for row in rows if row[1] > rows[-1][1]]
        following = _after(rows, after)
        yield following[done:]
        if is_all:
            return
        done, size = len(following), min(5 * size, MOST_RANKED)


def _after(rows: Ranked, after: Place | None) -> Ranked:
    if after is None:
        return rows
    place = (-after.score, after.notebook_id)
    return [row for row in rows if (-row[1], row[0]) > place]


def _scored(searcher: tantivy.Searcher, query: tantivy.Query, count: int) -> Ranked:
    hits = searcher.search(query, count, count=False, weight_by_field="boost").hits
    ids = searcher.fast_field_values("id", [place for _, place in hits])
    rows = [(int(each or 0), float(score or 0)) for each, (score, _) in zip(ids, hits, strict=True)]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _ids(searcher: tantivy.Searcher, query: tantivy.Query, count: int) -> list[int]:
    hits = searcher.search(query, count, count=False).hits
    return [int(each or 0) for each in searcher.fast_field_values("id", [at for _, at in hits])]


def _in(ids: list[int]) -> ColumnElement[bool]:
    """Return whether a notebook is one of these, however many they are."""
    return Notebook.id.in_(bindparam(None, ids, expanding=True, literal_execute=True))


def _visible(session: Session, where: ColumnElement[bool], rows: Ranked) -> Ranked:
    if not rows:
        return []
    query = select(Notebook.id).where(_in([notebook_id for notebook_id, _ in rows]), where)
    allowed = {*session.scalars(query)}
    return [row for row in rows if row[0] in allowed]


def _few(session: Session, where: ColumnElement[bool]) -> list[int] | None:
    """Return all that somebody may see, where they are few."""
    found = [*session.scalars(select(Notebook.id).where(where).limit(FEW + 1))]
    return found if len(found) <= FEW else None
