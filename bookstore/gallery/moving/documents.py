"""Moves the documents of nbgallery's database into a store: each revision becomes a version.

Knows: the gallery's tables, stores.  Must not know: where a store is configured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, func, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ...errors import ObjectNotFound
from ...store.base import ObjectStore
from ..database.models import (
    Notebook,
    NotebookFile,
    Revision,
    StoredNotebook,
    StoredRevision,
)

JSON = "application/json"
REVISION = "nbgallery-revision"
"""The name in a version's metadata of the revision that it is."""
BATCH = 200

KeyOf = Callable[[str], str]
"""From a notebook's UUID to its key."""


@dataclass
class Documents:
    """What happened with documents."""

    there: int = 0
    moved: int = 0
    lost: int = 0
    """Those that nbgallery keeps outside of its database, such as old revisions in git."""


@dataclass(frozen=True)
class Documented:
    """Where nbgallery keeps documents."""

    engine: Engine
    """Its database."""
    folder: Path | None = None
    """Its folder of notebooks, if it has one: there is the newest of each."""

    def revision(self, number: int) -> str | None:
        """Return the document of a revision."""
        return self._kept(NotebookFile.revision_id == number, NotebookFile.save_type == "revision")

    def newest(self, uuid: str) -> str | None:
        """Return the document of a notebook, as it is now."""
        kept = self._kept(NotebookFile.uuid == uuid, NotebookFile.save_type == "notebook")
        if kept is None and self.folder is not None:
            file = self.folder / f"{uuid}.ipynb"
            return file.read_text(encoding="utf-8") if file.is_file() else None
        return kept

    def count(self) -> int:
        """Return how many documents of revisions the database has."""
        if not inspect(self.engine).has_table(NotebookFile.__tablename__):
            return 0
        wanted = select(func.count()).where(NotebookFile.save_type == "revision")
        with Session(self.engine) as session:
            return session.scalar(wanted.select_from(NotebookFile)) or 0

    def _kept(self, *conditions: ColumnElement[bool]) -> str | None:
        if not inspect(self.engine).has_table(NotebookFile.__tablename__):
            return None
        with Session(self.engine) as session:
            return session.scalar(select(NotebookFile.content).where(*conditions).limit(1))


class _Wanted(NamedTuple):
    revision_id: int | None
    notebook_id: int
    uuid: str
    is_newest: bool


async def move_documents(
    source: Documented,
    target: Engine,
    store: ObjectStore,
    key_of: KeyOf,
    *,
    advance: Callable[[], None] = lambda: None,
) -> Documents:
    """Put each revision's document into *store*, oldest first, and note which version it is.

    The rows of notebooks and revisions are there already.  An interrupted run may have put a
    version that nobody noted: it says what it is, and is noted instead of put again.
    """
    result, seen = Documents(), set[int]()
    for wanted in _wanted(target, result):
        text = None if wanted.revision_id is None else source.revision(wanted.revision_id)
        if text is None and wanted.is_newest:
            text = source.newest(wanted.uuid)
        if text is None:
            result.lost += 1
        else:
            body, key = text.encode(), key_of(wanted.uuid)
            is_first = wanted.notebook_id not in seen
            seen.add(wanted.notebook_id)
            version_id = await _put(store, key, wanted, body, may_be_there=is_first)
            _note(target, wanted, key, version_id, body)
            result.moved += 1
        advance()
    return result


def _wanted(target: Engine, result: Documents) -> Iterator[_Wanted]:
    """Yield what no version is noted of: revisions, the oldest first, and what has none."""
    other = aliased(Revision)
    newest = select(func.max(other.id)).where(other.notebook_id == Notebook.id)
    revisions = (
        select(
            Revision.id,
            Revision.notebook_id,
            Notebook.uuid,
            (Revision.id == newest.scalar_subquery()).label("is_newest"),
            StoredRevision.version_id,
        )
        .join(Notebook, Notebook.id == Revision.notebook_id)
        .outerjoin(StoredRevision, StoredRevision.revision_id == Revision.id)
    )
    for row in _pages(target, revisions, Revision.id):
        if row.version_id is None:
            yield _Wanted(row.id, row.notebook_id, row.uuid, bool(row.is_newest))
        else:
            result.there += 1
    without = (
        select(Notebook.id, Notebook.uuid, StoredNotebook.store_key)
        .outerjoin(StoredNotebook, StoredNotebook.notebook_id == Notebook.id)
        .where(~Notebook.revisions.any())
    )
    for row in _pages(target, without, Notebook.id):
        if row.store_key is None:
            yield _Wanted(None, row.id, row.uuid, is_newest=True)
        else:
            result.there += 1


def _pages(target: Engine, wanted: Any, key: InstrumentedAttribute[int]) -> Iterator[Any]:
    """Yield rows in the order of *key*, a page at a time; others may write in between."""
    last = 0
    while True:
        with Session(target) as session:
            page = session.execute(wanted.where(key > last).order_by(key).limit(BATCH)).all()
        if not page:
            return
        yield from page
        last = page[-1].id


async def _put(
    store: ObjectStore, key: str, wanted: _Wanted, body: bytes, *, may_be_there: bool
) -> str:
    if may_be_there:
        try:
            newest = await store.head(key)
        except ObjectNotFound:
            pass
        else:
            if (newest.metadata or {}).get(REVISION) == _name(wanted):
                return newest.version_id
    metadata = {REVISION: _name(wanted)}
    version = await store.put(key, body, metadata=metadata, content_type=JSON)
    return version.version_id


def _name(wanted: _Wanted) -> str:
    return str(wanted.revision_id or "none")


def _note(target: Engine, wanted: _Wanted, key: str, version_id: str, body: bytes) -> None:
    with Session(target) as session, session.begin():
        session.merge(StoredNotebook(notebook_id=wanted.notebook_id, store_key=key))
        if wanted.revision_id is not None:
            session.add(
                StoredRevision(
                    revision_id=wanted.revision_id,
                    store_key=key,
                    version_id=version_id,
                    sha256=hashlib.sha256(body).hexdigest(),
                    size=len(body),
                )
            )
