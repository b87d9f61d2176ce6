"""Shares a notebook: with people, to read or edit it, and with whoever holds a link."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...words import shown
from ..database.models import Notebook, ShareLink, User, ViewShare, now, shares
from ..extensions import Problem
from ..permissions import Actor, Level, Standing, clause, standing_of
from ..permissions.standing import digest_of
from .catalogue import Catalogue
from .changing import changed
from .errors import NoSuchNotebook, NotAllowed, PublicationRefused
from .finding import click, note_change, signed_in
from .words import is_id, is_name, readable

MOST_LINKS = 50
MOST_SHARES = 500


@dataclass(frozen=True, kw_only=True)
class Shares:
    """The names of those that a notebook is shared with."""

    viewers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link to a notebook, without what it is known by."""

    number: int
    may_edit: bool
    expires_at: datetime
    made_by: str | None


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """A link as whoever made it is shown it, once."""

    token: str = field(repr=False)
    expires_at: datetime


async def share(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    *,
    viewers: Iterable[str] = (),
    editors: Iterable[str] = (),
) -> Shares:
    """Let exactly these people read a notebook, and these edit it, beside those who own it.

    Raises :class:`PublicationRefused`, which names everybody who is not known.
    """
    reads, edits = {*viewers} - {*editors}, {*editors}

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        _has_it_to_give(session, catalogue, standing, notebook)
        known = _known(session, reads | edits)
        before = _shared_with(session, notebook.id)
        _replace(session, notebook.id, {known[each] for each in edits}, before.edits, shares)
        _replace(
            session,
            notebook.id,
            {known[each] for each in reads},
            before.reads,
            cast(Table, ViewShare.__table__),
        )
        if {known[each] for each in reads | edits} - before.reads - before.edits:
            click(session, signed_in(standing), notebook.id, "shared notebook")
        note_change(session, catalogue, notebook.id)

    await changed(catalogue, actor, uuid, change)
    return Shares(viewers=tuple(sorted(reads)), editors=tuple(sorted(edits)))


async def shared_with(catalogue: Catalogue, actor: Actor, uuid: str) -> Shares:
    """Return the names of those that a notebook is shared with, for those who may edit it."""

    def look(session: Session, standing: Standing, notebook: Notebook) -> Shares:
        before = _shared_with(session, notebook.id)
        wanted = select(User.id, User.user_name).where(User.id.in_(before.reads | before.edits))
        names = {row.id: row.user_name or "" for row in session.execute(wanted)}
        return Shares(
            viewers=tuple(sorted(names[each] for each in before.reads)),
            editors=tuple(sorted(names[each] for each in before.edits)),
        )

    return await changed(catalogue, actor, uuid, look)


def _has_it_to_give(
    session: Session, catalogue: Catalogue, standing: Standing, notebook: Notebook
) -> None:
    """Raise NotAllowed where somebody may edit a notebook by a link alone."""
    by_themselves = clause(catalogue.policy, replace(standing, linked={}), Level.EDIT)
    if not session.scalar(select(by_themselves).where(Notebook.id == notebook.id)):
        raise NotAllowed(f"You may change {notebook.title!r} by a link, and share it with nobody.")


# -- links -----------------------------------------------------------------------------------------


async def make_link(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    *,
    expires_at: datetime,
    may_edit: bool = False,
) -> NewLink:
    """Make a link that lets whoever holds it read a notebook until it expires.

    With *may_edit* those of them who signed in edit it as well.  Its token is shown this once.
    Raises :class:`PublicationRefused`.
    """
    longest, at = catalogue.rules.longest_link, now().replace(tzinfo=timezone.utc)
    aware = expires_at if expires_at.tzinfo else expires_at.replace(tzinfo=timezone.utc)
    if not timedelta(0) < aware - at <= longest:
        allowed = f"A moment to come, within {longest.days} days."
        raise PublicationRefused([Problem("expires_at", expires_at.isoformat(), allowed)])
    ends = aware.astimezone(timezone.utc).replace(tzinfo=None)
    token = secrets.token_urlsafe(32)

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        user_id = signed_in(standing)
        _has_it_to_give(session, catalogue, standing, notebook)
        if len(_links(session, notebook.id)) >= MOST_LINKS:
            most = f"At most {MOST_LINKS} links at a time: revoke one first."
            raise PublicationRefused([Problem("link", notebook.title, most)])
        session.add(
            ShareLink(
                notebook_id=notebook.id,
                user_id=user_id,
                sha256=digest_of(token),
                may_edit=may_edit,
                expires_at=ends,
            )
        )
        click(session, user_id, notebook.id, "shared notebook")

    await changed(catalogue, actor, uuid, change)
    return NewLink(token=token, expires_at=ends)


