"""What people like and do: the notebooks with most stars, and the numbers of one notebook.

Knows: the tables, permissions.  Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .catalogue import Catalogue
from .catalogue.finding import found
from .catalogue.reading import Listed, listed
from .database.models import Click, Notebook, stars
from .permissions import Actor, clause, standing_of
from .search.conditions import is_active


async def most_starred(catalogue: Catalogue, actor: Actor, count: int) -> list[Listed]:
    """Return the notebooks that most people like, among those that somebody may read."""

    def look(session: Session) -> list[Listed]:
        number = func.count().label("number")
        liked = select(stars.c.notebook_id, number).group_by(stars.c.notebook_id).subquery()
        wanted = (
            select(Notebook)
            .join(liked, liked.c.notebook_id == Notebook.id)
            .where(clause(catalogue.policy, standing_of(session, actor)), is_active())
            .order_by(liked.c.number.desc(), Notebook.id.desc())
            .limit(count)
        )
        return listed(session, session.scalars(wanted).all())

    return await catalogue.database.run(look, read_only=True)


async def numbers(catalogue: Catalogue, actor: Actor, uuid: str) -> Mapping[str, int]:
    """Return how often what was done with a notebook, in nbgallery's words.

    Raises :class:`~.catalogue.NoSuchNotebook`.
    """

    def look(session: Session) -> dict[str, int]:
        notebook = found(session, catalogue, standing_of(session, actor), uuid)
        counted = (
            select(Click.action, func.count())
            .where(Click.notebook_id == notebook.id)
            .group_by(Click.action)
        )
        return {str(action): number for action, number in session.execute(counted)}

    return await catalogue.database.run(look, read_only=True)
