"""Changes that somebody asks for who may not make them: kept until they are answered."""

from __future__ import annotations

import hashlib
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ...words import size
from ..database.models import ChangeRequest, NotebookFile, Revision, StoredRevision
from ..extensions import Problem
from ..permissions import Standing
from .catalogue import Catalogue
from .documents import MOST_IN_DATABASE, Document
from .errors import PublicationRefused
from .finding import click, found, signed_in
from .publication import Publication, Requested
from .words import MOST_DESCRIPTION, MOST_SUMMARY, text_problems

PENDING = "pending"
MOST_PENDING = 50
"""Change requests of one user, and of one notebook, that wait for an answer: each has a body."""


def request_change(
    session: Session,
    catalogue: Catalogue,
    standing: Standing,
    publication: Publication,
    document: Document,
) -> Requested:
    """Keep what somebody would publish, as nbgallery does; it has to differ from what is there."""
    user_id = signed_in(standing)
    notebook = found(session, catalogue, standing, publication.uuid or "", lock=True)
    problems = [
        *text_problems("summary", publication.summary, MOST_SUMMARY),
        *text_problems("comment", publication.comment, MOST_DESCRIPTION),
    ]
    newest = (
        select(StoredRevision.sha256)
        .join(Revision, Revision.id == StoredRevision.revision_id)
        .where(Revision.notebook_id == notebook.id)
        .order_by(Revision.id.desc())
        .limit(1)
    )
    if session.scalar(newest) == hashlib.sha256(document.body).hexdigest():
        problems.append(Problem("notebook", "", "It has to differ from the newest revision."))
    if len(document.body) > MOST_IN_DATABASE:
        most = f"At most {size(MOST_IN_DATABASE)} are kept of a change."
        problems.append(Problem("notebook", size(len(document.body)), most))
    if problems:
        raise PublicationRefused(problems)
    content = document.body.decode()
    same = (
        select(ChangeRequest.reqid)
        .join(NotebookFile, NotebookFile.change_request_id == ChangeRequest.id)
        .where(
            ChangeRequest.requestor_id == user_id,
            ChangeRequest.notebook_id == notebook.id,
            ChangeRequest.status == PENDING,
            NotebookFile.content == content,
        )
    )
    if (reqid := session.scalar(same.limit(1))) is not None:  # the same request came again
        return Requested(uuid=notebook.uuid, reqid=reqid)
    _check_room(session, user_id, notebook.id)
    request = ChangeRequest(
        reqid=str(uuid4()),
        requestor_id=user_id,
        notebook_id=notebook.id,
        status=PENDING,
        requestor_comment=publication.comment or None,
        commit_message=publication.summary or None,
    )
    session.add(request)
    session.flush()
    session.add(
        NotebookFile(
            uuid=request.reqid,
            save_type="change_request",
            change_request_id=request.id,
            content=content,
        )
    )
    click(session, user_id, notebook.id, "submitted change request")
    return Requested(uuid=notebook.uuid, reqid=request.reqid)


def _check_room(session: Session, user_id: int, notebook_id: int) -> None:
    pending = select(func.count()).where(ChangeRequest.status == PENDING)
    for wait, whose in (
        (ChangeRequest.requestor_id == user_id, "you asked for"),
        (ChangeRequest.notebook_id == notebook_id, "of this notebook"),
    ):
        if (session.scalar(pending.where(wait)) or 0) >= MOST_PENDING:
            allowed = f"{MOST_PENDING} changes {whose} wait for an answer: that is the most."
            raise PublicationRefused([Problem("notebook", "", allowed)])
