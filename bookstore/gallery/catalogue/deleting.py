"""Deletes a notebook so that it can be restored: nobody sees it, and nothing of it is lost.

Its rows stay, beside one that says that it is deleted; in the store a delete marker lies on top of
its versions.  A notebook is hidden before it is marked, and shown after the marker is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from ...errors import Conflict
from ...store.base import ObjectStore
from ...words import shown
from ..database.models import Deletion, Notebook, StoredNotebook
from ..database.paging import Key, Page, page_of
from ..permissions import Actor, Level, Standing, allowed_when_deleted, standing_of
from .catalogue import Catalogue
from .changing import changed
from .errors import NoSuchNotebook
from .finding import (
    click,
    lock_owner,
    namesake,
    note_change,
    note_removal,
    owner_of,
    signed_in,
)
from .reconciling import mark
from .words import is_name

DELETED, RESTORED = "deleted notebook", "restored notebook"
"""Clicks that nbgallery does not have: it deletes for good."""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A notebook that was deleted."""

    uuid: str
    title: str
    deleted_at: datetime


async def delete(catalogue: Catalogue, actor: Actor, uuid: str) -> None:
    """Let a notebook be seen by nobody, until it is restored."""

    def change(session: Session, standing: Standing, notebook: Notebook) -> tuple[int, str | None]:
        return hide(session, catalogue, notebook, signed_in(standing))

    notebook_id, key = await changed(catalogue, actor, uuid, change, Level.ADMINISTER)
    if key is not None:
        await mark(catalogue, notebook_id, key)


def hide(
    session: Session, catalogue: Catalogue, notebook: Notebook, user_id: int | None
) -> tuple[int, str | None]:
    """Write down that a notebook is deleted; return its ID, and its key in the store."""
    session.add(
        Deletion(notebook_id=notebook.id, user_id=user_id, was_public=bool(notebook.public))
    )
    notebook.public = False  # nbgallery, which knows no deletions, shows it to its owner only
    flag_modified(notebook, "updated_at")  # it stays as it is
    if user_id is not None:
        click(session, user_id, notebook.id, DELETED)
    note_removal(session, catalogue, notebook.id)
    stored = session.get(StoredNotebook, notebook.id)
    return notebook.id, None if stored is None else stored.store_key


async def deleted(
    catalogue: Catalogue, actor: Actor, *, after: str | None = None, count: int = 50
) -> Page[Gone]:
    """Return the deleted notebooks that somebody may restore, the last one first."""

    def look(session: Session) -> Page[Gone]:
        standing = standing_of(session, actor)
        wanted = (
            select(Notebook)
            .join(Deletion, Deletion.notebook_id == Notebook.id)
            .where(allowed_when_deleted(catalogue.policy, standing, Level.ADMINISTER))
        )
        keys = [Key(Deletion.created_at, descending=True), Key(Notebook.id, descending=True)]
        page = page_of(session, wanted, keys, after=after, count=count)
        times = {
            each.notebook_id: each.created_at
            for each in session.scalars(
                select(Deletion).where(Deletion.notebook_id.in_([row.id for row in page.rows]))
            )
        }
        gone = [Gone(uuid=row.uuid, title=row.title, deleted_at=times[row.id]) for row in page.rows]
        return Page(gone, page.after)

    return await catalogue.database.run(look, read_only=True)


async def restore(catalogue: Catalogue, actor: Actor, uuid: str) -> None:
    """Let a deleted notebook be as it was.

    Raises :class:`~bookstore.errors.Conflict` where its title was taken meanwhile.
    """
    find = partial(_deleted, catalogue=catalogue, actor=actor, uuid=uuid)
    key = await catalogue.database.run(lambda session: find(session)[2])
    if key is not None:
        await unmark(catalogue.store, key)

    def work(session: Session) -> None:
        notebook, deletion, _ = find(session)
        user_id = signed_in(standing_of(session, actor))
        show(session, catalogue, notebook, deletion)
        click(session, user_id, notebook.id, RESTORED)

    await catalogue.database.run(work)


def show(session: Session, catalogue: Catalogue, notebook: Notebook, deletion: Deletion) -> None:
    """Write down that a notebook is deleted no more."""
    notebook.public = deletion.was_public
    flag_modified(notebook, "updated_at")
    session.delete(deletion)
    note_change(session, catalogue, notebook.id)


async def unmark(store: ObjectStore, key: str) -> None:
    """Remove the delete markers that lie on top of *key*'s versions."""
    markers = []
    async for version in store.versions(key):
        if not version.is_delete_marker:
            break
        markers.append(version.version_id)
    if markers:
        await store.remove(key, markers)


def _deleted(
    session: Session, catalogue: Catalogue, actor: Actor, uuid: str
) -> tuple[Notebook, Deletion, str | None]:
    standing = standing_of(session, actor)
    signed_in(standing)
    wanted = (
        select(Notebook, Deletion, StoredNotebook.store_key)
        .join(Deletion, Deletion.notebook_id == Notebook.id)
        .outerjoin(StoredNotebook, StoredNotebook.notebook_id == Notebook.id)
        .where(
            Notebook.uuid == uuid,
            allowed_when_deleted(catalogue.policy, standing, Level.ADMINISTER),
        )
    )
    row = session.execute(wanted).first() if is_name(uuid) else None
    if row is None:
        raise NoSuchNotebook(f"There is no deleted notebook {shown(uuid)} that you may restore.")
    notebook, deletion, key = row
    if (owner := owner_of(notebook)) is not None:
        lock_owner(session, owner)
        if namesake(session, owner, notebook.title, notebook.id) is not None:
            raise Conflict(
                f"Another notebook is called {notebook.title!r} now.", hint="Rename that one first."
            )
    return notebook, deletion, key
