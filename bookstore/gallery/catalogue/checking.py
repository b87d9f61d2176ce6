"""Looks whether a publication can be, and tells all that is wrong with it at once.

Knows: the tables, the rules.  Must not know: the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import Group, Notebook, NotebookAttribute, Revision, Tag
from ..extensions import Field, Problem
from ..permissions import Level, Standing
from .catalogue import Catalogue
from .documents import Document
from .errors import NoSuchNotebook, PublicationRefused
from .finding import Owner, duplicate, found, lock_owner, namesake
from .publication import Plan, Publication
from .words import (
    MOST_LABEL,
    MOST_SUMMARY,
    description_problems,
    is_name,
    lost_tags,
    readable,
    tag_problems,
    tags_in,
    text_problems,
    title_problems,
)

MOST_ATTRIBUTE = 255
SELF, GROUP = "self", "group:"


class Check:
    """One publication, looked at in a session; *problems* grows."""

    def __init__(
        self,
        session: Session,
        catalogue: Catalogue,
        standing: Standing,
        publication: Publication,
    ) -> None:
        self._session, self._catalogue, self._standing = session, catalogue, standing
        self._asked = publication
        asked = publication.tags
        self._tags = asked if asked is None or isinstance(asked, str) else [*asked]
        self._parent: Notebook | None = None
        """What a new one has its attributes from, but for those that are said."""
        self.problems: list[Problem] = []

    def plan(
        self, user_id: int, notebook: Notebook | None, document: Document | None
    ) -> tuple[Plan, Notebook | None]:
        """Return what is to be written, and the notebook that gets a revision.

        Raises :class:`PublicationRefused`.
        """
        asked = self._asked
        owner = self._owner(user_id, notebook)
        title = self._text("title", asked.title, notebook)
        if notebook is None or asked.title is not None:
            wrong = [*title_problems(title)]
            self.problems += wrong
            if owner is not None and not wrong:
                notebook = self._titled(owner, title, notebook)
        description = self._text("description", asked.description, notebook)
        if notebook is None or asked.description is not None:
            self.problems += description_problems(description)
        tags = None if self._tags is None and notebook is not None else tags_in(self._tags or ())
        self._check_rest(notebook, tags)
        attributes = self._attributes(notebook)
        if document is not None:
            words = {
                "title": title,
                "description": description,
                "tags": tags or [],
                "public": bool(asked.public),
                **(attributes or {}),
            }
            self._ask_extensions(words, document)
        if self.problems or owner is None or document is None:
            raise PublicationRefused(self.problems)
        is_new = notebook is None
        plan = Plan(
            is_new=is_new,
            title=title if is_new or asked.title is not None else None,
            description=description if is_new or asked.description is not None else None,
            tags=tags,
            owner_type=owner[0] if is_new else None,
            owner_id=owner[1] if is_new else None,
            public=bool(asked.public) if is_new else asked.public,
            summary=asked.summary.strip(),
            label=asked.label.strip(),
            parent_uuid=asked.parent_uuid,
            attributes=attributes,
            staging_id=asked.staging_id,
            sha256=document.sha256,
        )
        return plan, notebook

    def _text(self, field: str, value: str | None, notebook: Notebook | None) -> str:
        if value is None:
            return "" if notebook is None else str(getattr(notebook, field))
        return value.strip()

    def _owner(self, user_id: int, notebook: Notebook | None) -> Owner | None:
        if notebook is not None:
            return notebook.owner_type or "User", notebook.owner_id or user_id
        owner = owner_named(self._session, self._standing, self._asked.owner or SELF)
        if isinstance(owner, Problem):
            self.problems.append(owner)
            return None
        return owner

    def _titled(self, owner: Owner, title: str, notebook: Notebook | None) -> Notebook | None:
        """Return the notebook that gets a revision, after looking whether the title is free."""
        lock_owner(self._session, owner)
        other = namesake(self._session, owner, title, None if notebook is None else notebook.id)
        if other is None:
            return notebook
        if self._asked.overwrite and notebook is None:
            session, standing = self._session, self._standing
            return found(session, self._catalogue, standing, other.uuid, Level.EDIT, lock=True)
        self.problems.append(duplicate(title))
        return notebook

    def _check_rest(self, notebook: Notebook | None, tags: list[str] | None) -> None:
        asked = self._asked
        there: list[str] = []
        if notebook is not None:
            of_it = select(Tag.tag).where(Tag.notebook_id == notebook.id)
            there = [*self._session.scalars(of_it)]
        if tags is not None:
            self.problems += lost_tags(self._tags or ())
            self.problems += tag_problems(
                tags,
                there,
                self._catalogue.rules.restricted_tags,
                is_administrator=self._standing.is_administrator,
            )
        self.problems += text_problems("summary", asked.summary, MOST_SUMMARY)
        wrong = [*text_problems("label", asked.label, MOST_LABEL)]
        if notebook is not None and asked.label.strip() and not wrong:
            wrong += label_problems(self._session, notebook.id, asked.label.strip())
        self.problems += wrong
        if asked.parent_uuid is not None:
            try:
                self._parent = found(
                    self._session, self._catalogue, self._standing, asked.parent_uuid
                )
            except NoSuchNotebook:
                self.problems.append(
                    Problem(
                        "parent_uuid", readable(asked.parent_uuid), "A notebook that you may read."
                    )
                )

    def _attributes(self, notebook: Notebook | None) -> dict[str, str] | None:
        """Return what the fields of extensions say; None where that stays as it is."""
        given = dict(self._asked.attributes)
        there = self._attributes_of(notebook or self._parent)
        fields = self._catalogue.extensions.fields(self._standing)
        for field in fields:
            value = given.pop(field.name, None)
            if value is not None:
                self.problems += _field_problems(field, value)
                there[field.name] = value
            if field.is_required and not there.get(field.name):
                self.problems.append(Problem(field.name, "", f"{field.label} is needed."))
        for name, value in given.items():
            none = "There is no such field."
            self.problems.append(Problem(readable(name) or "attributes", readable(value), none))
        return there if self._asked.attributes or notebook is None else None

    def _attributes_of(self, notebook: Notebook | None) -> dict[str, str]:
        if notebook is None:
            return {}
        of_it = select(NotebookAttribute.name, NotebookAttribute.value)
        rows = self._session.execute(of_it.where(NotebookAttribute.notebook_id == notebook.id))
        return {row.name: row.value for row in rows}

    def _ask_extensions(self, words: Mapping[str, Any], document: Document) -> None:
        self.problems += self._catalogue.extensions.problems_of(
            self._standing, words, document.notebook
        )


def owner_named(session: Session, standing: Standing, owner: str) -> Owner | Problem:
    """Return who ``self`` or ``group:GID`` is, or what is wrong with it."""
    if owner == SELF and standing.user_id is not None:
        return "User", standing.user_id
    if owner.startswith(GROUP) and is_name(owner):
        gid = owner.removeprefix(GROUP)
        number = session.scalar(select(Group.id).where(Group.gid == gid))
        mine = standing.groups.get(Level.EDIT, frozenset())
        if number is not None and (number in mine or standing.is_administrator):
            return "Group", number
    return Problem("owner", readable(owner), f"{SELF}, or {GROUP} and the GID of one you edit for.")


def label_problems(
    session: Session, notebook_id: int, label: str, besides: int | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with a friendly label that another revision has."""
    same = select(Revision.id).where(
        Revision.notebook_id == notebook_id, Revision.friendly_label == label
    )
    if besides is not None:
        same = same.where(Revision.id != besides)
    if session.scalar(same.limit(1)) is not None:
        yield Problem("label", readable(label), "Another revision of the notebook has this label.")


def _field_problems(field: Field, value: str) -> Iterator[Problem]:
    yield from text_problems(field.name, value, MOST_ATTRIBUTE)
    if value and field.choices is not None and value not in field.choices:
        choices = ", ".join(field.choices) or "nothing, for you"
        yield Problem(field.name, readable(value), f"One of: {choices}.")
