"""What somebody finds, as it is shown: notebooks with their words, and where it is that they match.

Knows: the catalogue's lists, search.  Must not know: engines, HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..errors import BadRequest
from .catalogue import Catalogue
from .catalogue.reading import Listed, listed
from .catalogue.words import is_text, shown
from .database.models import Notebook, stars
from .permissions import Actor, clause, standing_of
from .search.conditions import is_active
from .search.index import SearchIndex
from .search.language import Node, parse
from .search.values import Count, Facets, Request, Snippet, Sort, Suggestions

MOST_LETTERS = 2000
PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody looks for."""

    q: str = ""
    sort: str = ""
    """A name of :class:`~.search.values.Sort`; empty: relevance where there are words."""
    after: str | None = None
    count: int = PAGE
    with_deprecated: bool = False

    @property
    def tree(self) -> Node | None:
        """What is asked for; raises :class:`~.search.language.QueryNotUnderstood`."""
        if not is_text(self.q):
            raise BadRequest(f"q has control characters or broken Unicode: {shown(self.q)!r}.")
        if len(self.q) > MOST_LETTERS:
            raise BadRequest(f"q has {len(self.q)} letters; at most {MOST_LETTERS} are read.")
        return parse(self.q) if self.q.strip() else None

    @property
    def order(self) -> Sort:
        """In which order it is shown; raises :class:`~bookstore.errors.BadRequest`."""
        if not self.sort:
            return Sort.RELEVANCE if self.q.strip() else Sort.UPDATED
        try:
            return Sort(self.sort)
        except ValueError:
            known = ", ".join(each.value for each in Sort)
            raise BadRequest(
                f"sort is {shown(self.sort)!r}, and has to be one of {known}."
            ) from None


@dataclass(frozen=True, kw_only=True)
class FoundNotebook:
    """A notebook that was found."""

    notebook: Listed
    snippets: Sequence[Snippet] = ()
    """Where it is that it matches."""


@dataclass(frozen=True, kw_only=True)
class Results:
    """A page of what was found."""

    notebooks: list[FoundNotebook] = field(default_factory=list)
    after: str | None = None
    """What to ask for the next page; None at the end."""
    count: Count
    facets: Facets | None = None


async def find(
    catalogue: Catalogue, index: SearchIndex, actor: Actor, wish: Wish, *, facets: bool = True
) -> Results:
    """Return a page of the notebooks that somebody may read and looks for.

    Raises :class:`~.search.language.QueryNotUnderstood` and
    :class:`~bookstore.errors.BadRequest`.
    """
    tree, order = wish.tree, wish.order

    def look(session: Session) -> Results:
        request = Request(
            tree=tree,
            allowed=clause(catalogue.policy, standing_of(session, actor)),
            sort=order,
            shows_deprecated=wish.with_deprecated,
            after=wish.after,
            count=wish.count,
        )
        found = index.search(session, request)
        ids = [hit.notebook_id for hit in found.hits]
        places = index.snippets(session, tree, ids) if tree is not None else {}
        return Results(
            notebooks=[
                FoundNotebook(notebook=row, snippets=places.get(row.id, ()))
                for row in _in_order(session, ids)
            ],
            after=found.after,
            count=index.count(session, request),
            facets=index.facets(session, request) if facets else None,
        )

    return await catalogue.database.run(look, read_only=True)


async def most_starred(catalogue: Catalogue, actor: Actor, count: int) -> list[Listed]:
    """Return the notebooks that most people like, among those that somebody may read."""

    def look(session: Session) -> list[Listed]:
        number = func.count().label("number")
        liked = select(stars.c.notebook_id, number).group_by(stars.c.notebook_id).subquery()
        wanted = (
            select(Notebook.id)
            .join(liked, liked.c.notebook_id == Notebook.id)
            .where(clause(catalogue.policy, standing_of(session, actor)), is_active())
            .order_by(liked.c.number.desc(), Notebook.id.desc())
            .limit(count)
        )
        return _in_order(session, [*session.scalars(wanted)])

    return await catalogue.database.run(look, read_only=True)


async def suggest(
    catalogue: Catalogue, index: SearchIndex, actor: Actor, typed: str
) -> Suggestions:
    """Return the titles and tags that somebody who has typed so far may mean."""
    if not is_text(typed):
        return Suggestions([], [])

    def look(session: Session) -> Suggestions:
        allowed = clause(catalogue.policy, standing_of(session, actor))
        return index.suggest(session, typed, allowed)

    return await catalogue.database.run(look, read_only=True)


def _in_order(session: Session, ids: Sequence[int]) -> list[Listed]:
    rows = session.scalars(select(Notebook).where(Notebook.id.in_(ids))).all()
    by_id = {row.id: row for row in listed(session, rows)}
    return [by_id[each] for each in ids if each in by_id]
