"""Writes the rows of a revision: what the newest one is, what it was called, where its body is.

Knows: the tables.  Must not know: the store, who may do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ...records import ObjectVersion
from ..database.models import (
    Notebook,
    NotebookAttribute,
    NotebookSummary,
    Review,
    Revision,
    RevisionAttribute,
    StoredNotebook,
    StoredRevision,
    Tag,
    now,
)
from .cells import keep_cells, note_cells
from .documents import CodeCellFacts, Document


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
    cells: Iterable[CodeCellFacts] = (),
) -> Revision:
    """Write down that *notebook* has changed; with its attributes as they are now.

    *stored* and *cells* are those of a body of its own; a revision of words has that before it.
    """
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
    note_cells(session, revision.id, cells)
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
    keep_cells(session, notebook.id, document.code_cells)
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


def set_public(session: Session, notebook: Notebook, public: bool) -> None:
    """Let everybody read *notebook*, or not; then nobody waits for a review of it any more."""
    was_public, notebook.public = notebook.public, public
    if was_public and not public:
        waiting = Review.status.in_(("queued", "claimed"))
        session.execute(delete(Review).where(Review.notebook_id == notebook.id, waiting))


def set_attributes(session: Session, notebook_id: int, attributes: Mapping[str, str]) -> None:
    """Let a notebook have exactly these attributes of extensions."""
    session.execute(delete(NotebookAttribute).where(NotebookAttribute.notebook_id == notebook_id))
    session.add_all(
        NotebookAttribute(notebook_id=notebook_id, name=name, value=value)
        for name, value in attributes.items()
        if value
    )
    session.flush()
