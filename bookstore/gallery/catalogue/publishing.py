"""Publishes a notebook: its body goes to the store, and then its words to the database.

Four steps, each of which may be the last before the power fails:

1. what is to be written is checked, and noted as a :class:`~..database.models.Publishing`;
2. the body is put into the store, with a name that the note knows it by;
3. in one transaction all rows are written, and the note is marked as finished;
4. the answer is given.

Readers are shown only what the rows of step 3 lead to.  Whoever finds a note of an interrupted
publication goes on with step 3 where the body is in the store, and drops the note where it is not:
the same request when it comes again with its token, the next one for the same notebook, and
:mod:`.reconciling`.  Step 3 is in :mod:`.finishing`.
"""

from __future__ import annotations

import asyncio
from functools import partial
from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...errors import InvalidNotebook
from ...records import NOTEBOOK_CONTENT_TYPE, ObjectVersion, Provenance
from ...words import size
from ..database.models import Notebook, Publishing, User
from ..extensions import Problem
from ..permissions import Actor, Level, standing_of
from ..permissions.standing import digest_of
from .catalogue import Catalogue
from .change_requests import request_change
from .checking import Check
from .documents import Document, cleaned
from .errors import (
    BeingPublished,
    NotAllowed,
    Overtaken,
    PublicationRefused,
    TokenUsed,
)
from .finding import found, signed_in
from .finishing import COMMIT, GIVEN_UP, Begun, finish, published, put_before
from .publication import Plan, Publication, Published, Requested
from .reconciling import settle
from .staging import lock_stage, staged_body
from .words import readable

NOTEBOOK_NEEDED = "A notebook is needed, or the ID of a staged one."


async def publish(
    catalogue: Catalogue, actor: Actor, publication: Publication
) -> Published | Requested:
    """Put a notebook into the gallery, or make a revision of one that is there.

    Whoever may read it, and not edit it, can ask for the change.  Raises
    :class:`PublicationRefused` with all that is wrong, :class:`NoSuchNotebook`,
    :class:`NotAllowed`, :class:`BeingPublished`, and what the store and the database raise: then
    the same request with the same token may come again.
    """
    body = publication.body
    if publication.staging_id is not None and body is None:
        body = await catalogue.database.run(
            partial(_staged, actor=actor, staging_id=publication.staging_id), read_only=True
        )
    document, problems = await asyncio.to_thread(_document, catalogue, publication, body)
    begin = partial(
        _begin,
        catalogue=catalogue,
        actor=actor,
        publication=publication,
        document=document,
        problems=problems,
    )
    try:
        begun = await catalogue.database.run(begin)
    except IntegrityError:  # the same token came at the same time
        begun = await catalogue.database.run(begin)
    except BeingPublished as busy:
        if not await settle(catalogue, busy.uuid):
            raise
        begun = await catalogue.database.run(begin)
    if not isinstance(begun, Begun):
        return begun
    if document is None:  # then it was refused above
        raise PublicationRefused(problems)
    version = await _put(catalogue, begun, document)
    return await finish(catalogue, actor, begun, version, document)


def _staged(session: Session, actor: Actor, staging_id: str) -> bytes | None:
    return staged_body(session, standing_of(session, actor), staging_id)


def _document(
    catalogue: Catalogue, publication: Publication, body: bytes | None
) -> tuple[Document | None, list[Problem]]:
    """Return what is to be kept of a body, or what is wrong with it."""
    if body is None:
        staging_id = readable(publication.staging_id or "")
        return None, [Problem("notebook", staging_id, NOTEBOOK_NEEDED)]
    if publication.body is not None and publication.staging_id is not None:
        either = "Either a notebook, or the ID of a staged one."
        return None, [Problem("staging_id", readable(publication.staging_id), either)]
    rules = catalogue.rules
    try:
        document = cleaned(
            body,
            keep_outputs=publication.keep_outputs and rules.outputs_may_be_kept,
            strip=catalogue.extensions.strip,
        )
    except InvalidNotebook as error:
        return None, [Problem("notebook", "", error.message)]
    if len(document.body) > rules.most_bytes:
        most = f"At most {size(rules.most_bytes)} are allowed."
        return None, [Problem("notebook", size(len(document.body)), most)]
    return document, []


