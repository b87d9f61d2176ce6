"""What is not words, as SQL: languages, tags, packages, people, times, and whether it is active."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from ..database.models import Group, Notebook, SearchPackage, Tag, User
from .language import And, Flag, Label, Match, Node, Not, Or, Text, When, bounds
from .plan import as_words

Matching = Callable[[Any], ColumnElement[bool]]


class Conditions:
    """Makes SQL of trees; what words match, an engine says."""

    def __init__(self, matching: Matching, letters: Callable[[str], ColumnElement[bool]]) -> None:
        self.matching = matching
        """Which notebooks an expression of words matches."""
        self.letters = letters
        """Which notebooks have letters inside of their words."""

    def of(self, node: Node | None, now: datetime) -> ColumnElement[bool]:
        """Return which rows of ``notebooks`` a tree is about; never NULL."""
        if node is None:
            return true()
        words = as_words(node)
        if words is not None:
            return self.matching(words)
        if isinstance(node, And):
            return and_(*self._of_many(node, now))
        if isinstance(node, Or):
            return or_(*self._of_many(node, now))
        if isinstance(node, Not):
            return not_(self.of(node.node, now))
        if isinstance(node, Text):
            return self.letters(node.text.lower())
        if isinstance(node, Flag):
            return is_active() if node.is_set else not_(is_active())
        return _when(node, now) if isinstance(node, When) else _label(node)

    def _of_many(self, node: And | Or, now: datetime) -> Iterator[ColumnElement[bool]]:
        """Yield what has to hold of each node, words that go together in one piece."""
        words = [each for each in node.nodes if as_words(each) is not None]
        if len(words) > 1:
            yield self.of(type(node)(tuple(words)), now)
        else:
            yield from (self.of(each, now) for each in words)
        yield from (self.of(each, now) for each in node.nodes if as_words(each) is None)


def is_active() -> ColumnElement[bool]:
    """Return whether a notebook is not deprecated; one of which nothing is known is not."""
    return func.coalesce(Notebook.deprecated, False).is_(False)


def _when(node: When, now: datetime) -> ColumnElement[bool]:
    begin, end = bounds(node.text, now)
    column = Notebook.created_at if node.field == "created" else updated()
    return and_(
        true() if begin is None else column >= begin, true() if end is None else column < end
    )


def updated() -> ColumnElement[datetime]:
    """Return when the content of a notebook was last changed."""
    return func.coalesce(Notebook.content_updated_at, Notebook.updated_at)


def _label(node: Label) -> ColumnElement[bool]:
    if node.field == "lang":
        return func.coalesce(_is(Notebook.lang, node), False)
    if node.field == "tag":
        return Notebook.id.in_(select(Tag.notebook_id).where(_is(Tag.tag, node)))
    if node.field == "package":
        return Notebook.id.in_(
            select(SearchPackage.notebook_id).where(_is(SearchPackage.name, node))
        )
    users = _users(node)
    columns = {"creator": Notebook.creator_id, "updater": Notebook.updater_id}
    if node.field in columns:
        return _among(columns[node.field], users)
    is_users = and_(
        func.coalesce(Notebook.owner_type, "") == "User", _among(Notebook.owner_id, users)
    )
    if node.field == "user":
        return or_(is_users, *(_among(column, users) for column in columns.values()))
    groups = select(Group.id).where(or_(_is(Group.name, node), _is(Group.gid, node)))
    is_groups = and_(
        func.coalesce(Notebook.owner_type, "") == "Group", _among(Notebook.owner_id, groups)
    )
    return or_(is_users, is_groups)


def _users(node: Label) -> Select[Any]:
    both = func.coalesce(User.first_name, "") + " " + func.coalesce(User.last_name, "")
    return select(User.id).where(
        or_(_is(User.user_name, node), _is(both, node), _is(User.last_name, node))
    )


def _among(column: InstrumentedAttribute[int | None], ids: Select[Any]) -> ColumnElement[bool]:
    """Return whether a column is among IDs, where NULL is among none."""
    return func.coalesce(column, 0).in_(ids)


def _is(column: Any, node: Label) -> ColumnElement[bool]:
    value = node.value.lower()
    if node.match is Match.BEGIN:
        return func.lower(column).startswith(value, autoescape=True)
    return func.lower(column) == value
