"""Search: what versions say, who made them and why, in one history or in all of them.

Knows: history.  Must not know: who asks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, NamedTuple, get_args

from ..errors import BadRequest, BookstoreError
from ..history import Changed, Entry, Found, Wanted
from ..records import Kind
from ..wiring import Bookstore
from ..words import shown
from .fields import limit_in, notebook_path, text_field
from .versions import told, version_facts

MOST = 200
PAGE = 50
MOST_TEXT = 1000
PATIENCE_S = 3.0
"""So long an answer waits for versions to be looked at that were not looked at before."""
_log = logging.getLogger("bookstore.actions")


class Search(NamedTuple):
    """What somebody looks for."""

    wanted: Wanted
    path: str
    """"" for all notebooks."""
    limit: int

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Search:
        """Return the search in *fields*, or raise BadRequest naming the field."""
        wanted = Wanted(*(text_field(fields, name) for name in Wanted._fields))
        path = text_field(fields, "path")
        if not any(map(str.strip, wanted)):
            raise BadRequest("text, author or kind must say what to look for.")
        if len(wanted.text) > MOST_TEXT:
            raise BadRequest(f"text has {len(wanted.text)} characters; {MOST_TEXT} are allowed.")
        if wanted.text and not wanted.text.strip():
            raise BadRequest("text must have more than spaces in it.")
        if wanted.kind and wanted.kind not in get_args(Kind):
            kinds = ", ".join(get_args(Kind))
            raise BadRequest(f"kind must be one of {kinds}, not {shown(wanted.kind)}.")
        limit = limit_in(fields, most=MOST, default=PAGE)
        return cls(wanted, notebook_path(path) if path else "", limit)


async def search(
    bookstore: Bookstore, search: Search, *, patience_s: float = PATIENCE_S
) -> dict[str, Any]:
    """Return the notebooks that were found, and the versions of the one that was asked about.

    What was not looked at within *patience_s* seconds is looked at in the background: then the
    answer says that it is not complete.
    """
    searching, workspace = bookstore.history.searching, bookstore.workspace
    versions: tuple[Entry, ...] = ()
    changed: Mapping[str, Changed] = {}
    if search.path:
        key = workspace.key(search.path)
        is_complete = await _learnt(bookstore, searching.learn_history(key), patience_s)
        in_it = await searching.in_history(key, search.wanted, limit=search.limit)
        found = [in_it.found] if in_it.found else []
        versions = tuple(await bookstore.within(bookstore.history.labelled(in_it.versions)))
        pairs = [(entry, in_it.before.get(entry.version_id)) for entry in in_it.versions]
        known = [(entry, before) for entry, before in pairs if before is not None]
        changed = await told(bookstore, bookstore.history.changes_from(known))
    else:
        await _learnt(bookstore, searching.learn_all(workspace), patience_s)
        is_complete = searching.knows_all(workspace)
        found = await searching.everywhere(workspace, search.wanted, limit=search.limit)
    return {
        "found": [_found_facts(bookstore, each) for each in found],
        "versions": [
            version_facts(bookstore, entry, changed.get(entry.version_id)) for entry in versions
        ],
        "is_complete": is_complete,
    }


async def _learnt(
    bookstore: Bookstore, learning: Coroutine[Any, Any, None], patience_s: float
) -> bool:
    """Say whether *learning*, which goes on in the background, came to its end in time."""

    async def learn() -> bool:
        try:
            await learning
        except BookstoreError as error:  # what is known already is searched all the same
            _log.info("Not every version can be looked at: %s", error.message)
            return False
        return True

    task = bookstore.background.start(learn())
    await asyncio.wait([task], timeout=patience_s)
    return task.done() and not task.cancelled() and bool(task.result())


def _found_facts(bookstore: Bookstore, found: Found) -> dict[str, Any]:
    return {
        "path": bookstore.workspace.path(found.key),
        "excerpt": found.excerpt,
        "first": version_facts(bookstore, found.first),
        "last": version_facts(bookstore, found.last),
        "gone": found.gone and version_facts(bookstore, found.gone),
    }