# -- the first step --------------------------------------------------------------------------------


def _begin(
    session: Session,
    *,
    catalogue: Catalogue,
    actor: Actor,
    publication: Publication,
    document: Document | None,
    problems: list[Problem],
) -> Begun | Published | Requested:
    standing = standing_of(session, actor)
    user_id = signed_in(standing)
    token = digest_of(publication.token or uuid4().hex)
    same = session.scalars(
        select(Publishing).where(Publishing.user_id == user_id, Publishing.token == token)
    ).first()
    author = session.scalar(select(User.user_name).where(User.id == user_id)) or ""
    if same is not None:
        return _again(session, same, document, author)
    notebook = None
    if publication.uuid is not None:
        try:
            notebook = found(session, catalogue, standing, publication.uuid, Level.EDIT, lock=True)
        except NotAllowed as error:
            if not publication.or_request_change:
                error.hint = "You can ask for the change."
                raise
            if document is None:
                raise PublicationRefused(problems) from None
            return request_change(session, catalogue, standing, publication, document)
    check = Check(session, catalogue, standing, publication)
    check.problems += problems
    staging_id = publication.staging_id
    if staging_id is not None and not problems and not lock_stage(session, standing, staging_id):
        check.problems.append(Problem("notebook", staging_id, NOTEBOOK_NEEDED))
    plan, notebook = check.plan(user_id, notebook, document)
    _refuse_while_published(session, plan.title or "", notebook, staging_id)
    commit_id = publication.staging_id or str(uuid4())
    noted = Publishing(
        user_id=user_id,
        token=token,
        uuid=commit_id if notebook is None else notebook.uuid,
        commit_id=commit_id,
        as_administrator=standing.is_administrator,
        fields=plan.to_json(),
    )
    session.add(noted)
    session.flush()
    return _begun(noted, author, may_be_there=False)


def _again(
    session: Session, same: Publishing, document: Document | None, author: str
) -> Begun | Published:
    """Go on with a request that came before."""
    if same.fields == GIVEN_UP:
        raise Overtaken("The publication took so long that it was taken for interrupted.")
    plan = Plan.from_json(same.fields)
    if document is None or plan.sha256 != document.sha256:
        raise TokenUsed("The token came with another notebook before.")
    if same.finished_at is None:
        return _begun(same, author, may_be_there=True)
    return published(same, plan, ())


def _refuse_while_published(
    session: Session, title: str, notebook: Notebook | None, staging_id: str | None
) -> None:
    """Of two revisions the store and the database are to say alike which is the newer one.

    And what was uploaded once becomes one revision.
    """
    uuid = staging_id if notebook is None else notebook.uuid
    if uuid is None:
        return
    other = select(Publishing.uuid).where(
        or_(Publishing.uuid == uuid, Publishing.commit_id == (staging_id or uuid)),
        Publishing.finished_at.is_(None),
    )
    if (busy := session.scalar(other.limit(1))) is not None:
        raise BeingPublished(busy, title if notebook is None else notebook.title)


def _begun(noted: Publishing, author: str, *, may_be_there: bool) -> Begun:
    return Begun(
        number=noted.id,
        uuid=noted.uuid,
        commit_id=noted.commit_id,
        author=author,
        may_be_there=may_be_there,
    )


# -- the second step -------------------------------------------------------------------------------


async def _put(catalogue: Catalogue, begun: Begun, document: Document) -> ObjectVersion:
    if begun.may_be_there and (there := await put_before(catalogue, begun.uuid, begun.commit_id)):
        return there
    provenance = Provenance.of(document.body, author=begun.author, kind="publish")
    return await catalogue.store.put(
        catalogue.key_of(begun.uuid),
        document.body,
        metadata={**provenance.to_metadata(), COMMIT: begun.commit_id},
        content_type=NOTEBOOK_CONTENT_TYPE,
    )
