"""Which code cells a notebook has, and each of its revisions had.

A cell is known by what is written in it: as long as that stays, it keeps its row, and with it what
was run of it.  What an earlier revision had is known by digests.

Knows: the tables.  Must not know: the store, who may do it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from ..database.models import CellHash, CodeCell, Revision, RevisionCell
from .documents import CodeCellFacts

_AT_ONCE = 500


def keep_cells(session: Session, notebook_id: int, cells: Iterable[CodeCellFacts]) -> None:
    """Let a notebook have these code cells; what was run of one that stays, is kept with it."""
    there: defaultdict[str, list[tuple[int, int | None]]] = defaultdict(list)
    found = (
        select(CodeCell.id, CodeCell.md5, CodeCell.cell_number)
        .where(CodeCell.notebook_id == notebook_id)
        .order_by(CodeCell.id.desc())
    )
    for number, md5, place in session.execute(found):
        there[md5 or ""].append((number, place))
    moved, new, hashes = [], [], {}
    for cell in cells:
        hashes[cell.md5] = cell.sha256
        if not (same := there[cell.md5]):
            new.append({"notebook_id": notebook_id, "cell_number": cell.number, "md5": cell.md5})
        elif (known := same.pop())[1] != cell.number:
            moved.append({"id": known[0], "cell_number": cell.number})
    gone = [number for each in there.values() for number, _ in each]
    for start in range(0, len(gone), _AT_ONCE):
        session.execute(delete(CodeCell).where(CodeCell.id.in_(gone[start : start + _AT_ONCE])))
    if moved:
        session.execute(update(CodeCell), moved)
    if new:
        session.execute(insert(CodeCell), new)
    _keep_hashes(session, notebook_id, hashes)


def _keep_hashes(session: Session, notebook_id: int, hashes: Mapping[str, str]) -> None:
    """Write down what cells are known by that are new, or that nbgallery has made."""
    lacking = (
        select(CodeCell.id, CodeCell.md5)
        .outerjoin(CellHash, CellHash.code_cell_id == CodeCell.id)
        .where(CodeCell.notebook_id == notebook_id, CellHash.code_cell_id.is_(None))
    )
    rows = [
        {"code_cell_id": number, "sha256": hashes[md5 or ""]}
        for number, md5 in session.execute(lacking)
    ]
    if rows:
        session.execute(insert(CellHash), rows)


def note_cells(session: Session, revision_id: int, cells: Iterable[CodeCellFacts]) -> None:
    """Write down which code cells a revision has that brings a body of its own."""
    rows = [
        {"revision_id": revision_id, "cell_number": cell.number, "sha256": cell.sha256}
        for cell in cells
    ]
    if rows:
        session.execute(insert(RevisionCell), rows)


def cells_of(session: Session, notebook_id: int, revision_id: int) -> list[str]:
    """Return the digests of the code cells that a revision has, in their order.

    A revision of words has those of the last body before it.
    """
    with_body = select(func.max(Revision.id)).where(
        Revision.notebook_id == notebook_id,
        Revision.id <= revision_id,
        Revision.revtype.in_(("create", "update")),
    )
    wanted = (
        select(RevisionCell.sha256)
        .where(RevisionCell.revision_id == with_body.scalar_subquery())
        .order_by(RevisionCell.cell_number)
    )
    return [*session.scalars(wanted)]
