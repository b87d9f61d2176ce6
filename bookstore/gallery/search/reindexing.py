"""Makes the documents that are missing, old, or of what somebody changed beside us.

What is left to do is what the database says: it may end at any time, run on several machines, and
goes on where it was.  Until a document is made anew, the old one is found.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import InvalidNotebook, StoreError
from ..catalogue import Catalogue
from ..catalogue.bodies import Place, body_at, place_of
from ..catalogue.documents import read
from ..catalogue.errors import NoSuchNotebook
from ..catalogue.indexes import Content
from ..database.models import Notebook, Revision, SearchDocument
from .catalogued import document_of, popularity_of
from .index import SearchIndex

TOGETHER = 40
"""Notebooks in one transaction."""
AT_ONCE = 8
"""Bodies that are read at the same time."""
NUMBERS_TOGETHER = 500
_NOTHING = Content((), ())


@dataclass
class Reindexed:
    """What was done."""

    made: int = 0
    without_cells: list[str] = field(default_factory=list)
    """Notebooks whose documents are nowhere, or are none, and why: found by their titles only."""
    problems: list[str] = field(default_factory=list)
    """What the store did not let be read; the next run tries again."""


async def reindex(catalogue: Catalogue, index: SearchIndex) -> Reindexed:
    """Put again whatever is to be put again.

    Raises what the database raises; what was made until then stays.
    """
    result, after = Reindexed(), 0
    while places := await catalogue.database.run(partial(_places, index, after), read_only=True):
        contents = await _contents(catalogue, places, result)
        if contents:
            result.made += await catalogue.database.run(partial(_put, index, contents))
        after = max(places)
    return result


async def follow_numbers(catalogue: Catalogue, index: SearchIndex) -> int:
    """Let notebooks be ranked by what people make of them now; return how many were looked at."""
    looked_at = after = 0
    while ids := await catalogue.database.run(partial(_liked, index, after)):
        looked_at, after = looked_at + len(ids), ids[-1]
    return looked_at


def _places(index: SearchIndex, after: int, session: Session) -> dict[int, Place]:
    """Return where the bodies of some notebooks are that are to be put again."""
    ids = index.stale(session, TOGETHER, after)
    found = {}
    for notebook in session.scalars(select(Notebook).where(Notebook.id.in_(ids))):
        newest = select(Revision).where(Revision.notebook_id == notebook.id)
        revision = session.scalars(newest.order_by(Revision.id.desc()).limit(1)).first()
        found[notebook.id] = place_of(session, notebook, revision)
    return found


async def _contents(
    catalogue: Catalogue, places: dict[int, Place], result: Reindexed
) -> dict[int, Content]:
    free = asyncio.Semaphore(AT_ONCE)

    async def content_at(place: Place) -> Content | None:
        async with free:
            try:
                body = await body_at(catalogue, place)
                return (await asyncio.to_thread(read, body)).content
            except (InvalidNotebook, NoSuchNotebook) as error:
                result.without_cells.append(f"{place.uuid}: {error.message}")
                return _NOTHING
            except StoreError as error:
                result.problems.append(f"{place.uuid}: {error.message}")
                return None

    found = await asyncio.gather(*map(content_at, places.values()))
    pairs = zip(places, found, strict=True)
    return {number: content for number, content in pairs if content is not None}


def _put(index: SearchIndex, contents: dict[int, Content], session: Session) -> int:
    """Write the documents of those notebooks that nobody has put meanwhile."""
    made = 0
    for notebook_id, content in contents.items():
        notebook = session.get(Notebook, notebook_id, with_for_update=True)
        if notebook is not None and notebook_id in index.stale(session, 1, notebook_id - 1):
            index.put(session, document_of(session, notebook, content))
            made += 1
    return made


def _liked(index: SearchIndex, after: int, session: Session) -> list[int]:
    query = select(SearchDocument.notebook_id).where(SearchDocument.notebook_id > after)
    ids = [*session.scalars(query.order_by(SearchDocument.notebook_id).limit(NUMBERS_TOGETHER))]
    if ids:
        index.liked(session, popularity_of(session, ids))
    return ids
