"""The end of a publication: the rows of a revision, once its body is in the store.

Knows: the tables, the store, permissions.  Must not know: how a publication began.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...errors import Forbidden, NotFound
from ...records import ObjectVersion
from ..database.models import Notebook, NotebookFile, Publishing, Stage, StoredRevision, Tag, now
from ..extensions import Problem
from ..permissions import Actor, Level, standing_of
from .catalogue import Catalogue
from .checking import label_problems
from .documents import Document
from .errors import Overtaken, PublicationRefused
from .finding import (
    click,
    duplicate,
    found,
    lock_owner,
    namesake,
    note_change,
    owner_of,
    signed_in,
)
from .proposing import tags_for
from .publication import Plan, Published
from .rows import Stored, add_revision, keep_document, set_attributes, set_public, set_tags

COMMIT = "commit"
"""The name in a version's metadata of the publication that put it."""


GIVEN_UP = ""
"""In the place of what is to be written: nothing is, and the version is to be removed."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A publication that is noted; its body may be in the store."""

    number: int
    uuid: str
    commit_id: str
    author: str
    may_be_there: bool


async def put_before(catalogue: Catalogue, uuid: str, commit_id: str) -> ObjectVersion | None:
    """Return the version that a publication put, if it did.

    Above it lies only what others put, and the marker of a notebook that was deleted meanwhile: the
    gallery does not put a second version before what became of the first is known.
    """
    key = catalogue.key_of(uuid)
    async for listed in catalogue.store.versions(key):
        if listed.is_delete_marker:
            continue
        version = await catalogue.store.head(key, version_id=listed.version_id)
        if commit := (version.metadata or {}).get(COMMIT):
            return version if commit == commit_id else None
    return None


class _FinishedBefore(Exception):
    """Somebody else finished the publication: the same request came twice at the same time."""

    def __init__(self, published: Published, version_id: str) -> None:
        super().__init__()
        self.published, self.version_id = published, version_id


async def finish(
    catalogue: Catalogue, actor: Actor, begun: Begun, version: ObjectVersion, document: Document
) -> Published:
    """Write down what is in the store; or take it out again, where it may not be any more."""
    try:
        return await catalogue.database.run(
            partial(
                _write,
                catalogue=catalogue,
                actor=actor,
                number=begun.number,
                version=version,
                document=document,
            )
        )
    except _FinishedBefore as before:
        if before.version_id != version.version_id:  # the same body was put twice
            await catalogue.store.remove(version.key, [version.version_id])
        return before.published
    except (PublicationRefused, Forbidden, NotFound, Overtaken):
        await take_back(catalogue, begun.number, version)
        raise


async def take_back(catalogue: Catalogue, number: int, version: ObjectVersion | None) -> None:
    """Let a publication not have been: neither in the store nor noted; unless it was finished."""
    version_id = "" if version is None else version.version_id
    if not await catalogue.database.run(partial(_given_up, number, version_id)):
        return
    if version is not None:
        await catalogue.store.remove(version.key, [version.version_id])
    await catalogue.database.run(
        lambda session: session.execute(delete(Publishing).where(Publishing.id == number))
    )


def _given_up(number: int, version_id: str, session: Session) -> bool:
    """Let nobody finish a publication any more; return whether nobody has."""
    noted = session.get(Publishing, number, with_for_update=True)
    if noted is None:  # taken back before; or finished so long ago that it was forgotten
        kept = select(StoredRevision.revision_id).where(StoredRevision.version_id == version_id)
        return session.scalar(kept.limit(1)) is None
    if noted.finished_at is None:
        noted.fields = GIVEN_UP
    return noted.finished_at is None


def _write(
    session: Session,
    *,
    catalogue: Catalogue,
    actor: Actor,
    number: int,
    version: ObjectVersion,
    document: Document,
) -> Published:
    noted = session.get(Publishing, number, with_for_update=True)
    if noted is None or noted.fields == GIVEN_UP:
        raise Overtaken("The publication took so long that it was taken for interrupted.")
    plan = Plan.from_json(noted.fields)
    if noted.finished_at is not None:
        kept = session.get(StoredRevision, noted.revision_id)
        raise _FinishedBefore(published(noted, plan, ()), kept.version_id if kept else "")
    standing = standing_of(session, actor)
    user_id = signed_in(standing)
    if plan.is_new:
        notebook = Notebook(
            uuid=noted.uuid,
            owner_type=plan.owner_type,
            owner_id=plan.owner_id,
            creator_id=user_id,
            **({"parent_uuid": plan.parent_uuid} if plan.parent_uuid else {}),
        )
    else:
        notebook = found(session, catalogue, standing, noted.uuid, Level.EDIT, lock=True)
    _refuse_what_is_taken(session, plan, notebook)
    _say(notebook, plan, noted.commit_id, user_id)
    session.add(notebook)
    if plan.public is not None:
        set_public(session, notebook, plan.public)
    session.flush()
    if plan.tags is not None:
        set_tags(session, notebook, plan.tags, user_id)
    if plan.attributes is not None:
        set_attributes(session, notebook.id, plan.attributes)
    keep_document(session, notebook, version.key, document)
    revision = add_revision(
        session,
        notebook,
        user_id=user_id,
        revtype="create" if plan.is_new else "update",
        commit_id=noted.commit_id,
        summary=plan.summary,
        label=plan.label,
        stored=Stored.of(version, document),
        cells=document.code_cells,
    )
    click(session, user_id, notebook.id, "created notebook" if plan.is_new else "edited notebook")
    _consume(session, plan.staging_id)
    noted.finished_at, noted.revision_id = now(), revision.id
    note_change(session, catalogue, notebook.id, document.content)
    return published(noted, plan, _fitting_tags(session, catalogue, notebook, document))


def _refuse_what_is_taken(session: Session, plan: Plan, notebook: Notebook) -> None:
    """Raise where somebody took the title or the label since that was looked at."""
    problems: list[Problem] = []
    owner = owner_of(notebook)
    if plan.title is not None and owner is not None:
        lock_owner(session, owner)
        if namesake(session, owner, plan.title, notebook.id) is not None:
            problems.append(duplicate(plan.title))
    if plan.label and not plan.is_new:
        problems += label_problems(session, notebook.id, plan.label)
    if problems:
        raise PublicationRefused(problems)


def _say(notebook: Notebook, plan: Plan, commit_id: str, user_id: int) -> None:
    if plan.title is not None:
        notebook.title = plan.title
    if plan.description is not None:
        notebook.description = plan.description
    notebook.commit_id = commit_id
    notebook.updater_id, notebook.updated_at = user_id, now()


def _consume(session: Session, staging_id: str | None) -> None:
    stage = session.scalars(select(Stage).where(Stage.uuid == (staging_id or ""))).first()
    if stage is not None:
        session.execute(delete(NotebookFile).where(NotebookFile.stage_id == stage.id))
        session.delete(stage)


def _fitting_tags(
    session: Session, catalogue: Catalogue, notebook: Notebook, document: Document
) -> tuple[str, ...]:
    has = {*session.scalars(select(Tag.tag).where(Tag.notebook_id == notebook.id))}
    return tuple(tag for tag in tags_for(catalogue, document) if tag not in has)


def published(noted: Publishing, plan: Plan, proposed: tuple[str, ...]) -> Published:
    """Return the answer to a publication that was finished."""
    return Published(
        uuid=noted.uuid,
        commit_id=noted.commit_id,
        revision_id=noted.revision_id or 0,
        is_new=plan.is_new,
        proposed_tags=proposed,
    )
