"""Changes the words of a notebook, who sees it and whose it is; each change is a revision.

The body stays: a revision of kind ``metadata`` has the version of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..database.models import Notebook, Review, Revision, Tag, User, now
from ..extensions import Problem
from ..permissions import Actor, Level, Standing, standing_of
from .catalogue import Catalogue
from .checking import label_problems, owner_named
from .errors import PublicationRefused
from .finding import (
    Owner,
    click,
    duplicate,
    found,
    lock_owner,
    namesake,
    note_change,
    owner_of,
    signed_in,
)
from .rows import add_revision, set_tags
from .words import (
    MOST_LABEL,
    MOST_SUMMARY,
    description_problems,
    is_id,
    is_name,
    lost_tags,
    shown,
    tag_problems,
    tags_in,
    text_problems,
    title_problems,
)

USER = "user:"
T = TypeVar("T")
Change = Callable[[Session, Standing, Notebook], T]


async def changed(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    change: Change[T],
    level: Level = Level.EDIT,
) -> T:
    """Let *change* be made to a notebook, by somebody who may, in one transaction."""

    def work(session: Session) -> T:
        standing = standing_of(session, actor)
        signed_in(standing)
        return change(
            session, standing, found(session, catalogue, standing, uuid, level, lock=True)
        )

    return await catalogue.database.run(work)


async def rename(catalogue: Catalogue, actor: Actor, uuid: str, title: str) -> str:
    """Give a notebook another title, and return it as it is kept.

    Raises :class:`PublicationRefused`.
    """
    title = title.strip()
    _refuse(title_problems(title))

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        if title != notebook.title:
            _refuse_taken(session, notebook, owner_of(notebook), title)
            notebook.title = title
            _note(session, catalogue, standing, notebook, "edited notebook")

    await changed(catalogue, actor, uuid, change)
    return title


async def describe(catalogue: Catalogue, actor: Actor, uuid: str, description: str) -> None:
    """Give a notebook another description, in Markdown; raises :class:`PublicationRefused`."""
    description = description.strip()
    _refuse(description_problems(description))

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        if description != notebook.description:
            notebook.description = description
            _note(session, catalogue, standing, notebook, "edited notebook")

    await changed(catalogue, actor, uuid, change)


async def tag(
    catalogue: Catalogue, actor: Actor, uuid: str, tags: str | Iterable[str]
) -> list[str]:
    """Let a notebook have these tags, and return them as they are kept.

    Raises :class:`PublicationRefused`.
    """
    tags = tags if isinstance(tags, str) else [*tags]
    _refuse(lost_tags(tags))
    wanted = tags_in(tags)

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        there = session.scalars(select(Tag.tag).where(Tag.notebook_id == notebook.id)).all()
        restricted = catalogue.rules.restricted_tags
        is_administrator = standing.is_administrator
        _refuse(tag_problems(wanted, there, restricted, is_administrator=is_administrator))
        if set_tags(session, notebook, wanted, standing.user_id):
            notebook.updated_at = now()
            note_change(session, catalogue, notebook.id)

    await changed(catalogue, actor, uuid, change)
    return wanted


async def make_public(catalogue: Catalogue, actor: Actor, uuid: str, *, public: bool) -> None:
    """Let everybody read a notebook from now on, or only those who have a reason.

    What waits for a review of a notebook that becomes private, waits no more.
    """

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        if bool(notebook.public) == public:
            return
        notebook.public = public
        if not public:
            waiting = Review.status.in_(("queued", "claimed"))
            session.execute(delete(Review).where(Review.notebook_id == notebook.id, waiting))
        action = f"made notebook {'public' if public else 'private'}"
        _note(session, catalogue, standing, notebook, action)

    await changed(catalogue, actor, uuid, change)


async def give(catalogue: Catalogue, actor: Actor, uuid: str, owner: str) -> None:
    """Give a notebook to ``self``, ``group:GID`` or ``user:NAME``.

    Raises :class:`PublicationRefused`.
    """

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        to = _receiver(session, standing, owner)
        if isinstance(to, Problem):
            raise PublicationRefused([to])
        if to != owner_of(notebook):
            _refuse_taken(session, notebook, to, notebook.title)
            notebook.owner_type, notebook.owner_id = to
            _note(session, catalogue, standing, notebook, "edited notebook")

    await changed(catalogue, actor, uuid, change, Level.ADMINISTER)


async def relabel(
    catalogue: Catalogue,
    actor: Actor,
    uuid: str,
    revision_id: int,
    *,
    label: str | None = None,
    summary: str | None = None,
) -> None:
    """Give a revision another friendly label, or another word about what changed.

    Raises :class:`PublicationRefused`.
    """
    problems = [*text_problems("label", label or "", MOST_LABEL)]
    problems += text_problems("summary", summary or "", MOST_SUMMARY)
    _refuse(problems)

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        revision = session.get(Revision, revision_id) if is_id(revision_id) else None
        if revision is None or revision.notebook_id != notebook.id:
            there = "A revision of the notebook."
            raise PublicationRefused([Problem("revision", str(revision_id), there)])
        if label is not None:
            new = label.strip()
            if new:
                _refuse(label_problems(session, notebook.id, new, revision.id))
            revision.friendly_label = new or None
        if summary is not None:
            revision.commit_message = summary.strip() or None

    await changed(catalogue, actor, uuid, change)


def _note(
    session: Session, catalogue: Catalogue, standing: Standing, notebook: Notebook, action: str
) -> None:
    """Make a revision of what changed, and tell everybody."""
    user_id = signed_in(standing)
    notebook.updater_id, notebook.updated_at = user_id, now()
    session.flush()
    add_revision(session, notebook, user_id=user_id, revtype="metadata", commit_id=str(uuid4()))
    click(session, user_id, notebook.id, action)
    note_change(session, catalogue, notebook.id)


def _receiver(session: Session, standing: Standing, owner: str) -> Owner | Problem:
    if not owner.startswith(USER):
        return owner_named(session, standing, owner)
    name = owner.removeprefix(USER)
    number = None
    if is_name(name):
        number = session.scalar(select(User.id).where(User.user_name == name))
    if number is None:
        return Problem("owner", shown(owner), f"{USER} and the name of somebody who is known.")
    return "User", number


def _refuse_taken(session: Session, notebook: Notebook, owner: Owner | None, title: str) -> None:
    if owner is not None:
        lock_owner(session, owner)
        if namesake(session, owner, title, notebook.id) is not None:
            raise PublicationRefused([duplicate(title)])


def _refuse(problems: Iterable[Problem]) -> None:
    if found := [*problems]:
        raise PublicationRefused(found)
