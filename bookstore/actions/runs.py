"""Runs: those of one result, and the last of each.

Knows: history, runs.  Must not know: who asks, papermill.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import unquote

from ..errors import BadRequest, NotFound
from ..history import Entry
from ..history.entries import PENDING
from ..records import ObjectVersion
from ..scheduling import RunFacts, settle
from ..scheduling.facts import RUN
from ..scheduling.keeper import RESULT, SOURCE
from ..wiring import Bookstore
from ..words import shown
from . import resolving
from .addresses import SCHEME, Address
from .fields import notebook_path
from .places import RUNS, address_at, key_of
from .versions import version_facts

_PAGE = 200
_MOST_PAGES = 10
"""So many pages are looked through for a run of one version, before what is left is asked for."""


class Told(NamedTuple):
    """Runs, as everybody is told of them."""

    runs: list[dict[str, Any]]
    """Those that have no result yet, newest first; then the others: of one notebook newest first,
    the last ones of all in the order of their places."""
    next: str
    """What to ask for the ones before with; "" where there are none."""


def result_address(place: str) -> Address:
    """Return where the results are that *place* means: an address, or the path of a notebook whose
    runs are kept at their usual place."""
    if place.startswith(SCHEME):
        address = Address.parse(place)
        if address.which != "latest":
            raise BadRequest(f"Runs are of a notebook, not of a version: {address}.")
        return address
    path = notebook_path(place)
    return Address(place=path if path.startswith(RUNS) else f"{RUNS}{path}")


async def runs_of_version(
    bookstore: Bookstore, path: str, version_id: str, *, limit: int, before: str = ""
) -> Told:
    """Return those runs that executed one version of the notebook at *path*, and whose results are
    at their usual place."""
    version = Address(place=notebook_path(path), which="version", value=version_id)
    entry = await resolving.resolve(bookstore, version)
    names = entry.version_id, f"{PENDING}{entry.save_id}"
    wanted = {str(address_at(bookstore, entry.key, name)) for name in names}
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        told = await runs(bookstore, path, limit=limit, before=before)
        found += [run for run in told.runs if run["executed"] in wanted]
        if found or not (before := told.next):
            break
    return Told(found, told.next)


async def runs(bookstore: Bookstore, place: str, *, limit: int, before: str = "") -> Told:
    """Return the runs whose results are at *place*; "" for the last run of each result.

    Runs that ended without a word are given their results first.
    """
    if not bookstore.settings.runs_prefix.strip("/"):
        return Told([], "")
    without = await bookstore.within(settle(bookstore))
    if not place:
        _check_place_before(bookstore, before)
        keys = await bookstore.within(_results(bookstore, limit, before))
        entries = [await bookstore.within(_newest(bookstore, key)) for key in keys]
        rest = keys[-1] if len(keys) == limit else ""
    else:
        key = key_of(bookstore, result_address(place))
        without = [each for each in without if _result_of(each[1]) == key]
        page = await bookstore.within(bookstore.history.page(key, limit=limit, before=before))
        entries, rest = list(page.entries), page.next
    told = [_without_result(bookstore, *each) for each in reversed(without) if not before]
    known: set[str] = set()
    ended: list[dict[str, Any]] = []
    for entry in entries:
        facts = RunFacts.in_metadata({RUN: entry.run})
        if facts is not None and facts.run_id not in known:  # else two made a result of one end
            known.add(facts.run_id)
            ended.append(_ended(bookstore, facts, entry))
    return Told([run for run in told if run["run_id"] not in known] + ended, rest)


async def find(bookstore: Bookstore, run_id: str, *, place: str = "") -> dict[str, Any]:
    """Return the run of that ID; one that has a result is found by the *place* of that.

    Raises :class:`~bookstore.errors.NotFound`.
    """
    before = ""
    while True:
        told = await runs(bookstore, place, limit=_PAGE, before=before)
        for run in told.runs:
            if run["run_id"] == run_id:
                return run
        if not (before := told.next) or not place:
            break
    raise NotFound(
        f"There is no run {shown(run_id)}.",
        hint="" if place else "A run that ended is found by the place of its result, in `of`.",
    )


def _check_place_before(bookstore: Bookstore, before: str) -> None:
    if before and not (bookstore.runs.holds(before) and before.isprintable()):
        raise BadRequest("before must be what the page before answered as next.")


async def _results(bookstore: Bookstore, limit: int, after: str) -> list[str]:
    keys: list[str] = []
    async for listed in bookstore.store.list(bookstore.runs.beginning, after=after):
        if bookstore.runs.holds(listed.key) and listed.key.endswith(".ipynb"):
            keys.append(listed.key)
        if len(keys) == limit:
            break
    return keys


async def _newest(bookstore: Bookstore, key: str) -> Entry:
    return (await bookstore.history.page(key, limit=1)).entries[0]


def _result_of(version: ObjectVersion) -> str:
    return (version.metadata or {}).get(RESULT, "")


def _ended(bookstore: Bookstore, facts: RunFacts, entry: Entry) -> dict[str, Any]:
    return {
        **_facts(bookstore, facts, entry.key, entry.source),
        "ended_at": entry.saved_at,
        "version": version_facts(bookstore, entry),
    }


def _without_result(
    bookstore: Bookstore, facts: RunFacts, version: ObjectVersion
) -> dict[str, Any]:
    source = (version.metadata or {}).get(SOURCE, "")
    return going_on(bookstore, facts, _result_of(version), source)


def going_on(bookstore: Bookstore, facts: RunFacts, key: str, source: str) -> dict[str, Any]:
    """Return what is told of a run that has no result yet: it will be at *key*."""
    return {**_facts(bookstore, facts, key, source), "ended_at": None, "version": None}


def _facts(bookstore: Bookstore, facts: RunFacts, key: str, source: str) -> dict[str, Any]:
    executed, _, version_id = source.partition("?versionId=")
    return {
        "run_id": facts.run_id,
        "status": facts.status,
        "started_at": facts.started_at,
        "error": facts.error,
        "executed": str(address_at(bookstore, executed, unquote(version_id))) if source else "",
        "result": str(address_at(bookstore, key)),
    }
