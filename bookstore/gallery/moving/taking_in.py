"""Takes the notebooks of nbgallery's bundle into a gallery.

Knows: the gallery's tables, bundles, stores.  Must not know: the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ...errors import BookstoreError, InvalidNotebook, ObjectNotFound
from ...store.base import ObjectStore
from ..database.models import (
    Group,
    Notebook,
    Revision,
    StoredNotebook,
    StoredRevision,
    Tag,
    User,
    now,
)
from .bundle import BadBundle, Entry, entries_of
from .cleaning import Cleaned, cleaned
from .documents import JSON, KeyOf

CREATED, UPDATED, THERE, NEWER, REFUSED = "created", "updated", "there already", "newer", "refused"
SHA256 = "sha256"
"""The name in a version's metadata of its digest."""
_MOST_LETTERS = 255
_LEGACY = str.maketrans({":": "꞉", "/": "／", "\\": "＼"})  # noqa: RUF001 - nbgallery's own
"""What a title may not hold, and what nbgallery has in its place."""


@dataclass(frozen=True)
class Taken:
    """What happened, or would happen, with one notebook."""

    name: str
    fate: str
    why: str = ""


@dataclass(frozen=True)
class Gallery:
    """A gallery that takes notebooks in."""

    engine: Engine
    store: ObjectStore
    key_of: KeyOf
    is_public: bool = False
    """Whether notebooks that do not say so are for everybody."""


async def take_bundle(
    gallery: Gallery, file: Path, *, dry_run: bool = False
) -> AsyncIterator[Taken]:
    """Take the notebooks of a bundle one by one, each in a transaction, and yield their fates.

    A notebook that is there already is left as it is, unless the bundle's is newer.  Owners have to
    be there; of creators and updaters those that are not are left out.
    """
    for entry in entries_of(file):
        if isinstance(entry, BadBundle):
            name, _, why = entry.message.partition(": ")
            yield Taken(name, REFUSED, why)
            continue
        try:
            yield await _take(gallery, entry, dry_run)
        except InvalidNotebook as problem:
            yield Taken(entry.name, REFUSED, problem.message)


class _Refused(BookstoreError):
    """A notebook cannot be taken in."""


async def _take(gallery: Gallery, entry: Entry, dry_run: bool) -> Taken:
    entry = replace(entry, title=entry.title.strip().translate(_LEGACY))
    if len(entry.title) > _MOST_LETTERS:
        return Taken(entry.name, REFUSED, f"its title has more than {_MOST_LETTERS} letters")
    document = cleaned(entry.body)
    with Session(gallery.engine, expire_on_commit=False) as session, session.begin():
        try:
            owner = _owner(session, entry)
            notebook = _there(session, entry, owner)
        except _Refused as problem:
            return Taken(entry.name, REFUSED, problem.message)
        if notebook is not None and (fate := _standing(session, notebook, entry, document)):
            return Taken(entry.name, fate)
        fate = CREATED if notebook is None else UPDATED
        if not dry_run:
            written = _written(session, gallery, entry, document, owner, notebook)
            await _keep(session, gallery, entry, document, written, is_new=notebook is None)
        return Taken(entry.name, fate)


# -- looking ---------------------------------------------------------------------------------------


def _owner(session: Session, entry: Entry) -> User | Group:
    is_user = entry.owner_type == "User"
    asked = (
        select(User).where(User.user_name == entry.owner)
        if is_user
        else select(Group).where(Group.name == entry.owner)
    )
    owner: User | Group | None = session.scalars(asked.limit(1)).first()
    if owner is None:
        raise _Refused(f"there is no {entry.owner_type.lower()} {entry.owner!r}, who owns it")
    return owner


def _user(session: Session, name: str | None) -> User | None:
    return session.scalars(select(User).where(User.user_name == name)).first() if name else None


