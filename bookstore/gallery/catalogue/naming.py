"""The names that nbgallery's links give a notebook, beside its UUID.

Knows: the tables, permissions.  Must not know: links.
"""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database.models import Notebook
from ..permissions import Actor, clause, standing_of
from .catalogue import Catalogue
from .words import is_id

_UUID = re.compile(r"[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}")
_BEGINNING = re.compile(r"[a-z0-9]{8}")
_NUMBER = re.compile(r"(\d{1,9})(?:-.*)?", re.ASCII)


async def uuid_named(catalogue: Catalogue, actor: Actor, name: str) -> str:
    """Return the UUID of the notebook that *name* is of: how it begins, or ``12-its-title``.

    Of those that somebody may read: another one is not told apart from none.  What is no such
    name, or names none, is returned as it is.
    """
    if _UUID.fullmatch(name):
        return name
    asked = []
    if _BEGINNING.fullmatch(name):
        asked.append(Notebook.uuid.startswith(f"{name}-"))
    if (numbered := _NUMBER.fullmatch(name)) and is_id(int(numbered[1])):
        asked.append(Notebook.id == int(numbered[1]))

    def look(session: Session) -> str:
        readable = clause(catalogue.policy, standing_of(session, actor))
        for each in asked:
            wanted = select(Notebook.uuid).where(each, readable).order_by(Notebook.id).limit(1)
            if uuid := session.scalar(wanted):
                return uuid
        return name

    return await catalogue.database.run(look, read_only=True) if asked else name
