"""Answers somebody who looks for notebooks, with what they may read and nothing of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ..catalogue import Catalogue
from ..catalogue.listing import Listed, listed
from ..catalogue.reading import Shelf, on_shelf
from ..database.models import Notebook
from ..permissions import Actor, clause, standing_of
from .index import SearchIndex
from .language import parse
from .values import Count, Facets, Hit, Request, Snippet, Sort, Suggestions


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody looks for."""

    query: str = ""
    sort: Sort = Sort.RELEVANCE
    shelf: Shelf = "all"
    with_deprecated: bool = False
    after: str | None = None
    """Where the page before ended."""
    count: int = 20
    with_facets: bool = False
    """Whether to count, and to say what there is to narrow the search by."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A page of what was found."""

    notebooks: Sequence[Listed]
    hits: Sequence[Hit]
    """How well each of them matches."""
    snippets: Mapping[int, Sequence[Snippet]] = field(default_factory=dict)
    """By the IDs of notebooks."""
    after: str | None = None
    count: Count | None = None
    facets: Facets | None = None


async def find(catalogue: Catalogue, index: SearchIndex, actor: Actor, asked: Asked) -> Answer:
    """Return a page of notebooks that somebody may read.

    Raises :class:`~.language.QueryNotUnderstood`, :class:`~bookstore.errors.BadRequest` and
    :class:`~.index.IndexNotThere`.
    """
    tree = parse(asked.query)

    def look(session: Session) -> Answer:
        standing = standing_of(session, actor)
        request = Request(
            tree=tree,
            allowed=and_(clause(catalogue.policy, standing), *on_shelf(asked.shelf, standing)),
            sort=asked.sort,
            shows_deprecated=asked.with_deprecated,
            after=asked.after,
            count=asked.count,
        )
        found = index.search(session, request)
        ids = [hit.notebook_id for hit in found.hits]
        rows = {
            row.id: row for row in session.scalars(select(Notebook).where(Notebook.id.in_(ids)))
        }
        return Answer(
            notebooks=listed(session, [rows[number] for number in ids]),
            hits=found.hits,
            snippets=index.snippets(session, tree, ids) if tree is not None else {},
            after=found.after,
            count=index.count(session, request) if asked.with_facets else None,
            facets=index.facets(session, request) if asked.with_facets else None,
        )

    return await catalogue.database.run(look, read_only=True)


async def suggest(
    catalogue: Catalogue, index: SearchIndex, actor: Actor, typed: str, count: int = 8
) -> Suggestions:
    """Return titles and tags that somebody who has typed so far may mean, of what they may read."""

    def look(session: Session) -> Suggestions:
        allowed = clause(catalogue.policy, standing_of(session, actor))
        return index.suggest(session, typed, allowed, count)

    return await catalogue.database.run(look, read_only=True)
