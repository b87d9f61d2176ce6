"""Notes which cells of a notebook were run, as nbgallery does: health and reputation come of it.

A cell is known by the MD5 of its source.  That somebody ran one that the newest revision does not
have is noted for the day, and nothing more.

Knows: the tables.  Must not know: who sends it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..database.models import CodeCell, Execution, ExecutionHistory, Notebook, now
from ..extensions import Problem
from ..permissions import Actor, clause, standing_of
from .catalogue import Catalogue
from .errors import PublicationRefused
from .finding import click, found, signed_in
from .listing import Listed, listed
from .words import readable

RECENT = timedelta(days=14)
MOST_RUNTIME_S = 366 * 24 * 3600.0
_MD5 = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Executed:
    """A cell that was run."""

    md5: str
    """Of its source, exactly as it stands in the notebook."""
    success: bool
    runtime_s: float


async def record_execution(
    catalogue: Catalogue, actor: Actor, uuid: str, executed: Executed
) -> bool:
    """Note that somebody ran a cell of a notebook that they may read; return whether it is known.

    Raises :class:`PublicationRefused`, :class:`NoSuchNotebook`, and
    :class:`~bookstore.errors.Forbidden` for nobody.
    """
    if problems := [*_problems(executed)]:
        raise PublicationRefused(problems)
    work = partial(_note, catalogue=catalogue, actor=actor, uuid=uuid, executed=executed)
    try:
        return await catalogue.database.run(work)
    except IntegrityError:  # the day's first cells were run at the same time
        return await catalogue.database.run(work)


async def recently_executed(catalogue: Catalogue, actor: Actor, count: int) -> list[Listed]:
    """Return the notebooks whose cells somebody ran lately, of those that they may still read."""

    def look(session: Session) -> list[Listed]:
        standing = standing_of(session, actor)
        ran = select(ExecutionHistory.notebook_id).where(
            ExecutionHistory.user_id == signed_in(standing),
            ExecutionHistory.day >= (now() - RECENT).date(),
        )
        wanted = (
            select(Notebook)
            .where(Notebook.id.in_(ran), clause(catalogue.policy, standing))
            .order_by(Notebook.id.desc())
            .limit(count)
        )
        return listed(session, session.scalars(wanted).all())

    return await catalogue.database.run(look, read_only=True)


def _problems(executed: Executed) -> Iterator[Problem]:
    if not _MD5.fullmatch(executed.md5):
        yield Problem("md5", readable(executed.md5), "The MD5 of a cell's source, 32 digits.")
    runtime = executed.runtime_s
    if not math.isfinite(runtime) or not 0 <= runtime <= MOST_RUNTIME_S:
        yield Problem("runtime", str(runtime), "How long it took, and no less than nothing.")


def _note(
    session: Session, *, catalogue: Catalogue, actor: Actor, uuid: str, executed: Executed
) -> bool:
    standing = standing_of(session, actor)
    user_id = signed_in(standing)
    notebook = found(session, catalogue, standing, uuid)
    same = select(CodeCell).where(
        CodeCell.notebook_id == notebook.id, CodeCell.md5 == executed.md5.lower()
    )
    cell = session.scalars(same.order_by(CodeCell.cell_number).limit(1)).first()
    _note_day(session, user_id, notebook.id, is_known=cell is not None)
    if cell is None:
        return False
    session.add(
        Execution(
            user_id=user_id,
            code_cell_id=cell.id,
            success=executed.success,
            runtime=executed.runtime_s,
        )
    )
    if executed.success and cell.cell_number == 0:
        click(session, user_id, notebook.id, "executed notebook")
    return True


def _note_day(session: Session, user_id: int, notebook_id: int, *, is_known: bool) -> None:
    """Write down that somebody ran a cell of the notebook today."""
    today = now().date()
    there = select(ExecutionHistory).where(
        ExecutionHistory.user_id == user_id,
        ExecutionHistory.notebook_id == notebook_id,
        ExecutionHistory.day == today,
    )
    history = session.scalars(there).first()
    if history is None:
        history = ExecutionHistory(
            user_id=user_id,
            notebook_id=notebook_id,
            day=today,
            known_cell=False,
            unknown_cell=False,
        )
        session.add(history)
    if is_known:
        history.known_cell = True
    else:
        history.unknown_cell = True
    session.flush()