def _there(session: Session, entry: Entry, owner: User | Group) -> Notebook | None:
    """Return the notebook that this one is in the gallery, if it is there."""
    if entry.uuid:
        same = session.scalars(select(Notebook).where(Notebook.uuid == entry.uuid)).first()
        if same is not None:
            return same
    namesake = session.scalars(
        select(Notebook).where(
            Notebook.owner_type == entry.owner_type,
            Notebook.owner_id == owner.id,
            Notebook.title == entry.title,
        )
    ).first()
    if namesake is not None and entry.uuid:
        raise _Refused(f"{entry.owner} has another notebook of this title, {namesake.uuid}")
    return namesake


def _standing(session: Session, notebook: Notebook, entry: Entry, document: Cleaned) -> str | None:
    """Return why a notebook stays as it is, or None where the bundle's is newer."""
    digest = session.scalar(
        select(StoredRevision.sha256)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook.id)
        .order_by(Revision.id.desc())
        .limit(1)
    )
    is_same = digest == hashlib.sha256(document.body).hexdigest()
    if entry.updated is None:
        return THERE if is_same else None
    if entry.updated == notebook.updated_at:
        return THERE
    return NEWER if entry.updated < notebook.updated_at else None


# -- writing ---------------------------------------------------------------------------------------


def _written(
    session: Session,
    gallery: Gallery,
    entry: Entry,
    document: Cleaned,
    owner: User | Group,
    notebook: Notebook | None,
) -> Notebook:
    """Write the row of a notebook, and its tags."""
    at = entry.updated or now()
    updater = _user(session, entry.updater)
    if notebook is None:
        creator = _user(session, entry.creator)
        notebook = Notebook(
            uuid=entry.uuid or str(uuid4()),
            public=gallery.is_public if entry.public is None else entry.public,
            owner_type=entry.owner_type,
            owner_id=owner.id,
            creator_id=creator.id if creator else None,
            created_at=entry.created or at,
        )
        session.add(notebook)
    notebook.title, notebook.description = entry.title, entry.description
    notebook.lang, notebook.lang_version = document.lang, document.lang_version
    notebook.commit_id = str(uuid4())
    notebook.content_updated_at = notebook.updated_at = at
    if updater is not None:
        notebook.updater_id = updater.id
    session.flush()
    there = {tag.tag for tag in notebook.tags}
    user_id = updater.id if updater else None
    wanted = dict.fromkeys(tag for tag in entry.tags if tag not in there)
    session.add_all(Tag(tag=tag, notebook_id=notebook.id, user_id=user_id) for tag in wanted)
    return notebook


async def _keep(
    session: Session,
    gallery: Gallery,
    entry: Entry,
    document: Cleaned,
    notebook: Notebook,
    *,
    is_new: bool,
) -> None:
    """Put the document into the store and write down the revision that it is."""
    digest, key = hashlib.sha256(document.body).hexdigest(), gallery.key_of(notebook.uuid)
    version_id = await _version(gallery.store, key, document.body, digest)
    revision = Revision(
        notebook_id=notebook.id,
        user_id=notebook.updater_id,
        public=notebook.public,
        revtype="create" if is_new else "update",
        commit_id=notebook.commit_id,
        commit_message=(entry.changelog or "Taken in from a bundle")[:250],
        created_at=notebook.updated_at,
        updated_at=notebook.updated_at,
    )
    session.add(revision)
    session.flush()
    session.merge(StoredNotebook(notebook_id=notebook.id, store_key=key))
    session.add(
        StoredRevision(
            revision_id=revision.id,
            store_key=key,
            version_id=version_id,
            sha256=digest,
            size=len(document.body),
        )
    )


async def _version(store: ObjectStore, key: str, body: bytes, digest: str) -> str:
    """Put *body*, unless it is what an interrupted run has put, and return its version."""
    try:
        newest = await store.head(key)
    except ObjectNotFound:
        pass
    else:
        if (newest.metadata or {}).get(SHA256) == digest:
            return newest.version_id
    version = await store.put(key, body, metadata={SHA256: digest}, content_type=JSON)
    return version.version_id
