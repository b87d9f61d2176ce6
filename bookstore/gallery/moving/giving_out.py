"""Writes a gallery's notebooks as nbgallery's bundle.

Knows: the gallery's tables, bundles, stores.  Must not know: the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ...errors import ObjectNotFound
from ...store.base import ObjectStore
from ..database.models import Notebook, NotebookFile, Revision, StoredNotebook, StoredRevision
from .bundle import SUFFIX, BundleWriter, Entry

BATCH = 100


@dataclass
class Given:
    """What was written."""

    written: int = 0
    lost: list[str] = field(default_factory=list)
    """The notebooks whose documents are nowhere."""


async def write_bundle(
    engine: Engine,
    store: ObjectStore,
    file: Path,
    *,
    with_private: bool = False,
    dry_run: bool = False,
    advance: Callable[[], None] = lambda: None,
) -> Given:
    """Write the public notebooks of a gallery, as they are now, into a bundle.

    ``with_private`` adds all others.
    """
    given = Given()
    if dry_run:
        given.written = count_notebooks(engine, with_private=with_private)
        return given
    with BundleWriter(file) as bundle:
        for page in _pages(engine, with_private):
            for notebook in page:
                body = await _document(engine, store, notebook)
                if body is None:
                    given.lost.append(notebook.uuid)
                else:
                    bundle.add(_entry(notebook, body))
                    given.written += 1
                advance()
    return given


def count_notebooks(engine: Engine, *, with_private: bool = False) -> int:
    """Return how many notebooks a bundle would have."""
    wanted = select(func.count()).select_from(Notebook)
    with Session(engine) as session:
        return (
            session.scalar(wanted if with_private else wanted.where(Notebook.public.is_(True))) or 0
        )


def _pages(engine: Engine, with_private: bool) -> Iterator[list[Notebook]]:
    """Yield the notebooks, in order, with all that a bundle says of them."""
    wanted = select(Notebook).options(
        joinedload(Notebook.creator),
        joinedload(Notebook.updater),
        joinedload(Notebook.owner_user),
        joinedload(Notebook.owner_group),
        selectinload(Notebook.tags),
    )
    if not with_private:
        wanted = wanted.where(Notebook.public.is_(True))
    last = 0
    while True:
        with Session(engine, expire_on_commit=False) as session:
            page = wanted.where(Notebook.id > last).order_by(Notebook.id).limit(BATCH)
            notebooks = list(session.scalars(page))
        if not notebooks:
            return
        yield notebooks
        last = notebooks[-1].id


async def _document(engine: Engine, store: ObjectStore, notebook: Notebook) -> bytes | None:
    """Return a notebook as it is now: from the store, or from nbgallery's own table."""
    revision = (
        select(StoredRevision.store_key, StoredRevision.version_id)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook.id)
        .order_by(Revision.id.desc())
        .limit(1)
    )
    kept = select(NotebookFile.content).where(
        NotebookFile.uuid == notebook.uuid, NotebookFile.save_type == "notebook"
    )
    with Session(engine) as session:
        newest = session.execute(revision).first()
        stored = session.get(StoredNotebook, notebook.id)
        if newest is None and stored is None:
            content = session.scalar(kept)
            return None if content is None else content.encode()
    key = newest.store_key if newest else stored.store_key if stored else ""
    try:
        found = await store.get(key, version_id=newest.version_id if newest else None)
    except ObjectNotFound:
        return None
    return found.body


def _entry(notebook: Notebook, body: bytes) -> Entry:
    group, user = notebook.owner_group, notebook.owner_user
    is_group = notebook.owner_type == "Group"
    owner = (group.name if group else None) if is_group else (user.user_name if user else None)
    return Entry(
        name=f"{notebook.uuid}{SUFFIX}",
        body=body,
        title=notebook.title,
        description=notebook.description,
        uuid=notebook.uuid,
        public=notebook.public,
        created=notebook.created_at,
        updated=notebook.updated_at,
        creator=notebook.creator.user_name if notebook.creator else None,
        updater=notebook.updater.user_name if notebook.updater else None,
        owner=owner or "",
        owner_type="Group" if is_group else "User",
        tags=tuple(tag.tag for tag in notebook.tags),
    )
