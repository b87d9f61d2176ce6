"""Writes made-up notebooks into a gallery's database, and measures what is asked of it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from made_up_galleries import World
from sqlalchemy import ColumnElement, and_, insert, or_, text
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import (
    Group,
    Notebook,
    NotebookSummary,
    SearchDocument,
    SearchPackage,
    Tag,
    User,
    now,
)
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.documents import Document, row_of
from bookstore.gallery.search.language import parse
from bookstore.gallery.search.values import Request, Sort

BATCH = 500
USERS, GROUPS = 200, 40
BEGAN = now()
Took = tuple[float, float]
"""Milliseconds, and those that this process worked."""
ALLOWED: ColumnElement[bool] = or_(
    Notebook.public.is_(True),
    and_(Notebook.owner_type == "User", Notebook.owner_id == 3),
    and_(Notebook.owner_type == "Group", Notebook.owner_id.in_([1, 2, 3, 4, 5])),
)


def fill(database: Database, world: World) -> tuple[int, float]:
    """Write all notebooks; return how much text they have, and how long that took."""
    size, seconds = 0, 0.0
    batch: list[Document] = []

    def write(session: Session) -> None:
        rows = [row_of(document) for document in batch]
        session.execute(insert(Notebook), [_notebook(each) for each in batch])
        session.execute(insert(NotebookSummary), [_summary(each) for each in batch])
        session.execute(
            insert(Tag),
            [{"tag": tag, "notebook_id": each.notebook_id} for each in batch for tag in each.tags],
        )
        session.execute(
            insert(SearchPackage),
            [
                {"notebook_id": each.notebook_id, "name": name}
                for each in batch
                for name in each.packages
            ],
        )
        columns = [column.key for column in SearchDocument.__table__.columns]
        values = [
            {name: getattr(row, name) for name in columns}
            | {"updated_at": now(), "notebook_updated_at": _updated(row.notebook_id)}
            for row in rows
        ]
        session.execute(insert(SearchDocument), values)

    database.run_here(_people)
    for document in world.documents():
        size += len(document.title) + len(document.description)
        size += sum(len(cell.source) for cell in document.cells)
        batch.append(document)
        if len(batch) == BATCH or document.notebook_id == world.size:
            begin = time.perf_counter()
            database.run_here(write)
            seconds += time.perf_counter() - begin
            batch.clear()
    return size, seconds


def _people(session: Session) -> None:
    """Write those who own the notebooks."""
    session.execute(
        insert(User),
        [{"id": number, "user_name": f"person-{number}"} for number in range(1, USERS + 1)],
    )
    session.execute(
        insert(Group),
        [
            {"id": number, "gid": f"group-{number}", "name": f"Group {number}"}
            for number in range(1, GROUPS + 1)
        ],
    )


def _notebook(document: Document) -> dict[str, Any]:
    number = document.notebook_id
    in_group = number % 4 == 0
    return {
        "id": number,
        "uuid": f"uuid-{number}",
        "title": document.title,
        "description": document.description,
        "public": number % 10 > 2,
        "lang": document.language,
        "owner_type": "Group" if in_group else "User",
        "owner_id": number % GROUPS + 1 if in_group else number % USERS + 1,
        "updated_at": now() - timedelta(minutes=random.Random(number).randrange(10**6)),
    }


def _updated(number: int) -> datetime:
    """Return when a notebook was changed last: some time in two years."""
    return BEGAN - timedelta(minutes=random.Random(number).randrange(10**6))


def _summary(document: Document) -> dict[str, Any]:
    liked = document.popularity
    trend = random.Random(document.notebook_id).random()
    return {
        "notebook_id": document.notebook_id,
        "views": liked.views,
        "stars": liked.stars,
        "trendiness": trend,
    }


def sqlite_sizes(database: Database) -> float:
    """Return how many bytes FTS5's tables take."""
    query = "SELECT sum(length(block)) FROM bookstore_{}_data"
    return sum(
        database.run_here(lambda s, n=name: s.scalar(text(query.format(n))), read_only=True) or 0
        for name in ("words", "letters")
    )


def rebuild_fts5(database: Database) -> float:
    """Return how many seconds it takes to make FTS5's tables anew."""
    begin = time.perf_counter()

    def work(session: Session) -> None:
        for name in ("words", "letters"):
            session.execute(
                text(f"INSERT INTO bookstore_{name} (bookstore_{name}) VALUES ('rebuild')")
            )

    database.run_here(work)
    return time.perf_counter() - begin


def timed(
    database: Database,
    queries: tuple[str, ...],
    rounds: int,
    work: Callable[[Session, Request], object],
    sort: Sort = Sort.RELEVANCE,
) -> list[Took]:
    """Return how long each of some queries takes, the shortest first, without the first round."""
    took = []
    for query in queries * rounds:
        request = Request(tree=parse(query), allowed=ALLOWED, sort=sort)
        took.append(
            clocked(lambda r=request: database.run_here(lambda s: work(s, r), read_only=True))
        )
    return sorted(took[len(queries) :] if rounds > 1 else took)


def clocked(work: Callable[[], object]) -> Took:
    """Return how many milliseconds something takes, and how many this process works for it."""
    begin, worked = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - begin) * 1000, (time.process_time() - worked) * 1000


def percentiles(took: list[Took]) -> str:
    """Return them in words; what this process works is the same on a busy machine."""
    times, worked = (sorted(each) for each in zip(*took, strict=True))
    at = int(len(took) * 0.95)
    return (
        f"p50 {statistics.median(times):7.1f} ms, p95 {times[at]:7.1f} ms"
        f"   (CPU of this process {statistics.median(worked):6.1f} / {worked[at]:6.1f})"
    )
