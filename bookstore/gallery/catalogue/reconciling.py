"""Finishes what was interrupted, or takes it back: then the store and the database agree.

May run at any time, on any number of machines, and be interrupted itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from ...errors import Forbidden, InvalidNotebook, StoreError
from ...store.base import ObjectStore
from ..database.models import Deletion, Publishing, StoredNotebook, User, now
from ..permissions import Actor
from .catalogue import Catalogue
from .documents import read
from .errors import NoSuchNotebook, Overtaken, PublicationRefused
from .finishing import Begun, finish, put_before, take_back

REMEMBERED = timedelta(days=7)
"""How long a request that comes again is known by its token."""
_AT_ONCE = 200
_CLOCKS_DIFFER = timedelta(hours=1)
"""By no more than that; what began later still, began before a clock was put back."""


@dataclass
class Reconciled:
    """What became of what was interrupted."""

    finished: int = 0
    taken_back: int = 0
    marked: int = 0
    """Deleted notebooks that got their delete marker."""
    problems: list[str] = field(default_factory=list)
    """What the store did not let be done; the next run tries again."""


async def reconcile(catalogue: Catalogue) -> Reconciled:
    """Finish, or take back, what began too long ago to be going on."""
    result, after = Reconciled(), 0
    while some := await _interrupted_after(catalogue, after):
        for begun, actor in some:
            try:
                if await _settled(catalogue, begun, actor):
                    result.finished += 1
                else:
                    result.taken_back += 1
            except StoreError as error:
                result.problems.append(error.message)
            after = begun.number
    await _mark_deleted(catalogue, result)
    await catalogue.database.run(_forget)
    return result


async def settle(catalogue: Catalogue, uuid: str) -> bool:
    """Do that for one notebook, and return whether there was something to do."""
    some = await _interrupted_after(catalogue, 0, uuid)
    for begun, actor in some:
        await _settled(catalogue, begun, actor)
    return bool(some)


async def _interrupted_after(
    catalogue: Catalogue, after: int, uuid: str | None = None
) -> list[tuple[Begun, Actor]]:
    return await catalogue.database.run(
        lambda session: _interrupted(session, catalogue, after, uuid), read_only=True
    )


def _interrupted(
    session: Session, catalogue: Catalogue, after: int, uuid: str | None
) -> list[tuple[Begun, Actor]]:
    at = now()
    wanted = (
        select(Publishing, User.user_name)
        .join(User, User.id == Publishing.user_id)
        .where(
            Publishing.finished_at.is_(None),
            or_(
                Publishing.created_at <= at - catalogue.rules.publishing_limit,
                Publishing.created_at > at + _CLOCKS_DIFFER,
            ),
            Publishing.id > after,
        )
        .order_by(Publishing.id)
        .limit(_AT_ONCE)
    )
    if uuid is not None:
        wanted = wanted.where(Publishing.uuid == uuid)
    return [
        (
            Begun(
                number=noted.id,
                uuid=noted.uuid,
                commit_id=noted.commit_id,
                author=author or "",
                may_be_there=True,
            ),
            Actor(user_id=noted.user_id, as_administrator=noted.as_administrator),
        )
        for noted, author in session.execute(wanted)
    ]


async def _settled(catalogue: Catalogue, begun: Begun, actor: Actor) -> bool:
    """Return whether a publication was finished; otherwise it was taken back."""
    version = await put_before(catalogue, begun.uuid, begun.commit_id)
    if version is None:
        await take_back(catalogue, begun.number, None)
        return False
    stored = await catalogue.store.get(version.key, version_id=version.version_id)
    try:
        document = await asyncio.to_thread(read, stored.body)
        await finish(catalogue, actor, begun, version, document)
    except InvalidNotebook:
        await take_back(catalogue, begun.number, version)
        return False
    except (PublicationRefused, Forbidden, NoSuchNotebook, Overtaken):
        return False
    return True


async def _mark_deleted(catalogue: Catalogue, result: Reconciled) -> None:
    """Put the delete markers that are missing, where a deletion was interrupted."""
    after = 0
    while unmarked := await catalogue.database.run(partial(_unmarked, after), read_only=True):
        for notebook_id, key in unmarked:
            try:
                await mark(catalogue, notebook_id, key)
                result.marked += 1
            except StoreError as error:
                result.problems.append(error.message)
            after = notebook_id


def _unmarked(after: int, session: Session) -> list[tuple[int, str]]:
    wanted = (
        select(Deletion.notebook_id, StoredNotebook.store_key)
        .join(StoredNotebook, StoredNotebook.notebook_id == Deletion.notebook_id)
        .where(Deletion.version_id.is_(None), Deletion.notebook_id > after)
        .order_by(Deletion.notebook_id)
        .limit(_AT_ONCE)
    )
    return [(row.notebook_id, row.store_key) for row in session.execute(wanted)]


async def mark(catalogue: Catalogue, notebook_id: int, key: str) -> None:
    """Let a delete marker lie on top of the versions of a notebook that is deleted."""
    marker = await marker_on(catalogue.store, key)
    if not await catalogue.database.run(partial(_note_marker, notebook_id, marker)):
        await catalogue.store.remove(key, [marker])  # it was restored meanwhile


def _note_marker(notebook_id: int, marker: str, session: Session) -> bool:
    """Write down the delete marker of a notebook; return whether it is deleted."""
    deletion = session.get(Deletion, notebook_id, with_for_update=True)
    if deletion is not None:
        deletion.version_id = marker
    return deletion is not None


async def marker_on(store: ObjectStore, key: str) -> str:
    """Return the delete marker on top of *key*, after putting one if need be."""
    async for newest in store.versions(key):
        if newest.is_delete_marker:
            return newest.version_id
        break
    return (await store.delete(key)).version_id


def _forget(session: Session) -> None:
    session.execute(delete(Publishing).where(Publishing.finished_at < now() - REMEMBERED))
