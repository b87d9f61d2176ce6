"""What every engine does, and what the engines have in common.

All of it happens in the caller's session: what is put is found, or taken back, with the rest of the
transaction, except where an engine says that it follows later.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ..database.errors import DatabaseError
from ..database.models import Change, Notebook, SearchDocument, SearchPackage, now
from ..database.paging import page_of
from ..database.sessions import Database
from .conditions import Conditions, is_active
from .cursors import Place, check_count, read, written
from .documents import VERSION, Document, Popularity, boost_of, row_of
from .facets import facets_of
from .language import Flag, Node, leaves
from .plan import Expression, Plan, in_field, plan_of
from .snippets import snippets_of
from .sorting import ids, keys_of
from .suggestions import suggestions_of
from .values import (
    MOST_COUNTED,
    Count,
    Explanation,
    Facets,
    Found,
    Hit,
    Request,
    Snippet,
    Sort,
    Suggestions,
)

FIELDS = ("title", "description", "labels", "people", "parts", "source")
"""What is ranked, of what a document has."""
WEIGHTS = (50.0, 10.0, 10.0, 10.0, 1.0, 1.0)
"""What a word in each field is worth: nbgallery's, which did best of those that were measured."""
LEAST_DIFFERENCE = 0.005
"""A boost that changes by less stays as it is."""

Ranked = list[tuple[int, float]]
"""IDs of notebooks and their scores, the best first."""
P = ParamSpec("P")
T = TypeVar("T")


class IndexNotThere(DatabaseError):
    """There is no index that answers: it was lost, damaged, or is only being made."""

    status = 503
    hint = "It is being made from what the gallery has: try again in a minute."


class SearchIndex(Protocol):
    """Finds notebooks; one contract for every engine.

    Whatever is asked of it raises :class:`IndexNotThere` where the index is lost or damaged.
    """

    def start(self) -> None:
        """Follow what happens, where that takes more than being told."""

    def close(self) -> None:
        """Stop that.  Safe to call twice."""

    def keep_whole(self, database: Database) -> bool:
        """Make the index anew where it is lost or damaged, and return whether it was."""

    def put(self, session: Session, document: Document) -> None:
        """Let a notebook be found by what the document says, and by nothing else."""

    def remove(self, session: Session, notebook_id: int) -> None:
        """Let a notebook be found by no words any more; who deletes it need not say so."""

    def liked(self, session: Session, popularity: Mapping[int, Popularity]) -> None:
        """Let notebooks be ranked by what people make of them now; by their words as before."""

    def stale(self, session: Session, count: int, after: int = 0) -> list[int]:
        """Return notebooks that are to be put again, by their IDs, which are higher than *after*.

        They have no document, or one by older rules, or were changed by somebody who put none.
        """

    def search(self, session: Session, request: Request) -> Found:
        """Return a page of what is found.

        Raises :class:`~bookstore.errors.BadRequest` where *after* or *count* cannot be.
        """

    def count(self, session: Session, request: Request) -> Count:
        """Return how many notebooks match; those that match only some words do not count."""

    def facets(self, session: Session, request: Request) -> Facets:
        """Return the languages, tags and owners of those that match."""

    def suggest(
        self, session: Session, typed: str, allowed: ColumnElement[bool], count: int = 8
    ) -> Suggestions:
        """Return titles and tags that somebody who has typed so far may mean."""

    def snippets(
        self, session: Session, tree: Node | None, notebook_ids: Sequence[int]
    ) -> dict[int, list[Snippet]]:
        """Return where in some notebooks it is that was looked for: a second step, for a page."""

    def explain(self, session: Session, request: Request, notebook_id: int) -> Explanation | None:
        """Return why a notebook is where it is; None where it is not found by its words."""


