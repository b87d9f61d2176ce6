"""Changes the words of a notebook, who sees it and whose it is; each change is a revision.

The body stays: a revision of kind ``metadata`` has the version of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import Notebook, Revision, Tag, User, now
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
from .rows import add_revision, set_public, set_tags
from .words import (
    MOST_LABEL,
    MOST_SUMMARY,
    description_problems,
    is_id,
    is_name,
    lost_tags,
    readable,
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


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to be said of a notebook; what is None stays as it is."""

    title: str | None = None
    description: str | None = None
    """Markdown."""
    tags: str | Iterable[str] | None = None
    """All that it is to have; a text has them with commas between."""
    public: bool | None = None
    owner: str | None = None
    """``self``, ``group:GID`` or ``user:NAME``."""


async def change(catalogue: Catalogue, actor: Actor, uuid: str, changes: Changes) -> None:
    """Change all of that, or nothing: one revision, whatever it is.

    Raises :class:`PublicationRefused` with all that is wrong.
    """
    if changes.tags is not None and not isinstance(changes.tags, str):
        changes = replace(changes, tags=[*changes.tags])

    def work(session: Session, standing: Standing, notebook: Notebook) -> None:
        edit = _Edit(session, catalogue, standing, notebook, changes)
        _refuse(edit.problems())
        edit.apply()

    level = Level.EDIT if changes.owner is None else Level.ADMINISTER
    await changed(catalogue, actor, uuid, work, level)


async def rename(catalogue: Catalogue, actor: Actor, uuid: str, title: str) -> str:
    """Give a notebook another title, and return it as it is kept."""
    await change(catalogue, actor, uuid, Changes(title=title))
    return title.strip()


async def describe(catalogue: Catalogue, actor: Actor, uuid: str, description: str) -> None:
    """Give a notebook another description, in Markdown."""
    await change(catalogue, actor, uuid, Changes(description=description))


async def tag(
    catalogue: Catalogue, actor: Actor, uuid: str, tags: str | Iterable[str]
) -> list[str]:
    """Let a notebook have these tags, and return them as they are kept."""
    tags = tags if isinstance(tags, str) else [*tags]
    await change(catalogue, actor, uuid, Changes(tags=tags))
    return tags_in(tags)


async def make_public(catalogue: Catalogue, actor: Actor, uuid: str, *, public: bool) -> None:
    """Let everybody read a notebook from now on, or only those who have a reason.

    What waits for a review of a notebook that becomes private, waits no more.
    """
    await change(catalogue, actor, uuid, Changes(public=public))


async def give(catalogue: Catalogue, actor: Actor, uuid: str, owner: str) -> None:
    """Give a notebook to ``self``, ``group:GID`` or ``user:NAME``."""
    await change(catalogue, actor, uuid, Changes(owner=owner))


class _Edit:
    """Changes to a notebook that is locked: looked at, and then made."""

    def __init__(
        self,
        session: Session,
        catalogue: Catalogue,
        standing: Standing,
        notebook: Notebook,
        changes: Changes,
    ) -> None:
        self._session, self._catalogue, self._standing = session, catalogue, standing
        self._notebook, self._asked = notebook, changes
        title, description, owner = changes.title, changes.description, owner_of(notebook)
        self._title = notebook.title if title is None else title.strip()
        self._description = notebook.description if description is None else description.strip()
        self._owner: Owner | Problem | None = owner
        if changes.owner is not None:
            self._owner = _receiver(session, standing, changes.owner)

    def problems(self) -> list[Problem]:
        """Return all that is wrong."""
        asked = self._asked
        problems: list[Problem] = []
        if asked.title is not None:
            problems += title_problems(self._title)
        if not problems:
            problems += self._taken()
        if asked.description is not None:
            problems += description_problems(self._description)
        if asked.tags is not None:
            of_it = select(Tag.tag).where(Tag.notebook_id == self._notebook.id)
            problems += lost_tags(asked.tags)
            problems += tag_problems(
                tags_in(asked.tags),
                self._session.scalars(of_it),
                self._catalogue.rules.restricted_tags,
                is_administrator=self._standing.is_administrator,
            )
        if isinstance(self._owner, Problem):
            problems.append(self._owner)
        return problems

    def _taken(self) -> Iterator[Problem]:
        """Yield what is wrong with a title that the owner has already given."""
        owner, notebook = self._owner, self._notebook
        is_new = self._title != notebook.title or owner != owner_of(notebook)
        if is_new and owner is not None and not isinstance(owner, Problem):
            lock_owner(self._session, owner)
            if namesake(self._session, owner, self._title, notebook.id) is not None:
                yield duplicate(self._title)

    def apply(self) -> None:
        """Make the changes, a revision of them, and tell everybody."""
        notebook, asked = self._notebook, self._asked
        before = (notebook.title, notebook.description, owner_of(notebook))
        actions = []
        if (self._title, self._description, self._owner) != before:
            notebook.title, notebook.description = self._title, self._description
            if self._owner is not None and not isinstance(self._owner, Problem):
                notebook.owner_type, notebook.owner_id = self._owner
            actions.append("edited notebook")
        if asked.public is not None and asked.public != bool(notebook.public):
            set_public(self._session, notebook, asked.public)
            actions.append(f"made notebook {'public' if asked.public else 'private'}")
        retagged = asked.tags is not None and set_tags(
            self._session, notebook, tags_in(asked.tags), self._standing.user_id
        )
        if actions:
            self._revise(actions)
        elif retagged:
            notebook.updated_at = now()
            note_change(self._session, self._catalogue, notebook.id)

    def _revise(self, actions: list[str]) -> None:
        session, notebook = self._session, self._notebook
        user_id = signed_in(self._standing)
        notebook.updater_id, notebook.updated_at = user_id, now()
        session.flush()
        commit_id = str(uuid4())
        add_revision(session, notebook, user_id=user_id, revtype="metadata", commit_id=commit_id)
        for action in actions:
            click(session, user_id, notebook.id, action)
        note_change(session, self._catalogue, notebook.id)


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


def _receiver(session: Session, standing: Standing, owner: str) -> Owner | Problem:
    if not owner.startswith(USER):
        return owner_named(session, standing, owner)
    name = owner.removeprefix(USER)
    number = None
    if is_name(name):
        number = session.scalar(select(User.id).where(User.user_name == name))
    if number is None:
        return Problem("owner", readable(owner), f"{USER} and the name of somebody who is known.")
    return "User", number


def _refuse(problems: Iterable[Problem]) -> None:
    if found := [*problems]:
        raise PublicationRefused(found)
