"""What search is told of a notebook when the catalogue changes it: in the same transaction.

Knows: the tables, what both sides want.  Must not know: engines.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .catalogue import Content
from .database.models import (
    Group,
    Notebook,
    NotebookSummary,
    SearchDocument,
    SearchPackage,
    Tag,
    User,
)
from .search.documents import Cell, Document, Popularity
from .search.index import SearchIndex


class Indexed:
    """Lets an index find what a catalogue has: its :class:`~.catalogue.Indexes`."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
        """Let a notebook be found as its rows say; None: by the cells that it had."""
        row = session.get(Notebook, notebook_id)
        if row is None:
            self.remove(session, notebook_id)
            return
        cells, packages = _said(content) if content else _known(session, notebook_id)
        tags = select(Tag.tag).where(Tag.notebook_id == notebook_id).order_by(Tag.tag)
        self._index.put(
            session,
            Document(
                notebook_id=notebook_id,
                title=row.title,
                description=row.description,
                language=row.lang,
                tags=[*session.scalars(tags)],
                packages=packages,
                people=_people(session, row),
                cells=cells,
                popularity=_popularity(session, notebook_id),
            ),
        )

    def remove(self, session: Session, notebook_id: int) -> None:
        """Let a notebook be found no more."""
        self._index.remove(session, notebook_id)


def _said(content: Content) -> tuple[list[Cell], Sequence[str]]:
    """Return the cells, known by their places, and the packages of what was published now."""
    cells = [Cell(str(at), cell.type, cell.source) for at, cell in enumerate(content.cells)]
    return cells, content.packages


def _known(session: Session, notebook_id: int) -> tuple[list[Cell], Sequence[str]]:
    """Return the cells and packages of what was published before."""
    there = session.get(SearchDocument, notebook_id)
    if there is None:
        return [], []
    places = json.loads(there.cells)
    ends = [place[0] - 1 for place in places[1:]] + [len(there.source)]
    cells = [
        Cell(cell_id, kind, there.source[begin:end])
        for (begin, cell_id, kind), end in zip(places, ends, strict=True)
    ]
    packages = select(SearchPackage.name).where(SearchPackage.notebook_id == notebook_id)
    return cells, [*session.scalars(packages.order_by(SearchPackage.name))]


def _people(session: Session, row: Notebook) -> list[str]:
    ids = {user for user in (row.creator_id, row.updater_id) if user}
    if row.owner_type == "User" and row.owner_id:
        ids.add(row.owner_id)
    named = select(User.user_name, User.first_name, User.last_name).where(User.id.in_(ids))
    people = [name for names in session.execute(named) for name in names if name]
    if row.owner_type == "Group":
        called = select(Group.name).where(Group.id == row.owner_id)
        people += [name for name in session.scalars(called) if name]
    return people


def _popularity(session: Session, notebook_id: int) -> Popularity:
    summary = session.scalars(
        select(NotebookSummary).where(NotebookSummary.notebook_id == notebook_id)
    ).first()
    if summary is None:
        return Popularity()
    return Popularity(summary.views or 0, summary.stars or 0, summary.health)
