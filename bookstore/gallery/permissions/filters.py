"""The predicate as SQL, for any query; and of notebooks whose facts are looked up.

Knows: the tables.  Must not know: what the predicate demands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from ..database.models import (
    Deletion,
    Notebook,
    NotebookAttribute,
    Revision,
    RevisionAttribute,
    ViewShare,
    shares,
)
from .facts import Known
from .levels import Level
from .rule import Policy, allowed
from .standing import Standing

Clause = ColumnElement[bool]


def clause(
    policy: Policy,
    standing: Standing,
    level: Level = Level.READ,
    notebook: type[Notebook] = Notebook,
) -> Clause:
    """Return the condition under which rows of *notebook*, which may be an alias, are allowed."""
    return allowed(policy, level, standing, _Columns(notebook))


def allowed_when_deleted(policy: Policy, standing: Standing, level: Level) -> Clause:
    """Return the condition under which somebody could do so much, were it not deleted."""
    return allowed(policy, level, standing, _DeletedColumns(Notebook))


def revision_clause(
    policy: Policy,
    standing: Standing,
    revision: type[Revision] = Revision,
    notebook: type[Notebook] = Notebook,
) -> Clause:
    """Return the condition under which rows of *revision*, joined with *notebook*, are read.

    The notebook has to be, and the revision by what it was then.  Who sees only what is public sees
    back to where it was not: what was written in private before stays private.
    """
    later = aliased(Revision)
    agreed = [
        rule(Level.READ, standing, _RevisionColumns(later, notebook)) for rule in policy.rules
    ]
    gap = (
        exists()
        .where(
            later.notebook_id == revision.notebook_id,
            later.id >= revision.id,
            ~and_(later.public.is_(True), *agreed),
        )
        .correlate(revision, notebook)
    )
    return and_(
        clause(policy, standing, Level.READ, notebook),
        allowed(policy, Level.READ, standing, _RevisionColumns(revision, notebook, ~gap)),
    )


def may(policy: Policy, standing: Standing, known: Known, level: Level = Level.READ) -> bool:
    """Return whether somebody may do so much with a notebook that is known."""
    return allowed(policy, level, standing, known)


def known_of(session: Session, notebook_ids: Collection[int]) -> dict[int, Known]:
    """Return the facts of notebooks, in four statements however many they are."""
    wanted = list(notebook_ids)
    rows = session.execute(
        select(
            Notebook.id,
            Notebook.public,
            Notebook.owner_type,
            Notebook.owner_id,
            Deletion.notebook_id.is_not(None).label("deleted"),
        )
        .outerjoin(Deletion, Deletion.notebook_id == Notebook.id)
        .where(Notebook.id.in_(wanted))
    ).all()
    editors = _by_notebook(session, shares.c.notebook_id, shares.c.user_id, wanted)
    viewers = _by_notebook(session, ViewShare.notebook_id, ViewShare.user_id, wanted)
    attributes: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for each in session.execute(
        select(
            NotebookAttribute.notebook_id, NotebookAttribute.name, NotebookAttribute.value
        ).where(NotebookAttribute.notebook_id.in_(wanted))
    ):
        attributes[each.notebook_id][each.name] = each.value
    return {
        row.id: Known(
            notebook_id=row.id,
            public=bool(row.public),
            owner_type=row.owner_type,
            owner_id=row.owner_id,
            deleted=bool(row.deleted),
            editors=frozenset(editors[row.id]),
            viewers=frozenset(viewers[row.id]),
            attributes=attributes[row.id],
        )
        for row in rows
    }


def _by_notebook(
    session: Session, key: Any, value: Any, wanted: list[int]
) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for notebook_id, user_id in session.execute(select(key, value).where(key.in_(wanted))):
        found[notebook_id].add(user_id)
    return found


class _Columns:
    """The facts of all notebooks of a query; an answer is a condition."""

    def __init__(self, notebook: type[Notebook]) -> None:
        self._notebook = notebook
        self._tables: tuple[Any, ...] = (notebook,)
        self._value: Any = NotebookAttribute.value

    def all(self, *answers: Clause) -> Clause:
        return and_(true(), *answers)

    def any(self, *answers: Clause) -> Clause:
        return or_(false(), *answers)

    def always(self, answer: bool) -> Clause:
        return true() if answer else false()

    def is_there(self) -> Clause:
        return ~self._exists(Deletion.notebook_id == self._notebook.id)

    def is_public(self) -> Clause:
        return self._notebook.public.is_(True)

    def is_owned_by(self, user_id: int) -> Clause:
        return and_(self._notebook.owner_type == "User", self._notebook.owner_id == user_id)

    def is_owned_by_group(self, group_ids: Collection[int]) -> Clause:
        if not group_ids:
            return false()
        ids = sorted(group_ids)
        return and_(self._notebook.owner_type == "Group", self._notebook.owner_id.in_(ids))

    def is_shared_with(self, user_id: int, level: Level) -> Clause:
        edits = self._exists(shares.c.notebook_id == self._notebook.id, shares.c.user_id == user_id)
        if level is not Level.READ:
            return edits
        views = self._exists(
            ViewShare.notebook_id == self._notebook.id, ViewShare.user_id == user_id
        )
        return or_(edits, views)

    def is_one_of(self, notebook_ids: Collection[int]) -> Clause:
        return self._notebook.id.in_(sorted(notebook_ids)) if notebook_ids else false()

    def has(self, attribute: str, values: Collection[str]) -> Clause:
        return self._exists(*self._attribute(attribute), self._value.in_(sorted(values)))

    def lacks(self, attribute: str) -> Clause:
        return ~self._exists(*self._attribute(attribute))

    def _exists(self, *conditions: Clause) -> Clause:
        # Said of which table it speaks, since it may stand inside of another such question.
        return exists().where(*conditions).correlate(*self._tables)

    def _attribute(self, name: str) -> tuple[Clause, ...]:
        return (
            NotebookAttribute.notebook_id == self._notebook.id,
            NotebookAttribute.name == name,
        )


class _RevisionColumns(_Columns):
    """The facts of all revisions of a query."""

    def __init__(
        self, revision: type[Revision], notebook: type[Notebook], public: Clause | None = None
    ) -> None:
        super().__init__(notebook)
        self._revision = revision
        self._tables = (notebook, revision)
        self._value = RevisionAttribute.value
        self._public = revision.public.is_(True) if public is None else public

    def is_public(self) -> Clause:
        return self._public

    def _attribute(self, name: str) -> tuple[Clause, ...]:
        return (
            RevisionAttribute.revision_id == self._revision.id,
            RevisionAttribute.name == name,
        )


class _DeletedColumns(_Columns):
    """The facts of notebooks as they were before they were deleted."""

    def is_there(self) -> Clause:
        return true()
