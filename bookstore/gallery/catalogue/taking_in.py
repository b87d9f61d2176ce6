"""Makes a notebook of an object that others published, and revisions of its versions.

Such a notebook has its title from its key, its owner from who published it, and the same UUID
whoever takes it in.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...authors import names_in
from ...errors import InvalidNotebook, TooLarge, VersionNotFound
from ...records import ObjectVersion
from ...s3_paths import s3_path
from ..database.models import Deletion, Notebook, Revision, StoredRevision, User, now
from .catalogue import SUFFIX, Catalogue
from .deleting import show
from .documents import Document, read
from .finding import Owner, lock_owner, namesake, note_change
from .finishing import COMMIT
from .rows import Stored, add_revision, keep_document
from .words import MOST_TITLE, is_text, line_of

MOST_VERSIONS = 20
"""So many versions become revisions at once, the newest ones."""
FROM_OUTSIDE = "Published with another tool"
_LEGACY = str.maketrans({":": "꞉", "/": "／", "\\": "＼"})  # noqa: RUF001 - nbgallery's own
"""What a title may not hold, and what nbgallery has in its place."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version that is to become a revision."""

    version: ObjectVersion
    document: Document | None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """An object, and its versions that the gallery does not have, oldest first."""

    listed: ObjectVersion
    notebook_id: int | None
    versions: tuple[Version, ...]


@dataclass(frozen=True, kw_only=True)
class Revised:
    """What became of an object."""

    notebook_id: int | None = None
    is_changed: bool = False
    is_restored: bool = False
    problem: str = ""
    is_to_be_marked: bool = False
    """It was deleted in the gallery, and its marker has to be put again."""


async def versions_since(
    catalogue: Catalogue, listed: ObjectVersion, notebook_id: int | None
) -> Outside:
    """Return what is new of an object; raises what the store raises."""
    found: list[Version] = []
    async for version in catalogue.store.versions(listed.key):
        if version.is_delete_marker or len(found) == MOST_VERSIONS:
            break
        if notebook_id is not None and await catalogue.database.run(
            partial(_is_noted, notebook_id, version.version_id), read_only=True
        ):
            break
        try:
            stored = await catalogue.store.get(
                listed.key, version_id=version.version_id, max_bytes=catalogue.rules.most_bytes
            )
        except VersionNotFound:  # removed since
            continue
        except TooLarge as error:
            found.append(Version(version=version, document=None, problem=error.message))
            continue
        if COMMIT in (stored.version.metadata or {}):
            continue  # a publication of the gallery's own, which is going on or will be taken back
        try:
            document, problem = await asyncio.to_thread(read, stored.body), ""
        except InvalidNotebook as error:
            document, problem = None, error.message
        found.append(Version(version=stored.version, document=document, problem=problem))
    return Outside(listed=listed, notebook_id=notebook_id, versions=tuple(found[::-1]))


def _is_noted(notebook_id: int, version_id: str, session: Session) -> bool:
    noted = (
        select(StoredRevision.revision_id)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook_id, StoredRevision.version_id == version_id)
    )
    return session.scalar(noted.limit(1)) is not None


def take_in(session: Session, catalogue: Catalogue, outside: Outside) -> Revised:
    """Write the rows of what is new of an object; what is noted already is passed over."""
    good = [each for each in outside.versions if each.document is not None]
    notebook = None
    if outside.notebook_id is not None:
        notebook = session.get(Notebook, outside.notebook_id, with_for_update=True)
    if notebook is None and good:
        notebook = _by_uuid(session, _uuid(catalogue, outside.listed.key))
    is_new = notebook is None
    if notebook is None:
        if not good:
            return Revised(problem=outside.versions[-1].problem if outside.versions else "")
        notebook = _new(session, catalogue, outside.listed.key, good[0].version)
    fresh = [
        each
        for each in good
        if is_new or not _is_noted(notebook.id, each.version.version_id, session)
    ]
    deletion = session.get(Deletion, notebook.id)
    problem = outside.versions[-1].problem if outside.versions else ""
    if deletion is not None and not fresh:
        deletion.version_id = None
        return Revised(notebook_id=notebook.id, is_to_be_marked=True, problem=problem)
    if deletion is not None:
        show(session, catalogue, notebook, deletion)
    for place, each in enumerate(fresh):
        _revise(session, notebook, each, is_first=is_new and place == 0)
    if fresh and (newest := fresh[-1].document) is not None:
        keep_document(session, notebook, outside.listed.key, newest)
        notebook.updated_at = now()
        note_change(session, catalogue, notebook.id, newest.content)
    return Revised(
        notebook_id=notebook.id,
        is_changed=bool(fresh),
        is_restored=deletion is not None,
        problem=problem,
    )


def _by_uuid(session: Session, uuid: str) -> Notebook | None:
    return session.scalars(
        select(Notebook).where(Notebook.uuid == uuid).with_for_update().limit(1)
    ).first()


def _uuid(catalogue: Catalogue, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, s3_path(catalogue.store.bucket, key)))


def _new(session: Session, catalogue: Catalogue, key: str, version: ObjectVersion) -> Notebook:
    owner = _owner(session, catalogue, version)
    user_id = owner[1] if owner is not None else None
    notebook = Notebook(
        uuid=_uuid(catalogue, key),
        title=_title(session, catalogue, owner, key),
        description=f"Published as {key.removeprefix(catalogue.prefix)}.",
        public=catalogue.rules.public_from_outside,
        owner_type=owner[0] if owner is not None else None,
        owner_id=user_id,
        creator_id=user_id,
    )
    session.add(notebook)
    session.flush()
    return notebook


def _owner(session: Session, catalogue: Catalogue, version: ObjectVersion) -> Owner | None:
    """Return who published a version, where the gallery knows them."""
    author = (version.metadata or {}).get("author", "")
    names = [name for name in names_in(author) if is_text(name)][:10]
    known = select(User.id, User.user_name).where(User.user_name.in_(names))
    ids = {row.user_name: row.id for row in session.execute(known)} if names else {}
    for name in names:
        if name in ids:
            return "User", ids[name]
    other = catalogue.rules.owner_from_outside
    return None if other is None else ("User", other)


def _title(session: Session, catalogue: Catalogue, owner: Owner | None, key: str) -> str:
    """Return the name of the file, or, where the owner has that, the whole path."""
    path = line_of(key.removeprefix(catalogue.prefix).removesuffix(SUFFIX))
    name = path.rpartition("/")[2].strip() or "notebook"
    digest = _uuid(catalogue, key)[:8]
    titles = (name, path, f"{path[: MOST_TITLE - 11]} ({digest})")
    kept = [title.translate(_LEGACY)[:MOST_TITLE] for title in titles]
    if owner is None:
        return kept[0]
    lock_owner(session, owner)
    for title in kept[:-1]:
        if namesake(session, owner, title) is None:
            return title
    return kept[-1]


def _revise(session: Session, notebook: Notebook, each: Version, *, is_first: bool) -> None:
    document, version = each.document, each.version
    if document is None:
        return
    notebook.commit_id = str(uuid5(NAMESPACE_URL, f"{notebook.uuid}/{version.version_id}"))
    add_revision(
        session,
        notebook,
        user_id=notebook.creator_id if is_first else None,
        revtype="create" if is_first else "update",
        commit_id=notebook.commit_id,
        summary=FROM_OUTSIDE,
        stored=Stored.of(version, document),
        cells=document.code_cells,
    )
