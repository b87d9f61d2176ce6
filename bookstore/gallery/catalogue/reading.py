"""What readers see: lists of notebooks, one notebook, its revisions, and their bodies.

However many rows a page has, it takes the same few statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from ..database.models import (
    Group,
    Notebook,
    NotebookAttribute,
    NotebookSummary,
    Revision,
    Tag,
    User,
    ViewShare,
    shares,
    stars,
)
from ..database.paging import Key, Page, page_of
from ..permissions import Actor, Level, Standing, clause, revision_clause, standing_of
from .bodies import Place, body_at, place_of
from .catalogue import Catalogue
from .deprecating import Deprecation, deprecation_of
from .documents import without_outputs
from .errors import NoSuchNotebook
from .finding import found
from .listing import Listed, ListedRevision, listed, listed_revisions
from .words import is_id, is_name

Shelf = Literal["all", "mine", "starred", "shared"]
Order = Literal["updated", "created", "title", "stars", "views", "trend"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A notebook on a page of its own."""

    notebook: Listed
    may_edit: bool
    may_administer: bool
    is_starred: bool
    deprecation: Deprecation | None
    parent_uuid: str | None
    """What it is a fork of, where one may read that."""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A notebook as the gallery has it."""

    body: bytes = field(repr=False)
    revision_id: int | None
    """None for what nbgallery keeps without revisions."""
    commit_id: str
    """What clones remember it by."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which notebooks a list has."""

    shelf: Shelf = "all"
    tag: str | None = None
    lang: str | None = None
    owner: str | None = None
    """The name of a user."""
    gid: str | None = None
    """The GID of the group that owns them."""
    parent_uuid: str | None = None
    """What they are forks of."""
    with_deprecated: bool = False


async def notebooks(
    catalogue: Catalogue,
    actor: Actor,
    filters: Filters | None = None,
    *,
    order: Order = "updated",
    after: str | None = None,
    count: int = 20,
) -> Page[Listed]:
    """Return those notebooks that somebody may read, a page of them."""
    keys = {
        "updated": [Key(Notebook.updated_at, descending=True)],
        "created": [Key(Notebook.created_at, descending=True)],
        "title": [Key(Notebook.title)],
        "stars": [Key(func.coalesce(NotebookSummary.stars, 0), descending=True)],
        "views": [Key(func.coalesce(NotebookSummary.views, 0), descending=True)],
        "trend": [Key(func.coalesce(NotebookSummary.trendiness, 0.0), descending=True)],
    }[order]

    def look(session: Session) -> Page[Listed]:
        standing = standing_of(session, actor)
        wanted = select(Notebook).where(
            clause(catalogue.policy, standing), *conditions(filters or Filters(), standing)
        )
        if order in ("stars", "views", "trend"):
            numbered = NotebookSummary.notebook_id == Notebook.id
            wanted = wanted.outerjoin(NotebookSummary, numbered)
        unique = Key(Notebook.id, descending=keys[0].descending)
        page = page_of(session, wanted, [*keys, unique], after=after, count=count)
        return Page(listed(session, page.rows), page.after)

    return await catalogue.database.run(look, read_only=True)


async def notebook(catalogue: Catalogue, actor: Actor, uuid: str) -> Shown:
    """Return what there is to say of a notebook; raises :class:`NoSuchNotebook`."""

    def look(session: Session) -> Shown:
        standing = standing_of(session, actor)
        row = found(session, catalogue, standing, uuid)
        levels = session.execute(
            select(
                clause(catalogue.policy, standing, Level.EDIT),
                clause(catalogue.policy, standing, Level.ADMINISTER),
            ).where(Notebook.id == row.id)
        ).one()
        liked = select(stars).where(
            stars.c.notebook_id == row.id, stars.c.user_id == (standing.user_id or 0)
        )
        attributes = select(NotebookAttribute).where(NotebookAttribute.notebook_id == row.id)
        [about] = listed(session, [row])
        return Shown(
            notebook=about,
            may_edit=bool(levels[0]),
            may_administer=bool(levels[1]),
            is_starred=session.execute(liked).first() is not None,
            deprecation=deprecation_of(session, catalogue, standing, row),
            parent_uuid=_parent(session, catalogue, standing, row),
            attributes={each.name: each.value for each in session.scalars(attributes)},
        )

    return await catalogue.database.run(look, read_only=True)


async def revisions(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    *,
    after: str | None = None,
    count: int = 50,
) -> Page[ListedRevision]:
    """Return those revisions of a notebook that somebody may read, the newest first."""

    def look(session: Session) -> Page[ListedRevision]:
        standing = standing_of(session, actor)
        row = found(session, catalogue, standing, uuid)
        wanted = (
            select(Revision)
            .join(Notebook, Notebook.id == Revision.notebook_id)
            .where(Revision.notebook_id == row.id, revision_clause(catalogue.policy, standing))
        )
        keys = [Key(Revision.id, descending=True)]
        page = page_of(session, wanted, keys, after=after, count=count)
        return Page(listed_revisions(session, page.rows), page.after)

    return await catalogue.database.run(look, read_only=True)


