"""How somebody likes Jupyter: nbgallery keeps it, so that each of their servers can be like it.

Knows: the tables.  Must not know: HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .catalogue import PublicationRefused
from .catalogue.finding import signed_in
from .catalogue.words import is_text
from .database.models import Preference
from .database.sessions import Database
from .extensions import Problem
from .permissions import Actor, standing_of

SWITCHES = ("smart_indent", "auto_close_brackets", "easy_buttons")
WIDTHS = ("indent_unit", "tab_size")
LAB = "lab_preferences"
"""JupyterLab's settings: a text that means something to the extension there, and to nobody here."""
MOST_WIDTH = 16
MOST_LAB_BYTES = 65_000
"""A column of MySQL's has no room for more."""


async def preferences(database: Database, actor: Actor) -> dict[str, Any]:
    """Return what somebody prefers; None where they have not said."""

    def look(session: Session) -> dict[str, Any]:
        row = _row(session, signed_in(standing_of(session, actor)))
        return {name: getattr(row, name, None) for name in (*SWITCHES, *WIDTHS, LAB)}

    return await database.run(look, read_only=True)


async def prefer(database: Database, actor: Actor, told: Mapping[str, bool | int | str]) -> None:
    """Keep what somebody prefers; all that is not told stays as it is.

    Raises :class:`~.catalogue.PublicationRefused`.
    """
    if problems := [*_problems(told)]:
        raise PublicationRefused(problems)

    def work(session: Session) -> None:
        user_id = signed_in(standing_of(session, actor))
        row = _row(session, user_id)
        if row is None:
            row = Preference(user_id=user_id)
            session.add(row)
        for name, value in told.items():
            setattr(row, name, value)

    await database.run(work)


def _row(session: Session, user_id: int) -> Preference | None:
    mine = select(Preference).where(Preference.user_id == user_id).order_by(Preference.id)
    return session.scalars(mine.limit(1)).first()


def _problems(told: Mapping[str, bool | int | str]) -> Iterator[Problem]:
    for name, value in told.items():
        if name in WIDTHS and not (isinstance(value, int) and 1 <= value <= MOST_WIDTH):
            yield Problem(name, str(value), f"A number from 1 to {MOST_WIDTH}.")
        elif name == LAB and not (isinstance(value, str) and is_text(value)):
            yield Problem(name, "", "Text, without control characters and broken Unicode.")
        elif name == LAB and len(str(value).encode()) > MOST_LAB_BYTES:
            yield Problem(name, "", f"At most {MOST_LAB_BYTES} bytes are kept.")
