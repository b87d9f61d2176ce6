"""Where the body of a revision is: in the store, or where nbgallery keeps it.

nbgallery has two modes: in its table of files, or in a folder with the newest of each notebook.

Knows: the tables, the store.  Must not know: who may read it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import Notebook, NotebookFile, Revision, StoredRevision
from .catalogue import Catalogue
from .errors import NoSuchNotebook


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a body is."""

    uuid: str
    key: str = ""
    version_id: str = ""
    content: str | None = None
    """The body itself, where the database has it."""
    may_be_a_file: bool = True
    """Whether it is the newest, which nbgallery may have in its folder."""


def place_of(session: Session, notebook: Notebook, revision: Revision | None) -> Place:
    """Return where the body of a revision is; None for that of a notebook without revisions."""
    if revision is not None:
        stored = session.get(StoredRevision, revision.id)
        if stored is not None:
            return Place(uuid=notebook.uuid, key=stored.store_key, version_id=stored.version_id)
        kept = _kept(session, revision_id=revision.id)
        if kept is not None:
            return Place(uuid=notebook.uuid, content=kept)
    is_newest = revision is None or not session.scalar(
        select(Revision.id)
        .where(Revision.notebook_id == notebook.id, Revision.id > revision.id)
        .limit(1)
    )
    content = _kept(session, notebook_id=notebook.id) if is_newest else None
    return Place(uuid=notebook.uuid, content=content, may_be_a_file=is_newest)


def _kept(
    session: Session, *, revision_id: int | None = None, notebook_id: int | None = None
) -> str | None:
    kept = select(NotebookFile.content).limit(1)
    if revision_id is not None:
        kept = kept.where(
            NotebookFile.revision_id == revision_id, NotebookFile.save_type == "revision"
        )
    else:
        kept = kept.where(
            NotebookFile.notebook_id == notebook_id, NotebookFile.save_type == "notebook"
        )
    return session.scalar(kept)


async def body_at(catalogue: Catalogue, place: Place) -> bytes:
    """Return the body that is at a place.

    Raises :class:`NoSuchNotebook` where it is nowhere, and what the store raises.
    """
    if place.version_id:
        stored = await catalogue.store.get(place.key, version_id=place.version_id)
        return stored.body
    if place.content is not None:
        return place.content.encode()
    folder = catalogue.nbgallerys_folder
    if place.may_be_a_file and folder is not None:
        file = folder / f"{place.uuid}.ipynb"
        # A UUID of nbgallery's is no path; what is one, in a database of others, is not followed.
        if file.parent == folder and await asyncio.to_thread(file.is_file):
            return await asyncio.to_thread(file.read_bytes)
    raise NoSuchNotebook(f"The document of the notebook {place.uuid!r} is nowhere.")
