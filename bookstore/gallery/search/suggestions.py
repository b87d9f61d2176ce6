"""Titles and tags, while somebody types."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ..database.models import Notebook, Tag
from .conditions import is_active
from .language import Match, Node, Text
from .language.parsing import LEAST_OF_PREFIX, MOST_LEAVES
from .language.tree import all_of
from .values import Found, Request, Suggestions
from .words import letters_of, storable, words_of

MOST_TYPED = 200


def suggestions_of(
    search: Callable[[Session, Request], Found],
    session: Session,
    typed: str,
    allowed: ColumnElement[bool],
    count: int,
) -> Suggestions:
    """Return what somebody may mean who has typed so far; the last word may go on."""
    typed = storable(typed[:MOST_TYPED])
    tree = _tree(typed)
    if tree is None:
        return Suggestions([], [])
    hits = search(session, Request(tree=tree, allowed=allowed, count=count)).hits
    found = [hit.notebook_id for hit in hits]
    rows = session.execute(select(Notebook.id, Notebook.title).where(Notebook.id.in_(found)))
    titles: dict[int, str] = {row.id: row.title for row in rows}
    return Suggestions(
        [(each, titles[each]) for each in found if each in titles],
        _tags(session, typed, allowed, count),
    )


def _tree(typed: str) -> Node | None:
    words = words_of(typed)[:MOST_LEAVES]
    if not words:
        return None
    *before, last = words
    goes_on = not typed[-1].isspace() and letters_of(last) >= LEAST_OF_PREFIX
    texts: list[Node] = [Text(word, field="title") for word in before]
    match = Match.BEGIN if goes_on else Match.WHOLE
    return all_of([*texts, Text(last, match, "title")])


def _tags(session: Session, typed: str, allowed: ColumnElement[bool], count: int) -> list[str]:
    begin = " ".join(typed.lower().split())
    number = func.count()
    query = (
        select(Tag.tag)
        .join(Notebook, Notebook.id == Tag.notebook_id)
        .where(func.lower(Tag.tag).startswith(begin, autoescape=True), allowed, is_active())
        .group_by(Tag.tag)
        .order_by(number.desc(), Tag.tag)
    )
    return [*session.scalars(query.limit(count))]
