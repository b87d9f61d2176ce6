"""Uploads that wait for their form, as nbgallery has them: first the notebook, then the words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from ...errors import TooLarge
from ...words import shown, size
from ..database.models import NotebookFile, Stage, now
from ..permissions import Actor, Standing, standing_of
from .catalogue import Catalogue
from .documents import MOST_IN_DATABASE, cleaned, read
from .errors import NoSuchNotebook, TooManyUploads
from .finding import signed_in
from .proposing import tags_for
from .words import is_name

MOST_WAITING = 50
"""Uploads of one user; each may be as large as a notebook."""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """An upload that waits."""

    staging_id: str
    lang: str
    lang_version: str | None
    packages: tuple[str, ...]


async def stage(
    catalogue: Catalogue, actor: Actor, body: bytes, *, keep_outputs: bool = False
) -> Staged:
    """Keep a notebook until somebody says what it is, for as long as the rules say.

    Raises :class:`~bookstore.errors.InvalidNotebook`, :class:`~bookstore.errors.TooLarge` and
    :class:`TooManyUploads`.
    """
    document = await asyncio.to_thread(
        cleaned,
        body,
        keep_outputs=keep_outputs and catalogue.rules.outputs_may_be_kept,
        strip=catalogue.extensions.strip,
    )

    most = min(catalogue.rules.most_bytes, MOST_IN_DATABASE)
    if len(document.body) > most:
        raise TooLarge(f"The notebook has {size(len(document.body))}; at most {size(most)} wait.")

    def work(session: Session) -> str:
        user_id = signed_in(standing_of(session, actor))
        theirs = select(func.count()).select_from(Stage).where(Stage.user_id == user_id)
        if (session.scalar(theirs) or 0) >= MOST_WAITING:
            raise TooManyUploads(f"{MOST_WAITING} uploads of yours wait for their form already.")
        waiting = Stage(uuid=str(uuid4()), user_id=user_id)
        session.add(waiting)
        session.flush()
        session.add(
            NotebookFile(
                uuid=waiting.uuid,
                save_type="stage",
                stage_id=waiting.id,
                content=document.body.decode(),
            )
        )
        return waiting.uuid

    return Staged(
        staging_id=await catalogue.database.run(work),
        lang=document.lang,
        lang_version=document.lang_version,
        packages=tuple(document.content.packages),
    )


async def proposed_tags(catalogue: Catalogue, actor: Actor, staging_id: str) -> list[str]:
    """Return tags that would fit an upload of somebody's; raises :class:`NoSuchNotebook`."""

    def look(session: Session) -> bytes:
        body = staged_body(session, standing_of(session, actor), staging_id)
        if body is None:
            raise _no_upload(staging_id)
        return body

    waiting = await catalogue.database.run(look, read_only=True)
    return await asyncio.to_thread(lambda: tags_for(catalogue, read(waiting)))


async def discard_stage(catalogue: Catalogue, actor: Actor, staging_id: str) -> None:
    """Throw an upload away; raises :class:`NoSuchNotebook`."""

    def work(session: Session) -> None:
        if staged_body(session, standing_of(session, actor), staging_id) is None:
            raise _no_upload(staging_id)
        _remove(session, [staging_id])

    await catalogue.database.run(work)


async def age_off_stages(catalogue: Catalogue) -> int:
    """Throw away the uploads that waited too long, and return how many they were."""

    def work(session: Session) -> int:
        old = select(Stage.uuid).where(Stage.created_at < now() - catalogue.rules.staging_limit)
        found = [*session.scalars(old.order_by(Stage.id).limit(_AT_ONCE))]
        _remove(session, found)
        return len(found)

    total = 0
    while some := await catalogue.database.run(partial(work)):
        total += some
    return total


_AT_ONCE = 200


def staged_body(session: Session, standing: Standing, staging_id: str) -> bytes | None:
    """Return an upload of somebody's, or None where there is none of theirs."""
    wanted = (
        select(NotebookFile.content)
        .join(Stage, Stage.id == NotebookFile.stage_id)
        .where(_is_theirs(standing, staging_id), NotebookFile.save_type == "stage")
    )
    content = session.scalar(wanted) if is_name(staging_id) else None
    return None if content is None else content.encode()


def lock_stage(session: Session, standing: Standing, staging_id: str) -> bool:
    """Let nobody else publish an upload until the transaction ends; return whether it waits."""
    wanted = select(Stage.id).where(_is_theirs(standing, staging_id)).with_for_update()
    return is_name(staging_id) and session.scalar(wanted) is not None


def _no_upload(staging_id: str) -> NoSuchNotebook:
    return NoSuchNotebook(f"There is no upload {shown(staging_id)} of yours.")


def _is_theirs(standing: Standing, staging_id: str) -> ColumnElement[bool]:
    if standing.is_administrator:
        return Stage.uuid == staging_id
    return and_(Stage.uuid == staging_id, Stage.user_id == signed_in(standing))


def _remove(session: Session, staging_ids: list[str]) -> None:
    stages = select(Stage.id).where(Stage.uuid.in_(staging_ids))
    session.execute(delete(NotebookFile).where(NotebookFile.stage_id.in_(stages)))
    session.execute(delete(Stage).where(Stage.uuid.in_(staging_ids)))