def _telling(
    method: Callable[Concatenate[Engine, P], T],
) -> Callable[Concatenate[Engine, P], T]:
    """Let a method say in words that the index is not as it should be."""

    @wraps(method)
    def told(self: Engine, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except DBAPIError as error:
            if not self.is_damage(error):
                raise
            self.is_suspect = True
            raise IndexNotThere("The search index is lost or damaged.") from error

    return told


class Engine(ABC):
    """What the engines have in common: the documents, and everything but words."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self.clock = clock
        """Says what time it is, for ``updated:7d``."""
        self.is_suspect = False
        """Whether something was wrong with the index since it was looked at."""

    @abstractmethod
    def start(self) -> None:
        """Follow what happens, where that takes more than being told."""

    @abstractmethod
    def close(self) -> None:
        """Stop that."""

    def is_damage(self, error: DBAPIError) -> bool:
        """Return whether an error says that the index is not as it should be."""
        return False

    @abstractmethod
    def keep_whole(self, database: Database) -> bool:
        """Make the index anew where it is lost or damaged, and return whether it was."""

    # -- what an engine says

    @abstractmethod
    def matching(self, session: Session, expression: Expression) -> ColumnElement[bool]:
        """Return which notebooks an expression matches."""

    @abstractmethod
    def letters(self, session: Session, part: str) -> ColumnElement[bool]:
        """Return which notebooks have letters, in lower case, inside of their words."""

    @abstractmethod
    def ranked(
        self,
        session: Session,
        expression: Expression,
        where: ColumnElement[bool],
        after: Place | None,
        count: int,
    ) -> Ranked:
        """Return the best that match after a place, by score and ID."""

    @abstractmethod
    def score_of(self, session: Session, expression: Expression, notebook_id: int) -> float | None:
        """Return what a notebook scores now; None where it does not match."""

    # -- writing

    @_telling
    def put(self, session: Session, document: Document) -> None:
        """Write the document, with a note for those who follow."""
        self._forget(session, document.notebook_id)
        row = row_of(document)
        at = select(Notebook.updated_at).where(Notebook.id == document.notebook_id)
        row.notebook_updated_at = at.scalar_subquery()
        session.add(row)
        packages = {name.strip()[:255] for name in document.packages}
        session.add_all(
            SearchPackage(notebook_id=document.notebook_id, name=name)
            for name in sorted(packages)
            if name
        )
        session.add(Change(noun="document", noun_id=document.notebook_id, verb="changed"))
        session.flush()

    @_telling
    def remove(self, session: Session, notebook_id: int) -> None:
        """Delete the document, with a note for those who follow."""
        self._forget(session, notebook_id)
        session.add(Change(noun="document", noun_id=notebook_id, verb="deleted"))
        session.flush()

    @_telling
    def liked(self, session: Session, popularity: Mapping[int, Popularity]) -> None:
        """Write the boosts that are no longer what they were, with notes for those who follow."""
        query = select(SearchDocument.notebook_id, SearchDocument.boost)
        rows = session.execute(query.where(SearchDocument.notebook_id.in_(popularity)))
        for notebook_id, boost in rows.all():
            new = boost_of(popularity[notebook_id])
            if abs(new - boost) > LEAST_DIFFERENCE:
                session.execute(
                    update(SearchDocument)
                    .where(SearchDocument.notebook_id == notebook_id)
                    .values(boost=new)
                )
                session.add(Change(noun="document", noun_id=notebook_id, verb="changed"))
        session.flush()

    def stale(self, session: Session, count: int, after: int = 0) -> list[int]:
        """Return the notebooks whose documents are to be made, or made anew."""
        document = SearchDocument
        query = (
            select(Notebook.id)
            .outerjoin(SearchDocument, SearchDocument.notebook_id == Notebook.id)
            .where(
                Notebook.id > after,
                or_(
                    document.version.is_(None),
                    document.version < VERSION,
                    document.notebook_updated_at != Notebook.updated_at,
                ),
            )
            .order_by(Notebook.id)
        )
        return [*session.scalars(query.limit(count))]

    def _forget(self, session: Session, notebook_id: int) -> None:
        session.flush()
        for model in (SearchPackage, SearchDocument):
            session.execute(
                delete(model).where(model.notebook_id == notebook_id),
                execution_options={"synchronize_session": "fetch"},
            )

    # -- finding

    @_telling
    def search(self, session: Session, request: Request) -> Found:
        """Return a page, by relevance or by another order."""
        plan = plan_of(request.tree)
        if request.sort is Sort.RELEVANCE and plan.tiers:
            return self._by_relevance(session, request, plan)
        return self.by_key(session, request)

    def by_key(self, session: Session, request: Request) -> Found:
        """Return a page in an order that goes by what rows of the database say."""
        page = page_of(
            session,
            ids().where(self.condition(session, request)),
            keys_of(request.sort),
            after=request.after,
            count=request.count,
        )
        return Found([Hit(notebook_id) for notebook_id in page.rows], page.after)

    def condition(self, session: Session, request: Request) -> ColumnElement[bool]:
        """Return which notebooks match and may be seen."""
        wanted = self._conditions(session).of(request.tree, self.clock())
        return and_(self._visible(request), wanted)

    def _conditions(self, session: Session) -> Conditions:
        return Conditions(
            lambda expression: self.matching(session, expression),
            lambda part: self.letters(session, part),
        )

    def _visible(self, request: Request) -> ColumnElement[bool]:
        says_itself = any(isinstance(leaf, Flag) for leaf in leaves(request.tree))
        if request.shows_deprecated or says_itself:
            return request.allowed
        return and_(request.allowed, is_active())

    def _by_relevance(self, session: Session, request: Request, plan: Plan) -> Found:
        check_count(request.count)
        place = read(request.after, len(plan.tiers))
        where = self._where(session, request, plan)
        hits: list[Hit] = []
        last: Place | None = None
        for at, (tier, expression) in enumerate(plan.tiers):
            if place and at < place.tier:
                continue
            begin = self._now(session, expression, place) if place and at == place.tier else None
            room = request.count + 1 - len(hits)
            rows = self.ranked(session, expression, where, begin, room)
            for notebook_id, score in rows:
                if len(hits) == request.count:
                    return Found(hits, written(last) if last else None)
                hits.append(Hit(notebook_id, tier, score))
                last = Place(at, score, notebook_id)
        return Found(hits, None)

    def _where(self, session: Session, request: Request, plan: Plan) -> ColumnElement[bool]:
        conditions, moment = self._conditions(session), self.clock()
        return and_(self._visible(request), *(conditions.of(each, moment) for each in plan.rest))

    def _now(self, session: Session, expression: Expression, place: Place) -> Place:
        """Return the place where the last row is now: what was put meanwhile has moved scores."""
        score = self.score_of(session, expression, place.notebook_id)
        return place if score is None else Place(place.tier, score, place.notebook_id)

    @_telling
    def count(self, session: Session, request: Request) -> Count:
        """Count as far as counting goes."""
        found = select(Notebook.id).where(self.condition(session, request)).limit(MOST_COUNTED + 1)
        value = session.scalar(select(func.count()).select_from(found.subquery())) or 0
        return Count(min(value, MOST_COUNTED), value <= MOST_COUNTED)

    @_telling
    def facets(self, session: Session, request: Request) -> Facets:
        """Return what the notebooks that match have."""
        return facets_of(session, self.condition(session, request))

    @_telling
    def suggest(
        self, session: Session, typed: str, allowed: ColumnElement[bool], count: int = 8
    ) -> Suggestions:
        """Return titles that words begin in, and tags that begin so."""
        return suggestions_of(self.search, session, typed, allowed, count)

    def snippets(
        self, session: Session, tree: Node | None, notebook_ids: Sequence[int]
    ) -> dict[int, list[Snippet]]:
        """Return pieces of the documents with what was looked for."""
        return snippets_of(session, tree, notebook_ids)

    @_telling
    def explain(self, session: Session, request: Request, notebook_id: int) -> Explanation | None:
        """Return the tier, the score, and what each field would score alone."""
        plan = plan_of(request.tree)
        where = and_(self._where(session, request, plan), Notebook.id == notebook_id)
        if session.scalar(select(Notebook.id).where(where)) is None:
            return None
        for tier, expression in plan.tiers:
            score = self.score_of(session, expression, notebook_id)
            if score is not None:
                boost = session.scalar(
                    select(SearchDocument.boost).where(SearchDocument.notebook_id == notebook_id)
                )
                fields = self.fields_of(session, expression, notebook_id)
                return Explanation(tier, score, boost or 1.0, fields)
        return None

    def fields_of(
        self, session: Session, expression: Expression, notebook_id: int
    ) -> dict[str, float]:
        """Return what each field would score alone, of those that match alone."""
        scores = {
            name: self.score_of(session, in_field(expression, name), notebook_id) for name in FIELDS
        }
        return {name: score for name, score in scores.items() if score is not None}


class InDatabase(Engine):
    """An engine whose index is in the database, and is written with it."""

    def start(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
