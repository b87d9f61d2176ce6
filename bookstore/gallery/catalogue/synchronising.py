"""Takes in what others put under the published prefix, and notices what they deleted there.

The store is listed once.  What is listed as it was the last time is passed over, so a run in which
nothing changed reads nothing else; one that was interrupted goes on with what is left, since each
object is noted in the transaction that takes it in.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...errors import ObjectNotFound, StoreError
from ...records import ObjectVersion
from ..database.models import Deletion, ListedObject, Notebook, StoredNotebook
from .catalogue import SUFFIX, Catalogue
from .deleting import hide
from .reconciling import mark
from .taking_in import Outside, Revised, take_in, versions_since
from .words import is_text, readable

AT_ONCE = 8
"""Requests to the store at the same time."""
TOGETHER = 40
"""Objects in one transaction."""
_PAGE = 1000
_ATTEMPTS = 3
T = TypeVar("T")


@dataclass
class Synchronised:
    """What was found."""

    listed: int = 0
    unchanged: int = 0
    taken_in: int = 0
    """Notebooks that are new, or have a new revision."""
    restored: int = 0
    deleted: int = 0
    refused: list[str] = field(default_factory=list)
    """What the gallery cannot show, and why."""
    problems: list[str] = field(default_factory=list)
    """What the store did not let be read; the next run tries again."""


_Facts = tuple[str, int, datetime]


@dataclass(slots=True)
class _Seen:
    """What is known of an object."""

    facts: _Facts | None = None
    """What the listing said the last time."""
    notebook_id: int | None = None
    """The notebook whose newest revision it is."""
    is_deleted: bool = False


async def synchronise(catalogue: Catalogue) -> Synchronised:
    """Let the gallery have what is under the published prefix.

    Raises what the store and the database raise; what was taken in until then stays.
    """
    result = Synchronised()
    seen = await _seen(catalogue)
    changed: list[ObjectVersion] = []
    async for listed in catalogue.store.list(catalogue.prefix):
        if not listed.key.endswith(SUFFIX):
            continue
        result.listed += 1
        if not is_text(listed.key):
            result.refused.append(f"{readable(listed.key)}: its name has control characters.")
            continue
        before = seen.pop(listed.key, None)
        if before is not None and before.facts == _facts(listed) and not before.is_deleted:
            result.unchanged += 1
            continue
        changed.append(listed)
        if len(changed) == TOGETHER:
            await _take(catalogue, changed, result)
            changed = []
    if changed:
        await _take(catalogue, changed, result)
    missing = {key: each for key, each in seen.items() if not each.is_deleted}
    await _forget_deleted(catalogue, missing, result)
    return result


async def _seen(catalogue: Catalogue) -> dict[str, _Seen]:
    """Return, by keys, what is known: two statements for each thousand of objects."""
    seen: defaultdict[str, _Seen] = defaultdict(_Seen)
    name, number = "", 0
    while listed := await catalogue.database.run(partial(_listed, name), read_only=True):
        for row, deleted in listed:
            seen[row.store_key].facts = (row.etag, row.size, row.modified_at)
            seen[row.store_key].is_deleted = deleted is not None
        name = listed[-1][0].sha256
    while stored := await catalogue.database.run(partial(_stored, number), read_only=True):
        for place, deleted in stored:
            seen[place.store_key].notebook_id = number = place.notebook_id
            seen[place.store_key].is_deleted = deleted is not None
    return dict(seen)


def _listed(after: str, session: Session) -> list[Row[ListedObject, int | None]]:
    wanted = (
        select(ListedObject, Deletion.notebook_id)
        .outerjoin(Deletion, Deletion.notebook_id == ListedObject.notebook_id)
        .where(ListedObject.sha256 > after)
        .order_by(ListedObject.sha256)
        .limit(_PAGE)
    )
    return [*session.execute(wanted)]


def _stored(after: int, session: Session) -> list[Row[StoredNotebook, int | None]]:
    wanted = (
        select(StoredNotebook, Deletion.notebook_id)
        .outerjoin(Deletion, Deletion.notebook_id == StoredNotebook.notebook_id)
        .where(StoredNotebook.notebook_id > after)
        .order_by(StoredNotebook.notebook_id)
        .limit(_PAGE)
    )
    return [*session.execute(wanted)]


# -- what is there ---------------------------------------------------------------------------------


async def _take(catalogue: Catalogue, listed: list[ObjectVersion], result: Synchronised) -> None:
    """Take in some objects that are new or changed, in one transaction."""
    known = await catalogue.database.run(
        partial(_known, keys=[each.key for each in listed]), read_only=True
    )
    free = asyncio.Semaphore(AT_ONCE)

    async def read(each: ObjectVersion) -> Outside | None:
        async with free:
            try:
                return await versions_since(catalogue, each, known.get(each.key))
            except ObjectNotFound:  # gone since it was listed: the next run notices
                return None
            except StoreError as error:
                result.problems.append(f"{each.key}: {error.message}")
                return None

    outside = [each for each in await asyncio.gather(*map(read, listed)) if each is not None]

    def write(session: Session) -> list[Revised]:
        return [_write(session, catalogue, each) for each in outside]

    for each, done in zip(outside, await _written(catalogue, write), strict=True):
        result.taken_in += done.is_changed
        result.restored += done.is_restored
        if done.problem:
            result.refused.append(f"{each.listed.key}: {done.problem}")
        if done.is_to_be_marked and done.notebook_id is not None:
            await mark(catalogue, done.notebook_id, each.listed.key)


async def _written(catalogue: Catalogue, write: Callable[[Session], T]) -> T:
    """Write; again, where another machine took in, or hid, the same at the same moment."""
    for _ in range(_ATTEMPTS):
        try:
            return await catalogue.database.run(write)
        except IntegrityError:
            continue
    return await catalogue.database.run(write)


def _known(session: Session, keys: list[str]) -> dict[str, int]:
    """Return the notebooks that objects are."""
    wanted = select(StoredNotebook.store_key, StoredNotebook.notebook_id).where(
        StoredNotebook.store_key.in_(keys)
    )
    return {row.store_key: row.notebook_id for row in session.execute(wanted)}


def _write(session: Session, catalogue: Catalogue, outside: Outside) -> Revised:
    row = _claimed(session, outside.listed)
    done = take_in(session, catalogue, outside)
    row.etag, row.size, row.modified_at = _facts(outside.listed)
    row.notebook_id, row.problem = done.notebook_id, done.problem or None
    session.flush()
    return done


def _claimed(session: Session, listed: ObjectVersion) -> ListedObject:
    """Return the row of an object, which no other machine takes in until the transaction ends."""
    digest = sha256(listed.key.encode()).hexdigest()
    row = session.get(ListedObject, digest, with_for_update=True)
    if row is None:
        etag, size, modified_at = _facts(listed)
        row = ListedObject(
            sha256=digest, store_key=listed.key, etag=etag, size=size, modified_at=modified_at
        )
        session.add(row)
        session.flush()  # waits for whoever is about to make it, and then fails
    return row


def _facts(listed: ObjectVersion) -> _Facts:
    at = listed.modified_at.astimezone(timezone.utc).replace(tzinfo=None)
    return listed.etag[:255], listed.size_bytes, at


# -- what is gone ----------------------------------------------------------------------------------


async def _forget_deleted(
    catalogue: Catalogue, missing: dict[str, _Seen], result: Synchronised
) -> None:
    """Let what is not in the store any more be deleted in the gallery, so that it can come back."""
    for keys in _in_parts([*missing], TOGETHER):
        free = asyncio.Semaphore(AT_ONCE)

        async def marker_of(key: str, free: asyncio.Semaphore = free) -> str | None:
            async with free:
                return await _marker(catalogue, key)

        markers = await asyncio.gather(*map(marker_of, keys))
        gone = {
            key: marker
            for key, marker in zip(keys, markers, strict=True)
            if marker is not None and key.startswith(catalogue.prefix)
        }
        result.deleted += await _written(
            catalogue, partial(_hide, catalogue=catalogue, gone=gone, missing=missing)
        )


async def _marker(catalogue: Catalogue, key: str) -> str | None:
    """Return the delete marker of a key, or a text in its place where it has no versions at all.

    None where it is there: it was put since it was listed.
    """
    async for newest in catalogue.store.versions(key):
        return newest.version_id if newest.is_delete_marker else None
    return "none"


def _hide(
    session: Session, *, catalogue: Catalogue, gone: dict[str, str], missing: dict[str, _Seen]
) -> int:
    hidden = 0
    for key, marker in gone.items():
        notebook_id = missing[key].notebook_id
        row = session.get(ListedObject, sha256(key.encode()).hexdigest())
        if row is not None:
            session.delete(row)
        notebook = None if notebook_id is None else session.get(Notebook, notebook_id)
        if notebook is not None and session.get(Deletion, notebook.id) is None:
            hide(session, catalogue, notebook, None)
            session.flush()
            deletion = session.get(Deletion, notebook.id)
            if deletion is not None:
                deletion.version_id = marker
            hidden += 1
    return hidden


def _in_parts(keys: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
