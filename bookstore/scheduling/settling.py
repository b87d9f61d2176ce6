"""Runs that ended without a word: each gets a result that says so.

Knows: the store, the history.  Must not know: who asks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ..errors import BookstoreError, ObjectNotFound
from ..history import Entry
from ..processes import may_run
from ..records import ObjectVersion, utc_now
from ..wiring import Bookstore
from .facts import RUN, RunFacts, Status
from .keeper import RESULT, SOURCE, forget, record_result

SILENCE = timedelta(minutes=5)
"""A run that has not said for so long that it goes on, on whatever machine, does not."""
_LOOKED_THROUGH = 200
"""So many of the newest results are looked through for one that a run has already."""


async def running(bookstore: Bookstore) -> list[tuple[RunFacts, ObjectVersion]]:
    """Return the runs that go on, or ended without a word, in the order in which they began."""
    prefix = bookstore.runs.reserved_key("running", "x").removesuffix("x.json")
    found = []
    async for listed in bookstore.store.list(prefix):
        try:
            version = await bookstore.store.head(listed.key)
        except ObjectNotFound:  # it ended meanwhile
            continue
        facts = RunFacts.in_metadata(version.metadata)
        if facts is not None:
            found.append((facts, version))
    return found


async def settle(bookstore: Bookstore) -> list[tuple[RunFacts, ObjectVersion]]:
    """Give those that died a result with what they had made.

    Return those that have none: they go on, or died and their result cannot be kept yet.
    """
    without = []
    for facts, version in await running(bookstore):
        if not _is_dead(facts, version):
            without.append((facts, version))
            continue
        ended = replace(facts, status="died") if facts.status == "running" else facts
        try:
            await _give_result(bookstore, ended, version)
        except BookstoreError:
            without.append((ended, version))
    return without


async def end(bookstore: Bookstore, run_id: str, status: Status, error: str) -> None:
    """Give a run whose end is known, and that has no result, one that says it.

    Raises :class:`~bookstore.errors.BookstoreError` where it can be kept nowhere: whoever next
    lists runs tries it again.
    """
    try:
        version = await bookstore.store.head(bookstore.runs.reserved_key("running", run_id))
    except ObjectNotFound:  # it has one
        return
    facts = RunFacts.in_metadata(version.metadata)
    if facts is None:
        return
    if facts.status == "running":  # else it began to say what ended it
        facts = replace(facts, status=status, error=error)
    await _give_result(bookstore, facts, version)


async def _give_result(bookstore: Bookstore, facts: RunFacts, version: ObjectVersion) -> None:
    told = version.metadata or {}
    # A key that metadata had no room for was left out.
    key = told.get(RESULT, "") or bookstore.runs.key(f"{facts.run_id}.ipynb")
    try:
        stored = await bookstore.store.get(version.key, version_id=version.version_id)
    except ObjectNotFound:  # its end was written meanwhile, or somebody else settles it
        return
    if not await _has_result(bookstore, key, facts.run_id):
        await record_result(
            bookstore,
            facts,
            stored.body,
            key=key,
            source=told.get(SOURCE, ""),
            author=told.get("author", ""),
            ended_at=max(version.modified_at, datetime.fromisoformat(facts.started_at)),
        )
    await forget(bookstore, version.key)


async def _has_result(bookstore: Bookstore, key: str, run_id: str) -> bool:
    page = await bookstore.history.page(key, limit=_LOOKED_THROUGH)
    return any(_id_of(entry) == run_id for entry in page.entries)


def _id_of(entry: Entry) -> str:
    facts = RunFacts.in_metadata({RUN: entry.run})
    return facts.run_id if facts else ""


def _is_dead(facts: RunFacts, version: ObjectVersion) -> bool:
    if facts.is_here() and not may_run(facts.process):
        return True
    return utc_now() - version.modified_at > SILENCE
