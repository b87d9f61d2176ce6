"""Finds a notebook for somebody who may do something with it, and notes what they did.

Knows: the tables, permissions.  Must not know: the store.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import Forbidden
from ...words import shown
from ..database.models import Change, Click, Deletion, Group, Notebook, User
from ..extensions import Problem
from ..permissions import Level, Standing, clause
from .catalogue import Catalogue
from .errors import NoSuchNotebook, NotAllowed
from .indexes import Content
from .words import is_name

_WORDS = {Level.EDIT: "change", Level.ADMINISTER: "delete or give away"}
NOTEBOOK = "notebook"
Owner = tuple[str, int]
"""What kind of owner, and its ID."""


def found(
    session: Session,
    catalogue: Catalogue,
    standing: Standing,
    uuid: str,
    level: Level = Level.READ,
    *,
    lock: bool = False,
) -> Notebook:
    """Return a notebook that somebody may do so much with.

    Raises :class:`NoSuchNotebook` where they may not know of it, and :class:`NotAllowed`.
    """
    policy = catalogue.policy
    if lock:
        lock_notebook(session, uuid)
    wanted = (
        select(Notebook, clause(policy, standing, level))
        .where(Notebook.uuid == uuid, clause(policy, standing))
        .order_by(Notebook.id)
        .limit(1)
        .execution_options(populate_existing=lock)
    )
    row = session.execute(wanted).first() if is_name(uuid) else None
    if row is None:
        raise NoSuchNotebook(f"There is no notebook {shown(uuid)} that you may read.")
    if not row[1]:
        raise NotAllowed(f"You may read {row[0].title!r}, and not {_WORDS[level]} it.")
    notebook: Notebook = row[0]
    return notebook


def lock_notebook(session: Session, uuid: str) -> None:
    """Let nobody else change a notebook until the transaction ends.

    What is asked afterwards, in another statement, is as those left it who had the lock before.
    """
    if is_name(uuid):
        wanted = select(Notebook.id).where(Notebook.uuid == uuid)
        session.execute(wanted.with_for_update(key_share=True))  # others may still refer to it


def signed_in(standing: Standing) -> int:
    """Return who somebody is; raises :class:`~bookstore.errors.Forbidden` for nobody."""
    if standing.user_id is None:
        raise Forbidden("Sign in first: who did it is written down.")
    return standing.user_id


def owner_of(notebook: Notebook) -> Owner | None:
    """Return who owns a notebook; None where nobody does."""
    if notebook.owner_type is None or notebook.owner_id is None:
        return None
    return notebook.owner_type, notebook.owner_id


def lock_owner(session: Session, owner: Owner) -> None:
    """Let nobody else give a title to a notebook of this owner until the transaction ends."""
    kind, number = owner
    model = Group if kind == "Group" else User
    wanted = select(model.id).where(model.id == number)
    session.execute(wanted.with_for_update(key_share=True))  # others may still refer to it


def namesake(
    session: Session, owner: Owner, title: str, besides: int | None = None
) -> Notebook | None:
    """Return another notebook of an owner that has this title and was not deleted."""
    wanted = (
        select(Notebook)
        .outerjoin(Deletion, Deletion.notebook_id == Notebook.id)
        .where(
            Notebook.owner_type == owner[0],
            Notebook.owner_id == owner[1],
            Notebook.title == title,
            Deletion.notebook_id.is_(None),
        )
    )
    if besides is not None:
        wanted = wanted.where(Notebook.id != besides)
    return session.scalars(wanted.limit(1)).first()


def duplicate(title: str) -> Problem:
    """Return what is wrong with a title that is taken."""
    return Problem("title", title, "The owner has a notebook of this title: choose another.")


def click(
    session: Session, user_id: int, notebook_id: int, action: str, tracking: str = ""
) -> None:
    """Note what somebody did, in nbgallery's words."""
    org = session.scalar(select(User.org).where(User.id == user_id))
    session.add(
        Click(
            user_id=user_id,
            notebook_id=notebook_id,
            action=action,
            org=org,
            tracking=tracking[:255] or None,
        )
    )


def note_change(
    session: Session, catalogue: Catalogue, notebook_id: int, content: Content | None = None
) -> None:
    """Tell the index, and those who follow, that a notebook changed."""
    session.flush()
    session.add(Change(noun=NOTEBOOK, noun_id=notebook_id, verb="changed"))
    catalogue.indexes.put(session, notebook_id, content)


def note_removal(session: Session, catalogue: Catalogue, notebook_id: int) -> None:
    """Tell the index, and those who follow, that a notebook is gone."""
    session.flush()
    session.add(Change(noun=NOTEBOOK, noun_id=notebook_id, verb="deleted"))
    catalogue.indexes.remove(session, notebook_id)