async def body(
    catalogue: Catalogue, actor: Actor, uuid: str, *, revision_id: int | None = None
) -> bytes:
    """Return a notebook, or one of its revisions, without outputs unless these may be kept.

    Raises :class:`NoSuchNotebook` and what the store raises.
    """
    return (await kept(catalogue, actor, uuid, revision_id=revision_id)).body


async def kept(
    catalogue: Catalogue, actor: Actor, uuid: str, *, revision_id: int | None = None
) -> Kept:
    """Return what :func:`body` does, and which revision it is of."""
    place, number, commit_id = await _looked_up(catalogue, actor, uuid, revision_id)
    content = await body_at(catalogue, place)
    if not catalogue.rules.outputs_may_be_kept:
        content = await asyncio.to_thread(without_outputs, content)
    return Kept(body=content, revision_id=number, commit_id=commit_id)


async def place_in(
    catalogue: Catalogue, actor: Actor, uuid: str, *, revision_id: int | None = None
) -> Place:
    """Return where a notebook is, or one of its revisions; raises :class:`NoSuchNotebook`."""
    return (await _looked_up(catalogue, actor, uuid, revision_id))[0]


async def _looked_up(
    catalogue: Catalogue, actor: Actor, uuid: str, revision_id: int | None
) -> tuple[Place, int | None, str]:
    """Return where a notebook is, or one of its revisions, and that one's number and commit."""

    def look(session: Session) -> tuple[Place, int | None, str]:
        standing = standing_of(session, actor)
        row = found(session, catalogue, standing, uuid)
        # What a notebook is now is read by whoever reads the notebook; what it was, by other rules.
        wanted = select(Revision).where(Revision.notebook_id == row.id)
        if revision_id is not None:
            wanted = wanted.join(Notebook, Notebook.id == Revision.notebook_id).where(
                Revision.id == revision_id, revision_clause(catalogue.policy, standing)
            )
        is_there = revision_id is None or is_id(revision_id)
        newest = wanted.order_by(Revision.id.desc()).limit(1)
        revision = session.scalars(newest).first() if is_there else None
        if revision is None and revision_id is not None:
            raise NoSuchNotebook(f"There is no revision {revision_id} that you may read.")
        place = place_of(session, row, revision)
        if revision is None:
            return place, None, row.commit_id or ""
        return place, revision.id, revision.commit_id or row.commit_id or ""

    return await catalogue.database.run(look, read_only=True)


def on_shelf(shelf: Shelf, standing: Standing) -> list[ColumnElement[bool]]:
    """Return what is so of the notebooks on a shelf of somebody's."""
    me = standing.user_id or 0
    starred = select(stars.c.notebook_id).where(stars.c.user_id == me)
    edits = select(shares.c.notebook_id).where(shares.c.user_id == me)
    views = select(ViewShare.notebook_id).where(ViewShare.user_id == me)
    mine = (Notebook.owner_type == "User") & (Notebook.owner_id == me)
    shelves: dict[Shelf, list[ColumnElement[bool]]] = {
        "all": [],
        "mine": [mine],
        "starred": [Notebook.id.in_(starred)],
        "shared": [Notebook.id.in_(edits) | Notebook.id.in_(views)],
    }
    return shelves[shelf]


def conditions(filters: Filters, standing: Standing) -> list[ColumnElement[bool]]:
    """Return which notebooks a list has, of those that somebody may read."""
    conditions = on_shelf(filters.shelf, standing)
    asked = (filters.tag, filters.lang, filters.owner, filters.gid, filters.parent_uuid)
    if not all(is_name(each or "") for each in asked):  # no database has such a text
        return [false()]
    if not filters.with_deprecated:
        conditions.append(Notebook.deprecated.is_not(True))
    if filters.tag is not None:
        tagged = select(Tag.notebook_id).where(Tag.tag == filters.tag)
        conditions.append(Notebook.id.in_(tagged))
    if filters.parent_uuid is not None:
        conditions.append(Notebook.parent_uuid == filters.parent_uuid)
    if filters.lang is not None:
        conditions.append(Notebook.lang == filters.lang)
    if filters.owner is not None:
        user = select(User.id).where(User.user_name == filters.owner)
        conditions += [Notebook.owner_type == "User", Notebook.owner_id.in_(user)]
    if filters.gid is not None:
        group = select(Group.id).where(Group.gid == filters.gid)
        conditions += [Notebook.owner_type == "Group", Notebook.owner_id.in_(group)]
    return conditions


def _parent(
    session: Session, catalogue: Catalogue, standing: Standing, row: Notebook
) -> str | None:
    if row.parent_uuid is None:
        return None
    readable = select(Notebook.uuid).where(
        Notebook.uuid == row.parent_uuid, clause(catalogue.policy, standing)
    )
    return session.scalar(readable.limit(1))
