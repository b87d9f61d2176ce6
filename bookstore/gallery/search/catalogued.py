"""Lets notebooks be found as the catalogue says they are, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..catalogue.indexes import Content
from ..database.models import (
    Group,
    Notebook,
    NotebookSummary,
    SearchDocument,
    SearchPackage,
    Tag,
    User,
)
from .documents import VERSION, Cell, Document, Popularity, cells_in
from .index import SearchIndex


class Searched:
    """What the catalogue tells of its changes; see :class:`..catalogue.indexes.Indexes`."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index

    def put(self, session: Session, notebook_id: int, content: Content | None) -> None:
        """Let a notebook be found as its rows, which are flushed, say; None: the cells stay."""
        notebook = session.get(Notebook, notebook_id)
        if notebook is not None:
            self.index.put(session, document_of(session, notebook, content))

    def remove(self, session: Session, notebook_id: int) -> None:
        """Do nothing: a deleted notebook is allowed to nobody, and is restored with its words."""


def document_of(session: Session, notebook: Notebook, content: Content | None) -> Document:
    """Return what there is to be found of a notebook.

    Without *content* its cells are those that it had; if nothing is known of them, the document is
    one by older rules, which says that they are to be read.
    """
    if content is None:
        cells, packages, version = _as_before(session, notebook.id)
    else:
        texts = enumerate(content.cells, 1)  # as on the page of the notebook
        cells = [Cell(str(place), cell.type, cell.source) for place, cell in texts]
        packages, version = [*content.packages], VERSION
    liked = popularity_of(session, [notebook.id])
    tags = select(Tag.tag).where(Tag.notebook_id == notebook.id).order_by(Tag.tag)
    return Document(
        notebook_id=notebook.id,
        title=notebook.title,
        description=notebook.description or "",
        language=notebook.lang,
        tags=[*session.scalars(tags)],
        packages=packages,
        people=[*dict.fromkeys(_people(session, notebook))],
        cells=cells,
        popularity=liked.get(notebook.id, Popularity()),
        version=version,
    )


def popularity_of(session: Session, notebook_ids: Collection[int]) -> dict[int, Popularity]:
    """Return what people make of notebooks, of which there are numbers."""
    summary = NotebookSummary
    rows = session.execute(
        select(summary.notebook_id, summary.views, summary.stars, summary.health).where(
            summary.notebook_id.in_(notebook_ids)
        )
    )
    return {
        notebook_id: Popularity(views or 0, stars or 0, health)
        for notebook_id, views, stars, health in rows
    }


def _as_before(session: Session, notebook_id: int) -> tuple[list[Cell], list[str], int]:
    row = session.get(SearchDocument, notebook_id)
    if row is None:
        return [], [], 0
    named = select(SearchPackage.name).where(SearchPackage.notebook_id == notebook_id)
    return cells_in(row), sorted(session.scalars(named)), row.version


def _people(session: Session, notebook: Notebook) -> Iterator[str]:
    """Yield the names by which somebody may look for what is theirs."""
    ids = [notebook.creator_id, notebook.updater_id]
    if notebook.owner_type == "User":
        ids.insert(0, notebook.owner_id)
    elif notebook.owner_type == "Group":
        group = session.get(Group, notebook.owner_id) if notebook.owner_id else None
        if group is not None:
            yield from filter(None, (group.name, group.gid))
    for number in ids:
        user = session.get(User, number) if number else None
        if user is not None:
            yield from filter(None, (user.user_name, user.first_name, user.last_name))