async def links_to(catalogue: Catalogue, actor: Actor, uuid: str) -> list[Link]:
    """Return the links to a notebook that are not over, for those who may edit it.

    One leads nowhere while whoever made it may not edit the notebook themselves.
    """

    def look(session: Session, standing: Standing, notebook: Notebook) -> list[Link]:
        return _links(session, notebook.id)

    return await changed(catalogue, actor, uuid, look)


async def revoke_link(catalogue: Catalogue, actor: Actor, uuid: str, number: int) -> None:
    """Let a link lead nowhere any more; raises :class:`~bookstore.errors.NotFound`."""

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        link = session.get(ShareLink, number) if is_id(number) else None
        if link is None or link.notebook_id != notebook.id:
            raise NotFound(f"The notebook has no link {number}.")
        link.revoked_at = link.revoked_at or now()

    await changed(catalogue, actor, uuid, change, Level.EDIT)


def link_numbered(text: str) -> int:
    """Return the number of a link; raises :class:`~bookstore.errors.NotFound`."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(f"There is no link {shown(text)}: it is known by a number.")
    return int(text)


async def followed(catalogue: Catalogue, actor: Actor) -> str:
    """Return the notebook that the first of the links leads to which somebody holds.

    Raises :class:`NoSuchNotebook` where it leads nowhere, or nowhere any more.
    """

    def look(session: Session) -> str:
        first = actor.links[0] if actor.links else ""
        linked = select(ShareLink.notebook_id).where(ShareLink.sha256 == first)
        wanted = select(Notebook.uuid).where(
            Notebook.id.in_(linked), clause(catalogue.policy, standing_of(session, actor))
        )
        uuid = session.scalar(wanted)
        if uuid is None:
            raise NoSuchNotebook("This link leads nowhere any more.")
        return uuid

    return await catalogue.database.run(look, read_only=True)


def _links(session: Session, notebook_id: int) -> list[Link]:
    wanted = (
        select(ShareLink, User.user_name)
        .join(User, User.id == ShareLink.user_id)
        .where(
            ShareLink.notebook_id == notebook_id,
            ShareLink.revoked_at.is_(None),
            ShareLink.expires_at > now(),
        )
        .order_by(ShareLink.id)
    )
    return [
        Link(number=link.id, may_edit=link.may_edit, expires_at=link.expires_at, made_by=name)
        for link, name in session.execute(wanted)
    ]


@dataclass(frozen=True)
class _Before:
    reads: set[int]
    edits: set[int]


def _shared_with(session: Session, notebook_id: int) -> _Before:
    reads = select(ViewShare.user_id).where(ViewShare.notebook_id == notebook_id)
    edits = select(shares.c.user_id).where(shares.c.notebook_id == notebook_id)
    return _Before({*session.scalars(reads)}, {*session.scalars(edits)})


def _known(session: Session, names: set[str]) -> dict[str, int]:
    """Return the IDs of people by their names."""
    if len(names) > MOST_SHARES:
        most = f"At most {MOST_SHARES} people; a group takes more."
        raise PublicationRefused([Problem("shares", f"{len(names)} people", most)])
    askable = [name for name in names if is_name(name)]
    wanted = select(User.id, User.user_name).where(User.user_name.in_(askable))
    known = {row.user_name: row.id for row in session.execute(wanted)}
    if unknown := sorted(names - known.keys()):
        raise PublicationRefused(
            Problem("shares", readable(name), "The name of somebody who is known.")
            for name in unknown
        )
    return known


def _replace(
    session: Session, notebook_id: int, wanted: set[int], there: set[int], table: Table
) -> None:
    columns = table.c
    if gone := there - wanted:
        session.execute(
            delete(table).where(columns.notebook_id == notebook_id, columns.user_id.in_(gone))
        )
    if new := sorted(wanted - there):
        rows = [{"notebook_id": notebook_id, "user_id": user_id} for user_id in new]
        session.execute(insert(table), rows)
