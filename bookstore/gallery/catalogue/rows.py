"""Writes the rows of a revision: what the newest one is, what it was called, which cells it has.

Knows: the tables.  Must not know: the store, who may do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ...records import ObjectVersion
from ..database.models import (
    CellHash,
    CodeCell,
    Notebook,
    NotebookAttribute,
    NotebookSummary,
    Revision,
    RevisionAttribute,
    StoredNotebook,
    StoredRevision,
    Tag,
    now,
)
from .documents import CodeCellFacts, Document

_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Where a revision's body is."""

    key: str
    version_id: str
    sha256: str
    size: int

    @classmethod
    def of(cls, version: ObjectVersion, document: Document) -> Stored:
        """Return where *document* is, which the store keeps as *version*."""
        return cls(
            key=version.key,
            version_id=version.version_id,
            sha256=document.sha256,
            size=len(document.body),
        )


def add_revision(
    session: Session,
    notebook: Notebook,
    *,
    user_id: int | None,
    revtype: str,
    commit_id: str,
    summary: str = "",
    label: str = "",
    stored: Stored | None = None,
) -> Revision:
    """Write down that *notebook* has changed; with its attributes as they are now."""
    if stored is None:
        stored = _newest_stored(session, notebook.id)
    revision = Revision(
        notebook_id=notebook.id,
        user_id=user_id,
        public=notebook.public,
        revtype=revtype,
        commit_id=commit_id,
        commit_message=summary or None,
        friendly_label=label or None,
    )
    session.add(revision)
    session.flush()
    if stored is not None:
        session.add(
            StoredRevision(
                revision_id=revision.id,
                store_key=stored.key,
                version_id=stored.version_id,
                sha256=stored.sha256,
                size=stored.size,
            )
        )
    attributes = select(NotebookAttribute).where(NotebookAttribute.notebook_id == notebook.id)
    session.add_all(
        RevisionAttribute(revision_id=revision.id, name=each.name, value=each.value)
        for each in session.scalars(attributes)
    )
    session.flush()
    return revision


def _newest_stored(session: Session, notebook_id: int) -> Stored | None:
    """Return where the body of the newest revision is: new words make no new body."""
    newest = session.scalars(
        select(StoredRevision)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook_id)
        .order_by(Revision.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    return Stored(
        key=newest.store_key,
        version_id=newest.version_id,
        sha256=newest.sha256,
        size=newest.size,
    )


def keep_document(session: Session, notebook: Notebook, key: str, document: Document) -> None:
    """Write down what *notebook*, which is flushed, holds from now on."""
    notebook.lang, notebook.lang_version = document.lang, document.lang_version
    notebook.content_updated_at = now()
    session.merge(StoredNotebook(notebook_id=notebook.id, store_key=key))
    _keep_cells(session, notebook.id, document.code_cells)
    summary = session.scalars(
        select(NotebookSummary).where(NotebookSummary.notebook_id == notebook.id)
    ).first()
    if summary is None:
        session.add(NotebookSummary(notebook_id=notebook.id, trendiness=1.0))
    else:
        summary.trendiness = 1.0  # what is new is looked at, as nbgallery has it


def set_tags(
    session: Session, notebook: Notebook, tags: Iterable[str], user_id: int | None
) -> bool:
    """Let *notebook* have exactly these tags; return whether that changed anything."""
    wanted = {*tags}
    found = session.execute(select(Tag.tag, Tag.id).where(Tag.notebook_id == notebook.id))
    there = {row.tag: row.id for row in found}
    gone = [number for tag, number in there.items() if tag not in wanted]
    if gone:
        session.execute(delete(Tag).where(Tag.id.in_(gone)))
    new = sorted(wanted - there.keys())
    if new:
        rows = [{"tag": tag, "notebook_id": notebook.id, "user_id": user_id} for tag in new]
        session.execute(insert(Tag), rows)
    return bool(gone or new)


def set_attributes(session: Session, notebook_id: int, attributes: Mapping[str, str]) -> None:
    """Let a notebook have exactly these attributes of extensions."""
    session.execute(delete(NotebookAttribute).where(NotebookAttribute.notebook_id == notebook_id))
    session.add_all(
        NotebookAttribute(notebook_id=notebook_id, name=name, value=value)
        for name, value in attributes.items()
        if value
    )
    session.flush()


def _keep_cells(session: Session, notebook_id: int, cells: Iterable[CodeCellFacts]) -> None:
    """Let a notebook have these code cells; what was run of one that stays, is kept with it."""
    there: defaultdict[str, list[tuple[int, int | None]]] = defaultdict(list)
    found = (
        select(CodeCell.id, CodeCell.md5, CodeCell.cell_number)
        .where(CodeCell.notebook_id == notebook_id)
        .order_by(CodeCell.id.desc())
    )
    for number, md5, place in session.execute(found):
        there[md5 or ""].append((number, place))
    moved, new, hashes = [], [], {}
    for cell in cells:
        hashes[cell.md5] = cell.sha256
        if not (same := there[cell.md5]):
            new.append({"notebook_id": notebook_id, "cell_number": cell.number, "md5": cell.md5})
        elif (known := same.pop())[1] != cell.number:
            moved.append({"id": known[0], "cell_number": cell.number})
    gone = [number for each in there.values() for number, _ in each]
    for start in range(0, len(gone), _AT_ONCE):
        session.execute(delete(CodeCell).where(CodeCell.id.in_(gone[start : start + _AT_ONCE])))
    if moved:
        session.execute(update(CodeCell), moved)
    if new:
        session.execute(insert(CodeCell), new)
    _keep_hashes(session, notebook_id, hashes)


def _keep_hashes(session: Session, notebook_id: int, hashes: Mapping[str, str]) -> None:
    """Write down what cells are known by that are new, or that nbgallery has made."""
    lacking = (
        select(CodeCell.id, CodeCell.md5)
        .outerjoin(CellHash, CellHash.code_cell_id == CodeCell.id)
        .where(CodeCell.notebook_id == notebook_id, CellHash.code_cell_id.is_(None))
    )
    rows = [
        {"code_cell_id": number, "sha256": hashes[md5 or ""]}
        for number, md5 in session.execute(lacking)
    ]
    if rows:
        session.execute(insert(CellHash), rows)
