"""Finds the text of a notebook where its gallery keeps it.

Knows: the gallery's tables, the configured folder, stores.  Must not know: formats.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from ...gallery.database.models import (
    Notebook,
    NotebookFile,
    Revision,
    StoredNotebook,
    StoredRevision,
)
from .. import config
from ..database.orm import Session as OurSession
from ..database.tables import check
from ..problems import NotebookProblem

if TYPE_CHECKING:
    from ...store.base import ObjectStore

_CURRENT = "notebook"
"""What nbgallery calls the file that is no revision, stage or change request."""
_EXTENSION = "ipynb"


class Place(NamedTuple):
    """Where a text is, and since when."""

    since: datetime
    read: Callable[[], str]


def text_of(notebook: Notebook, *, store: ObjectStore | None = None) -> str:
    """Return the text of *notebook*, the newest of the places where it is."""
    session = object_session(notebook)
    if session is not None:
        return _newest(session, notebook, _EXTENSION, store)
    with OurSession() as own:
        return _newest(own, own.merge(notebook, load=False), _EXTENSION, store)


def text_of_uuid(uuid: str, extension: str, store: ObjectStore | None) -> str:
    """Return the text of the notebook *uuid*."""
    if not re.fullmatch(r"[A-Za-z0-9-]+", uuid):
        raise NotebookProblem(f"{uuid!r} is no UUID of a notebook.")
    with OurSession() as session:
        found = session.scalars(select(Notebook).where(Notebook.uuid == uuid))
        for notebook in found:
            if notebook.uuid == uuid:
                return _newest(session, notebook, extension, store)
    raise NotebookProblem(f"The gallery has no notebook {uuid}.")


def _newest(session: Session, notebook: Notebook, extension: str, store: ObjectStore | None) -> str:
    places = [
        *_in_store(session, notebook, store),
        *_in_database(session, notebook),
        *_in_folder(notebook, extension),
    ]
    if not places:
        raise NotebookProblem(
            f"The document of notebook {notebook.uuid} is neither in the database nor in a store.",
            hint="If nbgallery keeps it in a folder, set notebook_cache_dir to that.",
        )
    return max(places, key=lambda place: place.since).read()


def _has(session: Session, *tables: str) -> bool:
    bind = session.get_bind()
    return check(bind.engine).names >= set(tables)


def _in_store(session: Session, notebook: Notebook, store: ObjectStore | None) -> Iterator[Place]:
    """Yield where a gallery of bookstore keeps the newest revision."""
    if not _has(session, StoredNotebook.__tablename__, StoredRevision.__tablename__):
        return
    newest = (
        select(StoredRevision)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook.id)
        .order_by(Revision.id.desc())
        .limit(1)
    )
    if (revision := session.scalar(newest)) is not None:
        key, version_id, since = revision.store_key, revision.version_id, revision.created_at
        yield Place(since, lambda: _read_object(store, key, version_id))
    elif (stored := session.get(StoredNotebook, notebook.id)) is not None:
        key, since = stored.store_key, stored.updated_at
        yield Place(since, lambda: _read_object(store, key, None))


def _in_database(session: Session, notebook: Notebook) -> Iterator[Place]:
    """Yield where nbgallery keeps it with ``storage.database_notebooks``."""
    if not _has(session, NotebookFile.__tablename__):
        return
    files = (
        select(NotebookFile.id, NotebookFile.updated_at)
        .where(NotebookFile.uuid == notebook.uuid, NotebookFile.save_type == _CURRENT)
        .order_by(NotebookFile.updated_at.desc(), NotebookFile.id.desc())
        .limit(1)
    )
    if (newest := session.execute(files).first()) is not None:
        content = select(NotebookFile.content).where(NotebookFile.id == newest.id)
        yield Place(newest.updated_at, lambda: session.scalars(content).one())


def _in_folder(notebook: Notebook, extension: str) -> Iterator[Place]:
    """Yield where nbgallery keeps it without."""
    if folder := config.load().get("notebook_cache_dir"):
        file = Path(folder).expanduser() / f"{notebook.uuid}.{extension}"
        if file.is_file():
            since = datetime.fromtimestamp(file.stat().st_mtime, timezone.utc)
            yield Place(since.replace(tzinfo=None), lambda: file.read_text(encoding="utf-8"))


def _read_object(store: ObjectStore | None, key: str, version_id: str | None) -> str:
    if store is None:
        raise NotebookProblem(
            f"The document is in a store, at {key}.", hint="Give that store as store=."
        )
    # A loop of its own: in a notebook, one runs already.
    with ThreadPoolExecutor(1, "nbgallery-store") as thread:
        found = thread.submit(asyncio.run, store.get(key, version_id=version_id)).result()
    return found.body.decode("utf-8")
