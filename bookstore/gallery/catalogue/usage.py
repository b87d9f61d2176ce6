"""Notes what people do with notebooks: stars, and clicks as nbgallery counts them."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ..database.models import Notebook, stars
from ..extensions import Problem
from ..permissions import Actor, Level, Standing, standing_of
from .catalogue import Catalogue
from .changing import changed
from .counting import DOWNLOADED, RAN, VIEWED, count_stars
from .errors import PublicationRefused
from .finding import click, found, signed_in
from .words import is_text, readable

ACTIONS = (VIEWED, DOWNLOADED, RAN, "executed notebook")
"""What readers do; what changes a notebook is noted by what changes it."""
MOST_TRACKING = 150


async def star(catalogue: Catalogue, actor: Actor, uuid: str, *, starred: bool = True) -> None:
    """Let somebody like a notebook, or not any more."""

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        mine = {"notebook_id": notebook.id, "user_id": signed_in(standing)}
        condition = (stars.c.notebook_id == mine["notebook_id"], stars.c.user_id == mine["user_id"])
        is_starred = session.execute(select(stars).where(*condition)).first() is not None
        if starred and not is_starred:
            session.execute(insert(stars).values(mine))
        elif is_starred and not starred:
            session.execute(delete(stars).where(*condition))
        count_stars(session, [notebook.id])

    await changed(catalogue, actor, uuid, change, Level.READ)


async def record(
    catalogue: Catalogue, actor: Actor, uuid: str, action: str, tracking: str = ""
) -> None:
    """Note what somebody did with a notebook that they may read; *tracking* says from where.

    Those who did not sign in are not counted.  Raises :class:`PublicationRefused`.
    """
    if action not in ACTIONS:
        allowed = f"One of: {', '.join(ACTIONS)}."
        raise PublicationRefused([Problem("action", readable(action), allowed)])
    from_where = tracking[:MOST_TRACKING] if is_text(tracking) else ""

    def work(session: Session) -> None:
        standing = standing_of(session, actor)
        notebook = found(session, catalogue, standing, uuid)
        if standing.user_id is not None:
            click(session, standing.user_id, notebook.id, action, from_where)

    await catalogue.database.run(work)
