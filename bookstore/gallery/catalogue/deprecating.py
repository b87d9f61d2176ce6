"""Says of a notebook that it is not to be used any more, why, and what to use instead."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ..database.models import DeprecatedNotebook, Notebook
from ..extensions import Problem
from ..permissions import Actor, Standing, clause
from .catalogue import Catalogue
from .changing import changed
from .errors import PublicationRefused
from .finding import click, note_change, signed_in
from .words import MOST_REASON, is_name, readable, text_problems

MOST_ALTERNATIVES = 20


@dataclass(frozen=True, kw_only=True)
class Deprecation:
    """Why a notebook is deprecated."""

    reason: str
    alternatives: tuple[str, ...] = ()
    """The UUIDs of what to use instead, of which some may not be for everybody."""
    may_be_run: bool = True


async def deprecate(
    catalogue: Catalogue, actor: Actor, uuid: str, deprecation: Deprecation
) -> None:
    """Deprecate a notebook, or say why in other words; raises :class:`PublicationRefused`."""

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        problems = [*text_problems("reason", deprecation.reason, MOST_REASON)]
        if not deprecation.reason.strip():
            problems.append(Problem("reason", deprecation.reason, "A reason is needed."))
        ids = _alternatives(session, catalogue, standing, deprecation.alternatives, problems)
        if notebook.id in ids:
            problems.append(Problem("alternatives", notebook.uuid, "Other notebooks."))
        if problems:
            raise PublicationRefused(problems)
        row = session.scalars(_of(notebook)).first() or DeprecatedNotebook(notebook_id=notebook.id)
        row.deprecater_user_id = signed_in(standing)
        row.disable_usage = not deprecation.may_be_run
        row.reasoning = deprecation.reason.strip()
        row.alternate_notebook_ids = json.dumps(ids)
        session.add(row)
        _set(session, catalogue, standing, notebook, deprecated=True)

    await changed(catalogue, actor, uuid, change)


async def undeprecate(catalogue: Catalogue, actor: Actor, uuid: str) -> None:
    """Let a notebook be used again."""

    def change(session: Session, standing: Standing, notebook: Notebook) -> None:
        session.execute(
            delete(DeprecatedNotebook).where(DeprecatedNotebook.notebook_id == notebook.id)
        )
        _set(session, catalogue, standing, notebook, deprecated=False)

    await changed(catalogue, actor, uuid, change)


def deprecation_of(
    session: Session, catalogue: Catalogue, standing: Standing, notebook: Notebook
) -> Deprecation | None:
    """Return why a notebook is deprecated, with those alternatives that somebody may read."""
    row = session.scalars(_of(notebook)).first() if notebook.deprecated else None
    if row is None:
        return None
    wanted = select(Notebook.uuid).where(
        Notebook.id.in_(_ids_in(row.alternate_notebook_ids)), clause(catalogue.policy, standing)
    )
    return Deprecation(
        reason=row.reasoning or "",
        alternatives=tuple(session.scalars(wanted.order_by(Notebook.id))),
        may_be_run=not row.disable_usage,
    )


def _of(notebook: Notebook) -> Select[DeprecatedNotebook]:
    return select(DeprecatedNotebook).where(DeprecatedNotebook.notebook_id == notebook.id)


def _alternatives(
    session: Session,
    catalogue: Catalogue,
    standing: Standing,
    uuids: Sequence[str],
    problems: list[Problem],
) -> list[int]:
    if len(uuids) > MOST_ALTERNATIVES:
        most = f"At most {MOST_ALTERNATIVES}."
        problems.append(Problem("alternatives", f"{len(uuids)} notebooks", most))
        return []
    wanted = select(Notebook.uuid, Notebook.id).where(
        Notebook.uuid.in_([each for each in uuids if is_name(each)]),
        clause(catalogue.policy, standing),
    )
    known = {row.uuid: row.id for row in session.execute(wanted)}
    allowed = "The UUID of a notebook that you may read."
    problems += (
        Problem("alternatives", readable(uuid), allowed) for uuid in uuids if uuid not in known
    )
    return [known[uuid] for uuid in uuids if uuid in known]


def _ids_in(text: str | None) -> list[int]:
    """Return the IDs in a list, which nbgallery may have written in YAML or with commas."""
    digits = "".join(each if each.isdigit() else " " for each in text or "")
    return [int(each) for each in digits.split() if len(each) < 10][:MOST_ALTERNATIVES]


def _set(
    session: Session,
    catalogue: Catalogue,
    standing: Standing,
    notebook: Notebook,
    *,
    deprecated: bool,
) -> None:
    if bool(notebook.deprecated) != deprecated:
        notebook.deprecated = deprecated
        action = "deprecated notebook" if deprecated else "un-deprecated notebook"
        click(session, signed_in(standing), notebook.id, action)
    note_change(session, catalogue, notebook.id)
